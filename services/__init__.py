"""The four services. Each is a program of its own; none knows another."""
