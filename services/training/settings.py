"""The settings of training, beside those that all services share."""

from pydantic import Field

from shared.settings import TaskSettings


class TrainingSettings(TaskSettings):
    """Training's settings."""

    batch: int = Field(
        default=5_000, ge=1, le=5_000, description="as for the others: each event makes one answer, and a short one"
    )
    attendance_days: int = Field(
        default=1, ge=0, le=365, description="days after a course's first day when the list of who came is due"
    )
    absence_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="days after a worker did not come to a course by which the office asks the worker",
    )
    result_days: int = Field(default=14, ge=0, le=365, description="days after a course's end when its results are due")
