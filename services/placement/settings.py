"""What an operator may set for placement, beside what all services share."""

from pydantic import Field

from shared.settings import TaskSettings


class PlacementSettings(TaskSettings):
    """Placement's settings."""

    unapproved_openings: int = Field(
        default=50,
        ge=0,
        le=100_000,
        description="unfilled openings that an employer offers without an office's approval, over all its vacancies",
    )
    referral_days: int = Field(default=7, ge=1, le=365, description="days that an agency has to answer a referral")
    objection_days: int = Field(
        default=3,
        ge=1,
        le=365,
        description="days that a worker has, who was told of a hire by mail, to deny it: after them it is confirmed",
    )
    confirmation_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="days after the word of a placement when the office's decision is due, where the worker denies it or was not told",
    )
    follow_up_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="days, three months after the first working day, until it is due to say whether the worker still works there",
    )
    approval_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="days after a vacancy was posted when the approval of openings that wait is due",
    )
