"""The advisory locks of a service's database, each with a number of its own."""

JOURNAL_LOCK = 1
"""Held until the commit: makes the order of the journal's positions the order of commits."""
LEADER_LOCK = 2
"""Held by a session: makes one relay the leader."""
ALLOCATION_LOCK = 3
"""Held until the commit: transactions that give away seats or openings take turns."""
TASKS_LOCK = 4
"""Held until the commit: one instance at a time says which tasks fall due."""
