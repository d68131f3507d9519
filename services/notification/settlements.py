"""What becomes of a message after a try: it is delivered, has failed, or is tried again later. Pure rules."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from services.notification.channels.protocol import Delivered, Outcome, PutOff, Refused
from services.notification.letters import Letter
from shared.backoff import Backoff

State = Literal["pending", "delivered", "failed", "withheld"]
_RETRIES: Final = Backoff(60, 3_600)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A message's new state: delivered, failed (and why), or still pending, to be tried after `wait` seconds.

    `tried` says whether the channel was asked to take it: such tries are counted.
    """

    message: UUID
    state: Literal["delivered", "failed", "pending"]
    failure: str | None = None
    wait: float = 0
    tried: bool = False


def settlement_of(letter: Letter, outcome: Outcome, *, too_old: bool) -> Settlement:
    """Settle a letter by what the channel said of it."""
    match outcome:
        case Delivered():
            return Settlement(letter.message, "delivered", tried=True)
        case Refused(reason):
            return Settlement(letter.message, "failed", reason, tried=True)
        case PutOff(reason):
            wait = wait_after(letter.attempts)
            return put_off(letter.message, reason, wait=wait, too_old=too_old, tried=True)


def put_off(message: UUID, failure: str, *, wait: float, too_old: bool, tried: bool = False) -> Settlement:
    """Try a message again later; one that has been tried for long enough fails instead, for this reason."""
    if too_old:
        return Settlement(message, "failed", failure, tried=tried)
    return Settlement(message, "pending", wait=wait, tried=tried)


def wait_after(attempts: int) -> float:
    """Give the seconds until a letter is tried again, by how often it was tried before the try that put it off."""
    return _RETRIES.after(attempts)
