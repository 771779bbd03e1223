"""The findings of `aduan check`: each says what is the case, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: a problem would stop complaints from coming in or being answered."""

    OK = "OK"
    NOTE = "NOTE"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    level: Level
    what: str
    advice: str = ""


def ok(what: str) -> Finding:
    """As it should be."""
    return Finding(Level.OK, what)


def note(what: str, advice: str) -> Finding:
    """Worth knowing; complaints are not affected."""
    return Finding(Level.NOTE, what, advice)


def problem(what: str, advice: str) -> Finding:
    """Complaints would stop, or could not be answered."""
    return Finding(Level.PROBLEM, what, advice)


STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "bold red"}


def show(findings: Iterable[Finding]) -> None:
    """Print the report, one finding a line with the advice below it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        line = Text(f"{finding.level:<8}", STYLES[finding.level]) + Text(finding.what)
        console.print(line)
        if finding.advice:
            console.print(Text(f"{'':8}→ {finding.advice}", "dim"))
