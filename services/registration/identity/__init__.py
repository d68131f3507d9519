"""Who a worker is: NIK, region, and what is sealed."""
