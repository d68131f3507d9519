"""What all four services stand on. Knows no service."""
