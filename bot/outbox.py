"""Placeholder replaced below."""

from bot.outbox_rows import rows

__all__ = ["rows"]
