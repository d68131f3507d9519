"""Posts an agency's file: rows become events, receipts become a report."""
