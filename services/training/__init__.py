"""Training: courses and their seats, the waiting list, results and certificates."""
