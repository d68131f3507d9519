"""Exponential back-off: how long to wait before something is tried again."""


class Backoff:
    """Gives pauses in seconds: `first`, then twice as long each time, at most `longest`. No jitter."""

    def __init__(self, first: float, longest: float) -> None:
        self.first = first
        self.longest = longest
        self._tries = 0

    def next(self) -> float:
        """Give the next pause."""
        pause = self.after(self._tries)
        self._tries += 1
        return pause

    def after(self, tries: int) -> float:
        """Give the pause that follows so many earlier tries."""
        return min(self.first * 2.0 ** min(tries, 60), self.longest)

    def reset(self) -> None:
        """Begin with the first pause again: something has worked."""
        self._tries = 0
