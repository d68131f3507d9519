"""Notification: tells each worker and each agency concerned what happened."""
