"""A filed case as a pattern: its rows in every table, opened, with slots for what differs from case to case.

A copy has its own id, number, citizen, files, days and words. Its seals, hashes, links and signature are made
with the codec and the functions of the bot, so that the bot opens it and `aduan verify` finds no fault.

Not copied are the keys of updates, which are kept for 48 hours, and rows that do not belong to one case.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from bot.database import cases as stored_cases
from bot.database import file_rows, history, register_seal, tables
from bot.database.old_messages import KEPT_SECONDS
from bot.database.sealing import Codec, binding, context
from bot.foundation.disk import place_of
from conversations.complaints.case_words import words_of
from conversations.complaints.complaint import Complaint
from conversations.complaints.erasing import ENDED
from conversations.complaints.references import (
    CHAIN_START,
    SALT_BYTES,
    Entry,
    chain_link,
    hash_code,
    registration_number,
    signature_digest,
    text_digest,
)
from tests.bench.lives import MARKERS
from tests.bench.slots import Columns, Copy, Place, Rows, Slots, Template, Values
from tests.bench.stored_chat import ACCESS_CODE, content_of
from tests.unit.transcript import START

DAY_SECONDS = 86_400
# The keys that end with the id of a message in the same chat.
NUMBERED = "about:"


class Pattern:
    """One case of a store and all its rows."""

    def __init__(self, connection: Connection, codec: Codec, case: str) -> None:
        row = connection.execute(stored_cases.STORED.where(tables.cases.c.id == case)).one()
        self.case = stored_cases.read_case(codec, row)
        files = self._read(connection, tables.files, tables.files.c.owner == case)
        self.files = [file_rows.read_job(codec, file) for file in files]
        self._slots = Slots(self._tokens())
        bound = stored_cases.row_binding(row)
        (whole,) = self._read(connection, tables.cases, tables.cases.c.id == case)
        self._case = self._opened(whole, codec, ("state",), bound)
        self._files = [
            self._opened(file, codec, ("attachment",), file_rows.row_binding(file)) for file in files
        ]
        entries = self._read(connection, tables.history, tables.history.c.case_id == case)
        self._history = [self._entry(entry, codec) for entry in sorted(entries, key=lambda e: e.seq)]
        talks = self._read(
            connection, tables.conversations, tables.conversations.c.chat == self.case.filed_by
        )
        self._talks = [
            self._opened(talk, codec, ("state",), context("conversations", talk.chat, talk.person))
            for talk in talks
        ]
        sent = self._sent_rows(connection)
        self.first_message = min((row.message_id for row in sent), default=1)
        self._sent = [Template(*self._without(one)) for one in sent]
        self._signed = self._slots.template(_signed_text(self.case.complaint))
        self._words = words_of(self.case) - set(MARKERS)
        self._markers = [number for number, word in enumerate(MARKERS) if word in words_of(self.case)]
        # The hashes of the words that all copies have, and the codec that made them.
        self._hashes, self._hashed_by = set[int](), codec
        self._days = {day: date.fromisoformat(day).toordinal() for day in self._slots.days}

    @property
    def rows(self) -> Mapping[str, object]:
        """What the case has in each table, without what is its own."""
        return {
            "cases": self._case,
            "history": self._history,
            "files": self._files,
            "conversations": self._talks,
            "sent_messages": self._sent,
            "case_words": self._words,
        }

    @staticmethod
    def _read(connection: Connection, table: Table, where: Any) -> Sequence[Row[Any]]:
        return connection.execute(select(table).where(where)).all()

    def _sent_rows(self, connection: Connection) -> Sequence[Row[Any]]:
        """The messages about the case, and those of its citizen."""
        keys, chats = tables.sent_messages.c.key, tables.sent_messages.c.chat
        about = keys.contains(f":{self.case.id}") | (chats == self.case.filed_by)
        return self._read(connection, tables.sent_messages, about)

    def _tokens(self) -> dict[str, str]:
        case = self.case
        tokens = {
            case.id: "case",
            case.reference: "reference",
            str(case.filed_by): "person",
            case.access_hash: "access",
            case.complaint.signature_digest: "signature",
            case.history_head: "head",
            **{word: f"word{number}" for number, word in enumerate(MARKERS)},
        }
        for number, file in enumerate(self.files):
            name = file.path.rpartition("/")[2]
            tokens |= {file.key: f"file{number}", file.sha256: f"sha{number}"}
            tokens |= {file.path: f"path{number}", name: f"name{number}"}
        return {token: name for token, name in tokens.items() if token}

    def _without(self, row: Row[Any], *sealed: str) -> tuple[Columns, Columns]:
        plain = {name: value for name, value in row._asdict().items() if name not in sealed}
        return self._slots.columns(plain)

    def _opened(self, row: Row[Any], codec: Codec, sealed: Iterable[str], bound: bytes) -> Template:
        hidden = {
            name: self._slots.template(codec.open(getattr(row, name), bound).decode()) for name in sealed
        }
        return Template(*self._without(row, *sealed), hidden)

    def _entry(self, row: Row[Any], codec: Codec) -> Template:
        opened = self._opened(row, codec, ("text",), history.row_context(row, "text"))
        made = ("salt", "digest", "link")
        texts = {name: text for name, text in opened.texts.items() if name not in made}
        others = {name: value for name, value in opened.others.items() if name not in made}
        return Template(texts, others, opened.sealed)

    def values(self, codec: Codec, place: Place) -> Values:
        """What fills the slots of a copy; `head` is added with its history."""
        received = self.case.received_at + timedelta(days=place.days)
        reference = registration_number(self.case.agency, received.year, place.serial)
        values: Values = {
            "case": place.case,
            "reference": reference,
            "person": place.person,
            "access": hash_code(ACCESS_CODE, reference, codec.pepper),
            "received": int(received.timestamp()),
            "year": received.year,
        }
        values |= {f"word{number}": word for number, word in enumerate(place.words)}
        values |= {
            day: date.fromordinal(number + place.days).isoformat() for day, number in self._days.items()
        }
        for number, key in enumerate(place.files):
            sha256 = content_of(codec, key).sha256
            name = codec.file_name(sha256)
            values |= {f"file{number}": key, f"sha{number}": sha256}
            values |= {f"name{number}": name, f"path{number}": place_of(name)}
        signed_at = self.case.complaint.signed_at + timedelta(days=place.days)
        text = {"complaint": self._signed % values}
        values["signature"] = signature_digest(text, place.files, signed_at, str(place.person))
        return values

    def copy(self, codec: Codec, place: Place) -> Copy:
        """All rows of a copy."""
        values = self.values(codec, place)
        entries = self._history_rows(codec, values, place)
        values["head"] = head = entries[-1]["link"] if entries else ""
        number = register_seal.number_of(codec, place.case, self.case.version, len(entries), str(head))
        rows: Rows = {
            "cases": [self._case_row(codec, values, place)],
            "history": entries,
            "files": [self._file_row(codec, file, values, place) for file in self._files],
            "conversations": [self._talk_row(codec, talk, values, place) for talk in self._talks],
            "sent_messages": [
                self._sent_row(sent, values, place) for sent in self._sent if self._kept(sent, place)
            ],
        }
        return Copy(rows, self._word_rows(codec, values, place), number)

    def _case_row(self, codec: Codec, values: Values, place: Place) -> Columns:
        row = self._case.filled(values)
        row |= {"year": values["year"], "serial": place.serial, "filed_by": place.person}
        bound = binding("cases", *(row[name] for name in stored_cases.BOUND))
        row["state"] = codec.seal(self._case.plain("state", values), bound)
        return row

    def _history_rows(self, codec: Codec, values: Values, place: Place) -> list[Columns]:
        link, rows = CHAIN_START, []
        for seq, entry in enumerate(self._history, start=1):
            row, text, salt = entry.filled(values), entry.plain("text", values), os.urandom(SALT_BYTES)
            digest = text_digest(salt, text.decode())
            when = datetime.fromisoformat(row["at"])
            link = chain_link(
                codec.chain_key, link, Entry(place.case, seq, row["who"], when, row["what"], digest)
            )
            row |= {"digest": digest, "link": link}
            for name, plain in (("text", text), ("salt", salt)):
                row[name] = codec.seal(plain, context("history", place.case, seq, name))
            rows.append(row)
        return rows

    def _file_row(self, codec: Codec, file: Template, values: Values, place: Place) -> Columns:
        row = file.filled(values) | {"chat": place.person}
        bound = binding("files", row["key"], row["owner"], row["chat"], row["name"])
        row["attachment"] = codec.seal(file.plain("attachment", values), bound)
        return row

    def _talk_row(self, codec: Codec, talk: Template, values: Values, place: Place) -> Columns:
        row = talk.filled(values) | {"chat": place.person, "person": place.person}
        bound = context("conversations", place.person, place.person)
        row["state"] = codec.seal(talk.plain("state", values), bound)
        return row

    def _kept(self, sent: Template, place: Place) -> bool:
        """Whether the bot still has the key of a message (bot/database/old_messages.py)."""
        later: float = sent.others["sent"] + place.days * DAY_SECONDS
        return self.case.status not in ENDED or later > START.timestamp() - KEPT_SECONDS

    def _sent_row(self, sent: Template, values: Values, place: Place) -> Columns:
        row = sent.filled(values)
        later = place.first_message - self.first_message
        row["message_id"] += later
        row["sent"] += place.days * DAY_SECONDS
        if row["chat"] == self.case.filed_by:
            row["chat"] = place.person
        kind, _, number = row["key"].rpartition(":")
        if kind.startswith(NUMBERED):
            row["key"] = f"{kind}:{int(number) + later}"
        return row

    def _word_rows(self, codec: Codec, values: Values, place: Place) -> list[tuple[int, int, str]]:
        if not self._hashes or self._hashed_by is not codec:
            self._hashes, self._hashed_by = {self._hash(codec, word) for word in self._words}, codec
        own = {self._hash(codec, place.words[number]) for number in self._markers}
        received, case = int(values["received"]), place.case
        return [(word, received, case) for word in self._hashes | own]

    def _hash(self, codec: Codec, word: str) -> int:
        return codec.word(self.case.agency, int(self.case.restricted), word)


def _signed_text(complaint: Complaint) -> str:
    """The text under the signature (conversations/complaints/signatures.py)."""
    return complaint.model_dump_json(exclude={"signature_digest", "signed_at"}, exclude_defaults=True)
