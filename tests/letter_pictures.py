"""The pictures of the documents in docs/pictures, with invented people: `python -m tests.letter_pictures`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bot.documents.case_papers import page_data
from bot.documents.poster import sheet_data
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.rules import Language
from conversations.documents.pages import PAGES
from conversations.documents.sources import Sources
from conversations.messages import DocumentKind
from tests import lettered, on_paper

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PPI = 80
LANGUAGE: Language = "id"
WORDING = Renderer()
# An invented number of WhatsApp.
NUMBER = "6281234567890"


def documents() -> Iterator[tuple[DocumentKind, Sources]]:
    """Each document of a case, and what it is made from."""
    filed = lettered.case_of(
        lettered.complaint(story=(*lettered.complaint().story, lettered.part("photo", file="photo")))
    )
    for kind in (DocumentKind.COMPLAINT, DocumentKind.RECEIPT):
        yield kind, lettered.sources(filed)
    handled = on_paper.handled()
    for kind in on_paper.KINDS:
        yield kind, on_paper.sources(handled, kind)


async def main() -> None:
    """Write all pictures."""
    typesetter = Typesetter()
    for kind, sources in documents():
        picture = await typesetter.picture(
            "document", page_data(PAGES[kind], sources, WORDING, LANGUAGE), PPI
        )
        (FOLDER / f"letter-{kind}.png").write_bytes(picture)
    for name, number in (("poster", ""), ("poster-whatsapp", NUMBER)):
        agency, bot = lettered.AGENCIES[0], lettered.RULES.bot_username
        poster = sheet_data("poster", agency, bot, WORDING, LANGUAGE, number)
        (FOLDER / f"{name}.png").write_bytes(await typesetter.picture("poster", poster, PPI))
    await typesetter.close()


if __name__ == "__main__":
    asyncio.run(main())
