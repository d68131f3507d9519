"""The `pulih` command: what an operator or an agency types."""

SERVICES = ("registration", "training", "placement", "notification")
