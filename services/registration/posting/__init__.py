"""What agencies post: CloudEvents, forms, assertions, receipts."""
