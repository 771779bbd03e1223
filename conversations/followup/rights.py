"""What a person may ask for about their own data, under /privasi (UU 27/2022 art. 5 to 13).

    Siti:  /privasi
    Bot:   Privasi … [Unduh Data Saya] [Perbaiki Data] [Hapus Data]
    Siti:  [Unduh Data Saya]
    Bot:   Data Bapak/Ibu sedang disiapkan. …
    Bot:   (data-saya.pdf) … (data-saya.json) …
    Siti:  unduh data saya
    Bot:   Data Bapak/Ibu sudah dikirim … Data yang terbaru dapat diminta lagi mulai …
    Siti:  [Perbaiki Data]
    Bot:   Data mana yang salah pada DPMD-2026-0001, dan yang benar bagaimana? … [Batalkan]
    Siti:  Nama saya Siti Aminah, bukan Siti Amina.
    Bot:   Tercatat: 1 … [Kirim] [Batalkan]
    Siti:  [Kirim]
    Bot:   ✅ Permintaan perbaikan data pada DPMD-2026-0001 sudah diteruskan kepada petugas. …
    Bot to the group:
           Pengadu meminta perbaikan data pribadinya pada DPMD-2026-0001 … [Permintaan Data]

The files are made when they are sent. They go only to the private chat of the account that asks. A person
without a complaint reads what is stored and whom to call, and the operator is informed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send, TellOperator
from conversations.events import ButtonPressed, PersonEvent
from conversations.followup import additions
from conversations.messages import Button, Document, DocumentKind, OutgoingMessage, Rows
from conversations.screens import is_typed, say
from conversations.world import World

DOWNLOAD, CORRECT, ERASE = "download_data", "correct_data", "erase_data"
# How often the files are made for one account, and how often the operator is informed of its requests.
EVERY, INFORMED_EVERY = timedelta(hours=1), timedelta(days=1)
MOST_CASES = 8
_KINDS = (DocumentKind.PERSONAL_DATA, DocumentKind.PERSONAL_JSON)
_ASKED: Mapping[str, Purpose] = {CORRECT: Purpose.DATA_CORRECTION, ERASE: Purpose.DATA_ERASURE}

BUTTONS: Rows = ((Button(DOWNLOAD, DOWNLOAD),), (Button(CORRECT, CORRECT), Button(ERASE, ERASE)))


def offer(case: Case) -> tuple[Button, ...]:
    """The button "Perbaiki Data" of a complaint's page."""
    return (Button(CORRECT, "correct_of", case.id, case.version),)


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


def correct(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The button "Perbaiki Data": ask what is wrong, with several complaints in which one."""
    return _which(world, conversation, CORRECT)


def erase(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The button "Hapus Data": say what an erasure means, and ask for the reason."""
    return _which(world, conversation, ERASE)


def _which(world: World, conversation: Conversation, label: str) -> Outcome:
    own = world.own_cases(conversation.person)
    if not own:
        return _without_case(world, conversation, _ASKED[label])
    if len(own) == 1:
        return _begin(world, conversation, own[0], _ASKED[label])
    action = "correct_of" if label == CORRECT else "erase_of"
    rows = tuple(
        (Button("case", action, case.id, case.version, params={"reference": case.reference}),)
        for case in own[:MOST_CASES]
    )
    return say(conversation, "rights.which", {"purpose": _ASKED[label].value}, buttons=rows)


def correct_of(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The complaint in which something is wrong was chosen."""
    return _begin(world, conversation, case, Purpose.DATA_CORRECTION)


def erase_of(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The complaint whose data are to be erased was chosen."""
    return _begin(world, conversation, case, Purpose.DATA_ERASURE)


def _begin(world: World, conversation: Conversation, case: Case, purpose: Purpose) -> Outcome:
    if (asked := case.data_request) is not None:
        params = {"reference": case.reference, "purpose": asked.purpose.value, "at": asked.at.isoformat()}
        return say(conversation, "rights.already_requested", params)
    return additions.begin(world, conversation, case, purpose)


def _without_case(world: World, conversation: Conversation, purpose: Purpose) -> Outcome:
    """Say what is stored without a complaint; the operator is informed, at most once a day."""
    messenger = world.capabilities(conversation.chat).messenger
    params = {"purpose": purpose.value, "contacts": world.rules.contacts(), "messenger": messenger}
    told = conversation.data_asked_at
    if told and told <= world.now < told + INFORMED_EVERY:
        return say(conversation, "rights.no_case", params)
    asked = conversation.model_copy(update={"data_asked_at": world.now})
    note = {"person": conversation.person, "purpose": purpose.value, "messenger": messenger}
    message = OutgoingMessage("system.operator_data_request", note)
    return say(asked, "rights.no_case", params) + Outcome.of(TellOperator(message))


def typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """A label of the buttons as text, while no dialogue listens; None for another text."""
    handlers = {DOWNLOAD: download, CORRECT: correct, ERASE: erase}
    pressed = next((act for label, act in handlers.items() if is_typed(event, world, label)), None)
    return pressed(event, world, conversation) if pressed else None
