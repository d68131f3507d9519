"""One hop: the same registrations taken in, seated or listed, written down and passed on, in four ways."""
