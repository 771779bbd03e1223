"""/rekap: the figures of a period, as a picture and a PDF.

    Rina:  /rekap Maret 2026
    Bot:   Laporan Maret 2026 sedang dibuat. Gambar dan PDF menyusul di grup ini. …
    Bot:   Rekap pengaduan DPMD, Maret 2026.                    (a picture)
    Bot:   Laporan pengaduan DPMD, Maret 2026: rincian …        (a PDF)

Both are made at sending, from the complaints in the store. The restricted chat gets the figures of its own
complaints; in the staff group those are only counted (complaints/tally.py).
"""

from __future__ import annotations

from conversations.complaints.agency import Agency
from conversations.complaints.report import Asked
from conversations.conversation import Conversation
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived
from conversations.messages import Document, DocumentKind, OutgoingMessage
from conversations.reading.periods import Period, month_of, quarter_of, read_period, year_of
from conversations.reading.text import Problem
from conversations.world import World


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """Send the figures of the period that is named, or of this month."""
    agency = world.rules.of_chat(event.origin.chat)
    period = read_period(event.argument, world.today)
    if agency is None or isinstance(period, Problem):
        examples = [one(world.today).name for one in (month_of, quarter_of, year_of)]
        return Refusal("desk.report_how", {"typed": event.argument.strip(), "examples": examples})
    if period.first > world.today:
        return Refusal("desk.report_too_early", {**_named(period), "example": month_of(world.today).name})
    restricted = event.origin.chat == agency.restricted_chat_id
    coming = OutgoingMessage("desk.report_coming", {**_named(period), "restricted": restricted})
    asked = Asked(period.name, world.now, restricted)
    kinds = (DocumentKind.REPORT_PICTURE, DocumentKind.REPORT)
    documents = (_document(conversation, agency, kind, period, asked) for kind in kinds)
    return Outcome.of(conversation, Send(conversation.chat, coming), *documents)


def _document(
    conversation: Conversation, agency: Agency, kind: DocumentKind, period: Period, asked: Asked
) -> Send:
    params = {"agency": agency.short_name, **_named(period)}
    document = Document(kind, agency.id, str(asked))
    return Send(conversation.chat, OutgoingMessage(f"captions.{kind}", params, document=document))


def _named(period: Period) -> dict[str, str]:
    return {"period": period.name, "first": period.first.isoformat()}
