"""What is told of a worker: every step, and what comes next."""
