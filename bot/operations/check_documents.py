"""The part of `aduan check` that tries whether documents can be typeset, with the logos of the agencies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from bot.documents.typesetting import Typesetter, TypesettingError
from bot.operations.check_findings import Finding, note, ok, problem
from conversations.complaints.agency import Agency

PROBE = "<p>x</p>"


async def examine_documents(agencies: Sequence[Agency]) -> list[Finding]:
    """Whether this machine makes documents, and whether each agency's logo can be printed."""
    typesetter = Typesetter()
    try:
        return [finding async for finding in _examine(typesetter, agencies)]
    finally:
        await typesetter.close()


async def _examine(typesetter: Typesetter, agencies: Sequence[Agency]) -> AsyncIterator[Finding]:
    data = {"title": "", "language": "id", "footer": "", "blocks": blocks(PROBE)}
    try:
        await typesetter.pdf("document", {**data, "letterhead": letterhead(agencies[0])})
    except TypesettingError as error:
        yield problem(f"documents cannot be typeset ({error})", "Install this version again.")
        return
    yield ok("documents can be typeset")
    for agency in agencies:
        yield await _logo(typesetter, agency)


async def _logo(typesetter: Typesetter, agency: Agency) -> Finding:
    key, logo = f"agencies[{agency.id}].logo", agency.logo
    if not logo:
        advice = "Set it to the path of a PNG, JPG or SVG file, if letters are to have one."
        return note(f"{key}: none is set; documents have no logo", advice)
    try:
        await typesetter.pdf("logo", {"logo": letterhead(agency)["logo"]})
    except TypesettingError:
        return note(
            f"{key}: {logo} cannot be printed; documents are made without it",
            "Save the picture again as a PNG file.",
        )
    return ok(f"{key}: {logo} can be printed")
