"""Dates of tables, written with their weekday."""

from datetime import date


def day(label: str) -> date:
    """Read "Tuesday 2026-03-17", and fail when the weekday is wrong."""
    weekday, _, iso = label.partition(" ")
    found = date.fromisoformat(iso)
    assert found.strftime("%A") == weekday, label
    return found
