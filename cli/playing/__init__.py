"""`pulih demo`: plays a scenario, and compares every figure with its source's."""
