"""The contract as it is kept: one schema for each event, see README.md."""
