"""`pulih verify`: whether the four services agree about every event and every worker."""
