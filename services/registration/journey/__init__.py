"""A worker's journey: every step, what comes next, and who is stuck."""
