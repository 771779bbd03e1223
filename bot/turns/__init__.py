"""Takes all incoming updates: one transaction per batch, acknowledged after it (invariants 1 and 2)."""
