"""The desk's rules: what follows from what agencies say and from placements. Nothing here waits or asks a database."""
