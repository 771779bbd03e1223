"""Makes the file that `/privasi` gives a person: a PDF to read, and JSON that has all of it.

It is read when it is sent, over a reading connection. Updates that were set aside and messages that wait are
the account's own: what others wrote about the account is not among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.channels.base import MadeDocument, Wording
from bot.channels.capabilities import capabilities_of
from bot.channels.messengers import writer_of
from bot.channels.numbers import on_whatsapp
from bot.database import addresses, history, outbox_rows
from bot.database.cases import load_cases
from bot.database.conversations import load_conversations
from bot.database.engine import Database
from bot.database.files_table import readable_files
from bot.database.members import read_waiting
from bot.database.outbox_rows import State
from bot.database.quarantine import Damage
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import cases, conversations, members, outbox, quarantine
from bot.database.tables import history as entries
from bot.database.tables import waiting as waiting_table
from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from bot.documents.typesetting import Typesetter
from conversations.complaints.erasing import files_of
from conversations.complaints.rules import Rules
from conversations.conversation import ConversationKey
from conversations.documents import personal_data
from conversations.documents.personal_data import Act, OwnCase, Person, StoredFile
from conversations.messages import Document, DocumentKind, OutgoingMessage

PDF, JSON = "application/pdf", "application/json"

_TALKS = select(conversations.c.chat, conversations.c.person).where(
    conversations.c.person.in_(bindparam("accounts", expanding=True))
)
_WAITING = select(outbox).where(
    outbox.c.chat.in_(bindparam("accounts", expanding=True)),
    outbox.c.state.in_((State.PENDING.value, State.PARKED.value, State.ACCEPTED.value)),
    outbox.c.payload.is_not(None),
)
_SET_ASIDE = select(quarantine.c.id, quarantine.c.at, quarantine.c.subject, quarantine.c.raw)
_NOT_TAKEN = select(waiting_table).where(waiting_table.c.person.in_(bindparam("accounts", expanding=True)))
_ACTS = (
    select(cases.c.reference, entries.c.at, entries.c.what)
    .join(cases, cases.c.id == entries.c.case_id)
    .where(entries.c.who == bindparam("officer"))
    .order_by(entries.c.at)
)
_GROUPS = select(members.c.chat, members.c.since).where(
    members.c.person.in_(bindparam("accounts", expanding=True)), members.c.present == 1
)


class PersonalData:
    """Reads what is stored about an account, and makes one of its two documents."""

    def __init__(self, database: Database, codec: Codec, wording: Wording, typesetter: Typesetter) -> None:
        self._database, self._codec = database, codec
        self._wording, self._typesetter = wording, typesetter

    async def make(self, document: Document, rules: Rules, language: str) -> MadeDocument:
        """The document of the account that is its subject. Raises TypesettingError."""
        person = await self._database.read(lambda c: self._read(c, int(document.subject), rules))
        name = self._wording.word("document_personal_data", language)
        if document.kind is DocumentKind.PERSONAL_JSON:
            content = json.dumps(personal_data.data(person), ensure_ascii=False, indent=1)
            return MadeDocument(f"{name}.json", JSON, content.encode("utf-8", "replace") + b"\n")
        content_pdf = await self._typesetter.pdf("document", self._page(person, language))
        return MadeDocument(f"{name}.pdf", PDF, content_pdf)

    def _page(self, person: Person, language: str) -> dict[str, Any]:
        title = self._wording.word("title_personal_data", language)
        said = OutgoingMessage("letters.personal_data", personal_data.page(person))
        return {
            "title": title,
            "language": language,
            "letterhead": _head(person),
            "footer": title,
            "blocks": blocks(self._wording.text(said, language)),
        }

    def _read(self, connection: Connection, account: int, rules: Rules) -> Person:
        codec = self._codec
        accounts = addresses.numbers_of(connection, codec, account)
        account, own = next(iter(accounts), account), {"accounts": accounts}
        keys = {ConversationKey(*row) for row in connection.execute(_TALKS, own)}
        talks = load_conversations(connection, codec, keys, Damage())
        filed = load_cases(connection, codec, filed_by=accounts, damage=Damage())
        ordered = sorted(filed.values(), key=lambda case: (case.received_at, case.reference))
        return Person(
            account=account,
            messenger=capabilities_of(account).messenger,
            rules=rules,
            talks=[talks[key] for key in sorted(talks)],
            cases=[
                OwnCase(case, history.records(connection, codec, case.id), self._files(connection, case))
                for case in ordered
                if rules.agency(case.agency)
            ],
            waiting=list(self._waiting(connection, accounts)),
            set_aside=[*self._set_aside(connection, accounts), *self._not_taken(connection, accounts)],
            acts=[Act(*row) for row in connection.execute(_ACTS, {"officer": f"officer:{account}"})],
            groups=[(row.chat, row.since) for row in connection.execute(_GROUPS, own)],
            whatsapp=self._whatsapp(connection, account),
        )

    def _whatsapp(self, connection: Connection, account: int) -> dict[str, str] | None:
        """What WhatsApp calls the account; None for one of Telegram, and where it is not stored."""
        if not on_whatsapp(account):
            return None
        known = addresses.of_number(connection, self._codec, account - addresses.FIRST_PERSON)
        return {"user_id": known.user_id, "number": known.wa_id, "name": known.name} if known else None

    def _files(self, connection: Connection, case: Any) -> dict[str, StoredFile]:
        jobs = readable_files(connection, self._codec, files_of(case))
        return {key: StoredFile(key, job.state.value, job.sha256, job.size) for key, job in jobs.items()}

    def _waiting(self, connection: Connection, accounts: Sequence[int]) -> Iterator[str]:
        """The texts of the messages that wait for this account; damaged ones are left out."""
        for row in connection.execute(_WAITING, {"accounts": accounts}):
            try:
                waiting = outbox_rows.read_row(self._codec, row)
                if waiting.message and waiting.message.document is None:
                    yield self._wording.text(waiting.message, waiting.language)
            except Exception:  # noqa: BLE001, S112 - one damaged row must not keep the person's data from them
                continue

    def _not_taken(self, connection: Connection, accounts: Sequence[int]) -> Iterator[tuple[float, str]]:
        """The updates of the account that wait until they are taken."""
        for row in connection.execute(_NOT_TAKEN, {"accounts": accounts}):
            try:
                yield row.at, read_waiting(self._codec, row).raw.decode("utf-8", "replace")
            except Exception:  # noqa: BLE001, S112 - the next start deletes a damaged one
                continue

    def _set_aside(self, connection: Connection, accounts: Sequence[int]) -> Iterator[tuple[float, str]]:
        subjects = {f"{account}:{account}" for account in accounts}
        for row in connection.execute(_SET_ASIDE):
            try:
                raw = self._codec.open(row.raw, context("quarantine", row.id))
            except SealBrokenError:
                continue
            if row.subject in subjects or _sender(raw) in accounts:
                yield row.at, raw.decode("utf-8", "replace")


def _sender(raw: bytes) -> int:
    """The account that sent an update; 0 where it does not say."""
    writer = writer_of(raw)
    if writer and on_whatsapp(writer.chat):
        return writer.chat
    try:
        update = json.loads(raw)
        parts = update.values() if isinstance(update, dict) else ()
        senders = (part.get("from") for part in (*parts, update) if isinstance(part, dict))
        return next((int(sender["id"]) for sender in senders if sender), 0)
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0


def _head(person: Person) -> dict[str, str]:
    """The letterhead of the agency that has the complaints; of several, only their names."""
    if person.agency:
        return letterhead(person.agency)
    names = " · ".join(agency.short_name for agency in person.rules.agencies)
    return {"parent": "", "name": names, "address": "", "contact": "", "logo": ""}
