"""The settings of training, beside those that all services share."""

from pydantic import Field

from shared.settings import Settings


class TrainingSettings(Settings):
    """Training's settings."""

    batch: int = Field(
        default=5_000, ge=1, le=5_000, description="as for the others: each event makes one answer, and a short one"
    )
