"""The ways by which a letter goes out, by the word that `PULIH_CHANNEL` has for each."""

from typing import Final

from services.notification.channels.protocol import Channel
from services.notification.channels.smtp import SmtpChannel

CHANNELS: Final[dict[str, type[Channel]]] = {"smtp": SmtpChannel}
"""To add a channel, add it here. The mailbox is no channel: its messages are delivered when they are kept."""
