"""Plays a scenario, and compares its figures with the source's."""
