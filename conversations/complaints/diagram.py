"""The diagram of the life cycle, from TRANSITIONS. `python -m conversations.complaints.diagram` prints it."""

from __future__ import annotations

from itertools import groupby

from conversations.complaints.life_cycle import FINAL, OPEN, TRANSITIONS, CaseEvent, Status

_EVERYWHERE = frozenset(
    event for event in CaseEvent if all((status, event) in TRANSITIONS for status in OPEN)
)


def diagram() -> str:
    """The table as a Mermaid state diagram; events of every open case are drawn once."""
    inner = [_line("        ", *arrow) for arrow in _arrows() if set(arrow[:2]) <= OPEN]
    outer = [_line("    ", *arrow) for arrow in _arrows() if not set(arrow[:2]) <= OPEN]
    sides = sorted({(TRANSITIONS[status, event].to, event) for status in OPEN for event in _EVERYWHERE})
    lines = ["stateDiagram-v2", f"    [*] --> {Status.DRAFT}", "    state open {", *inner, "    }", *outer]
    lines += [f"    open --> {to}: {event}" for to, event in sides]
    lines += [f"    {status} --> [*]" for status in sorted(FINAL)]
    return "\n".join(lines)


def _arrows() -> list[tuple[str, str, str]]:
    """The status before, the status after and their events, without the events of every open case."""
    single = sorted(
        (before.value, step.to.value, event.value)
        for (before, event), step in TRANSITIONS.items()
        if event not in _EVERYWHERE
    )
    grouped = groupby(single, key=lambda arrow: arrow[:2])
    return [(*pair, " / ".join(event for _, _, event in arrows)) for pair, arrows in grouped]


def _line(indent: str, before: str, after: str, events: str) -> str:
    return f"{indent}{before} --> {after}: {events}"


if __name__ == "__main__":
    print(diagram())  # noqa: T201 - printing is what this command is for
