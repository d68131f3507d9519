"""What delivery expects of a channel, and what a channel may say of a letter."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from services.notification.letters import Contact, Letter


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel has taken the letter."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take this letter. The reason repeats no address and no words of a server."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """The channel does not take this letter now; the same letter may be tried again later."""

    reason: str


Outcome = Delivered | Refused | PutOff


class ChannelAway(Exception):
    """The channel takes no letter at this moment, whichever it is. The message names the fault, for the log.

    `reason` is what it said of the letter that was being sent, if it said anything. Neither repeats an address or the
    words of a server.
    """

    def __init__(self, fault: str, reason: str | None = None) -> None:
        super().__init__(fault)
        self.reason = reason


class Connection(Protocol):
    """An open connection of a channel."""

    async def send(self, letter: Letter) -> Outcome:
        """Send one letter. Raises `ChannelAway`; it is cancelled after the channel's `timeout`."""


class Channel(Protocol):
    """A way by which letters go out: mail today, and whatever else has a module like `smtp.py`."""

    needs: ClassVar[tuple[str, ...]]
    """The names of the settings without which it cannot send."""
    away: ClassVar[str]
    """What the log says while it is away, and why a letter has failed that it was away for."""
    connections: int
    """How many connections one process keeps."""
    timeout: float
    """The most seconds that opening a connection may take, and that one letter may take."""
    patience: float
    """Seconds for which a letter is tried again before it counts as failed."""

    def __init__(self, settings: Any) -> None:  # noqa: ANN401  each channel reads the settings that are its own
        """Read the settings. Raises `ValueError`, naming the one that is wrong."""

    def address_in(self, contact: Contact) -> str | None:
        """Give the address to send to, or None where the contact has none that this channel can use."""

    def connect(self) -> AbstractAsyncContextManager[Connection]:
        """Open a connection, and close it afterwards. Entering raises `ChannelAway`."""
