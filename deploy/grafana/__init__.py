"""What Grafana shows."""
