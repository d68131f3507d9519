"""Notification: the office that tells everyone."""
