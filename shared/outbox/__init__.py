"""The outbox: what a service says, written down in the transaction that makes it true, and published after the commit."""
