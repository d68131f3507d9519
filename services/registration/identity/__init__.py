"""Who a worker is: the person, the NIK, the region, and how personal data is sealed."""
