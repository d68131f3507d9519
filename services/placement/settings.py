"""What an operator may set for placement, beside what all services share."""

from pydantic import Field

from shared.settings import Settings


class PlacementSettings(Settings):
    """Placement's settings."""

    referral_days: int = Field(default=7, ge=1, le=365, description="days that an agency has to answer a referral")
