"""What the other folders build on: errors by cause, background tasks, files on disk."""
