"""Every sealed column of the store, and what its value is sealed to. A test compares it with tables.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Column, Row

from bot.database import cases, file_rows, history, members, outbox_rows, quarantine
from bot.database import tables as t
from bot.database.sealing import context


class SealedColumn(NamedTuple):
    """A column, and the context of its value in a row of a select of the whole table."""

    column: Column[bytes]
    sealed_to: Callable[[Row[Any]], bytes]


SEALED = (
    SealedColumn(t.conversations.c.state, lambda row: context("conversations", row.chat, row.person)),
    SealedColumn(t.cases.c.state, cases.row_binding),
    SealedColumn(t.history.c.text, lambda row: history.row_context(row, "text")),
    SealedColumn(t.history.c.salt, lambda row: history.row_context(row, "salt")),
    SealedColumn(t.outbox.c.payload, outbox_rows.row_binding),
    SealedColumn(t.files.c.attachment, file_rows.row_binding),
    SealedColumn(t.quarantine.c.raw, quarantine.row_context),
    SealedColumn(t.waiting.c.raw, members.row_context),
    SealedColumn(t.addresses.c.address, lambda row: context("addresses", row.n)),
    SealedColumn(t.wire_messages.c.wire_id, lambda row: context("wire_messages", row.chat, row.message)),
    SealedColumn(t.register_seal.c.value, lambda row: context("register_seal", row.name)),
)
