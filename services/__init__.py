"""The four offices. Each is a program of its own; none knows another."""
