"""The `pulih` command: what an operator or an agency types."""
