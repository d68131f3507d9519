"""Posts an agency's file: its rows become events, and the desk's receipts become a report."""
