"""Everything that comes in is taken here: one transaction a batch, acknowledged after it (laws 1 and 2)."""
