"""The part of `aduan check` about the template by which a citizen learns of news after 24 hours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from bot.operations.check_findings import Finding, note, ok, problem
from conversations.complaints.rules import Language

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CATEGORY, APPROVED, NO_REASON = "UTILITY", "APPROVED", "NONE"
# The number of the complaint.
VARIABLES = 1
SUBMIT = 'Submit it: its text is in docs/whatsapp.md, "The template".'
MANAGER = "WhatsApp Manager > Message templates"
# The status of a template that is not approved -> what to do.
ADVICE: Mapping[str, str] = {
    "PENDING": "Meta reviews it, mostly within a day: check again then.",
    "IN_APPEAL": "Meta reviews it once more: check again later.",
    "REJECTED": f"{MANAGER} says why. Correct it and submit it again.",
    "PAUSED": f"Citizens have blocked or reported it; {MANAGER} says until when it is paused.",
    "DISABLED": "Submit it under another name, and write that name into whatsapp.template.",
    "LIMIT_EXCEEDED": f"{MANAGER}: delete templates that are not used, and submit it again.",
}
OTHER = f"{MANAGER} says what is to be done."


def template_findings(templates: Sequence[Mapping[str, Any]], name: str) -> Iterator[Finding]:
    """Whether the template can be sent in each language. `templates` are as the account lists them."""
    # The API also lists templates whose names contain this one.
    known = {str(each.get("language")): each for each in templates if each.get("name") == name}
    for language in get_args(Language):
        what = f"the template {name} ({language})"
        if language not in known:
            yield problem(f"{what} does not exist: citizens are not told of news after 24 hours", SUBMIT)
        else:
            yield from _template(known[language], what)


def _template(template: Mapping[str, Any], what: str) -> Iterator[Finding]:
    faults = [*_form(template)]
    for fault in faults:
        yield problem(f"{what} {fault}: it cannot be sent", f"{MANAGER}: edit it. {SUBMIT}")
    if (category := template.get("category")) != CATEGORY:
        yield note(
            f"{what} has the category {category}, and not {CATEGORY}: it costs more and may be held back",
            f"{MANAGER}: ask for a review of the category, or submit the text under another name.",
        )
    status = str(template.get("status"))
    if status != APPROVED:
        reason = template.get("rejected_reason") or NO_REASON
        why = "" if reason == NO_REASON else f" ({reason})"
        yield problem(f"{what} is {status}{why}: it cannot be sent", ADVICE.get(status, OTHER))
    elif not faults:
        yield ok(f"{what} is approved")


def _form(template: Mapping[str, Any]) -> Iterator[str]:
    """What differs from the form that the bot sends: one variable in the body, one quick reply."""
    listed = [part for part in template.get("components") or () if isinstance(part, Mapping)]
    parts = {str(part.get("type")).upper(): part for part in listed}
    variables = len(set(VARIABLE.findall(str(parts.get("BODY", {}).get("text", "")))))
    if variables != VARIABLES:
        yield f"has {variables} variables in its body, and not {VARIABLES}"
    if VARIABLE.search(str(parts.get("HEADER", {}).get("text", ""))):
        yield "has a variable in its header"
    buttons = [str(button["type"]) for button in parts.get("BUTTONS", {}).get("buttons") or ()]
    if buttons != ["QUICK_REPLY"]:
        yield f"has the buttons {', '.join(buttons) or 'none'}, and not one QUICK_REPLY"
