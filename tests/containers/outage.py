"""How long a server is taken away in a test."""

import os

OUTAGE = float(os.environ.get("PULIH_TEST_OUTAGE", "20"))
"""Seconds for which Kafka is away under load. `PULIH_TEST_OUTAGE=60` takes its time."""
