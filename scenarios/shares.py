"""Divides a number of workers or courses by shares: exactly in proportion, evenly mixed, the same every time."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def mix(shares: Mapping[T, int], count: int) -> list[T]:
    """Deal out `count` things by shares; after any number of them each has its due, to within one.

    Of those furthest behind their due, the one that stands first in the file comes next.
    """
    total = sum(shares.values())
    dealt = dict.fromkeys(shares, 0)
    order: list[T] = []
    for nth in range(1, count + 1):
        due = max(shares, key=lambda each: shares[each] * nth - dealt[each] * total)
        dealt[due] += 1
        order.append(due)
    return order
