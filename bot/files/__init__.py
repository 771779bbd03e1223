"""Attachments: one durable job each, kept sealed (laws 7 and 8)."""
