"""The inbox: what a service hears, each event once (an idempotent consumer), in order within each partition."""
