"""What training decides, without a database: who gets which seat, and who waits in what order."""
