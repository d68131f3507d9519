"""Merges: ids that mean another worker, since an office decided that both are one person.

What is given to a worker or said of one keeps the id that it names. Whose it is, is looked up here when it is read. So a
merge moves little, and a split gives each worker what names that worker.

forest      which id means whom, and the SQL that asks for it
taking_in   what a service does when it hears of a merge or a split
"""

from shared.merges.forest import MERGED, OTHERS, PERSON, RULES, SAME, Merged, Merges
from shared.merges.taking_in import Split, take_in_merges, take_in_splits

__all__ = [
    "MERGED",
    "OTHERS",
    "PERSON",
    "RULES",
    "SAME",
    "Merged",
    "Merges",
    "Split",
    "take_in_merges",
    "take_in_splits",
]
