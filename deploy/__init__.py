"""How Pulih is put to work: on one machine without anything installed, in containers, and watched."""
