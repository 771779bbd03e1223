"""What a person may ask for about their own data, under /privasi (UU 27/2022 art. 5 to 13).

    Siti:  /privasi
    Bot:   Privasi … [Unduh Data Saya]
    Siti:  [Unduh Data Saya]
    Bot:   Data Anda sedang disiapkan: satu berkas untuk dibaca (PDF), satu lengkap untuk mesin (JSON).
    Bot:   (data-saya.pdf) … (data-saya.json) …
    Siti:  unduh data saya
    Bot:   Data Anda sudah dikirim pukul 09.05. … Dapat diminta lagi mulai pukul 10.05.

The files are made when they are sent. They go only to the private chat of the account that asks.
"""

from __future__ import annotations

from datetime import timedelta

from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import PersonEvent
from conversations.messages import Button, Document, DocumentKind, OutgoingMessage, Rows
from conversations.screens import is_typed, say
from conversations.world import World

DOWNLOAD = "download_data"
# How often the files are made for one account.
EVERY = timedelta(hours=1)
_KINDS = (DocumentKind.PERSONAL_DATA, DocumentKind.PERSONAL_JSON)

BUTTONS: Rows = ((Button(DOWNLOAD, DOWNLOAD),),)


def download(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The button "Unduh Data Saya": send both files; within an hour, tell when they were sent."""
    sent = conversation.data_sent_at
    if sent and sent <= world.now < sent + EVERY:
        times = {"at": sent.isoformat(), "until": (sent + EVERY).isoformat()}
        return say(conversation, "rights.data_recent", times)
    asked = conversation.model_copy(update={"data_sent_at": world.now})
    files = (_file(conversation, kind) for kind in _KINDS)
    return say(asked, "rights.data_coming") + Outcome.of(*files)


def _file(conversation: Conversation, kind: DocumentKind) -> Send:
    document = Document(kind, str(conversation.person))
    return Send(conversation.chat, OutgoingMessage(f"captions.{kind}", {}, document=document))


def typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """A label of the buttons as text, while no dialogue listens; None for another text."""
    return download(event, world, conversation) if is_typed(event, world, DOWNLOAD) else None
