"""What each edit in a citizen's chat is worth where the messenger cannot change messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import conversations
from conversations.effects import Weight

FOLDER = Path(conversations.__file__).parent
# Officers are on the messenger that changes messages, and a group is no citizen's chat.
OFFICERS = ("desk/", "no_account.py")

# file: function -> the weight of its edits; None where it is computed and has a test of its own
DECIDED: dict[str, Weight | None] = {
    # the new content of a screen or a count, said nowhere else
    "intake/flow.py: in_place": Weight.CONTENT,
    "followup/status.py: show_page": Weight.CONTENT,
    "followup/tally.py: finished": Weight.CONTENT,
    "followup/unaddressed.py: drop": Weight.CONTENT,
    "followup/verdict.py: star": Weight.CONTENT,
    # counters
    "intake/story.py: tally": Weight.PROGRESS,
    "intake/story.py: evidence": Weight.PROGRESS,
    "followup/tally.py: shown": Weight.PROGRESS,
    "followup/unaddressed.py: hold": Weight.PROGRESS,
    "followup/unaddressed.py: count_held_again": Weight.PROGRESS,
    # an answer in the place of its question; a refusal that is above already
    "intake/presses.py: _done_with": Weight.COSMETIC,
    "intake/continuing.py: _refused_too": Weight.COSMETIC,
    # the first notice is content, its repetition is not
    "notices.py: _keyed": None,
}


def made() -> Iterator[tuple[str, Weight | None]]:
    """Each edit that the core makes in a citizen's chat, by its function, with its weight."""
    for path in sorted(FOLDER.rglob("*.py")):
        name = path.relative_to(FOLDER).as_posix()
        if name.startswith(OFFICERS):
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "Edit":
                        yield f"{name}: {function.name}", weight(call)


def weight(call: ast.Call) -> Weight | None:
    """The weight of this call; None where it is no fixed one."""
    named = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    given = named.get("weight") or (ast.unparse(call.args[5]) if len(call.args) > 5 else "Weight.CONTENT")
    return next((known for known in Weight if given == f"Weight.{known.name}"), None)


def test_each_edit_has_the_weight_that_was_decided_for_it() -> None:
    assert dict(made()) == DECIDED
