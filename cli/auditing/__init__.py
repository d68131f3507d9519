"""Judges whether the four services' stores agree."""
