"""Attachments: one durable job each, kept sealed (invariants 7 and 8)."""
