"""What a worker may ask for by law, and the keys that make it possible: rotation, export, correction, restriction, erasure."""
