"""Prints the country's holidays as JSON: the process of `bot/clock/calendars.py` that imports the library."""

import json
import sys


def found(first: str, end: str, language: str, *categories: str) -> dict[str, str]:
    """Return the name of each holiday by its day, from January of the year `first` until the year `end`."""
    # Imported here: the bot imports this module, and not the library.
    import holidays

    years = range(int(first), int(end))
    days = holidays.country_holidays("ID", years=years, categories=categories, language=language)
    return {day.isoformat(): name for day, name in days.items()}


if __name__ == "__main__":
    print(json.dumps(found(*sys.argv[1:])))  # noqa: T201 - the output is the result
