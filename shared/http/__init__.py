"""HTTP: authentication, problems, the operators' routes, paging."""
