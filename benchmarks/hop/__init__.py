"""One hop: the same registrations taken in, seated or listed, written down and passed on, in six ways."""
