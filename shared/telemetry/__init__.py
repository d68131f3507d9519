"""What operators see: metrics, gauges, traces, logs."""
