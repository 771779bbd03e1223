"""Every table of the store. Personal data is in sealed columns only (invariant 8).

Business times are ISO texts in UTC and business days ISO dates; wall times are seconds since 1970.
`LargeBinary` columns are sealed with the context "table" + primary key. Migrations are written by
hand; a test compares their result with this file.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

# Compared byte by byte in both stores: a language's order would change what a range of keys holds.
TEXT = String().with_variant(String(collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _only(condition: str) -> dict[str, Any]:
    """What makes an index one of some rows only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# The keys of the updates that were taken, so that none is taken twice (invariant 1).
updates = Table(
    "updates",
    metadata,
    Column("channel", TEXT, primary_key=True),
    Column("update_id", BigInteger, primary_key=True),
    Column("at", Float, nullable=False, index=True),
)

# The offset from which polling continues, and when that was stored.
offsets = Table(
    "offsets",
    metadata,
    Column("channel", TEXT, primary_key=True),
    Column("next", BigInteger, nullable=False),
    Column("at", Float, nullable=False),
)

# The next number of each counter. Rows whose sealed context holds their number need it before storing.
counters = Table(
    "counters",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

# `wake_at` is when the clock has something to do, `wake_kind` what; an empty kind is found from the state.
conversations = Table(
    "conversations",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("person", BigInteger, primary_key=True),
    Column("language", TEXT, nullable=False),
    Column("wake_at", TEXT, index=True),
    Column("wake_kind", TEXT),
    Column("state", LargeBinary, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("agency", TEXT, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("reference", TEXT, nullable=False, unique=True),
    Column("status", TEXT, nullable=False),
    Column("filed_by", BigInteger, nullable=False, index=True),
    Column("chat", BigInteger, nullable=False, index=True),
    Column("officer", BigInteger),
    Column("division", TEXT, nullable=False),
    Column("due_on", TEXT, nullable=False),
    Column("restricted", Integer, nullable=False),
    Column("wake_at", TEXT, index=True),
    Column("wake_kind", TEXT),
    Column("received_at", TEXT, nullable=False),
    Column("access_hash", TEXT, nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("agency", "year", "serial"),
    # Each listing reads one of these in its order, status by status (listing.py).
    Index("ix_cases_listing", "agency", "restricted", "status", "due_on", "year", "serial"),
    Index("ix_cases_officer", "officer", "agency", "restricted", "status", "due_on", "year", "serial"),
    Index("ix_cases_division", "agency", "restricted", "division", "status", "due_on", "year", "serial"),
    Index("ix_cases_received", "agency", "restricted", "received_at"),
    # The cases of a group that have a wake-up time, which those that are over do not have (digest_cases.py).
    Index(
        "ix_cases_woken",
        *("agency", "restricted", "wake_at", "status"),
        **_only("wake_at IS NOT NULL"),
    ),
)

# The blind index: keyed hashes of the words of each case (word_index.py). `received` is when the case was
# received, in seconds since 1970.
case_words = Table(
    "case_words",
    metadata,
    Column("word", BigInteger, primary_key=True, autoincrement=False),
    Column("received", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", TEXT, primary_key=True),
    Index("ix_case_words_case_id", "case_id"),
    sqlite_with_rowid=False,
)

# Append-only; `text` and `salt` may be erased, and the links stay verifiable (invariant 9).
history = Table(
    "history",
    metadata,
    Column("case_id", TEXT, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", TEXT, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("what", TEXT, nullable=False),
    Column("text", LargeBinary),
    Column("salt", LargeBinary),
    Column("digest", TEXT, nullable=False),
    Column("link", TEXT, nullable=False),
)

# The messages still to be sent (invariant 3). `revision` rises when an unsent row's payload is replaced;
# `outcome` is the outcome of a row with `report` that the core has not been informed of. An accepted row has
# in `not_before` until when the messenger's report is awaited; of a row that is not settled `error` may hold
# what is known of its parts (outbox_parts.py).
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("key", TEXT),
    Column("kind", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("language", TEXT, nullable=False),
    Column("payload", LargeBinary),
    Column("revision", Integer, nullable=False),
    Column("report", TEXT),
    Column("outcome", TEXT),
    Column("error", TEXT),
    Column("state", TEXT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Index("ix_outbox_state_chat_lane_id", "state", "chat", "lane", "id"),
    Index("ix_outbox_key", "key"),
    Index("ix_outbox_outcome", "id", **_only("outcome IS NOT NULL")),
)

# The keys of the messages that we sent (invariant 4); the newest of a key is the one to edit.
sent_messages = Table(
    "sent_messages",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("key", TEXT, nullable=False, index=True),
    Column("sent", Float, nullable=False, index=True),
)

# Durable jobs (invariant 7). `name` is the keyed hash of the content; `reason` says why a file was lost,
# `reported` whether the core was informed.
files = Table(
    "files",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("owner", TEXT, nullable=False, index=True),
    Column("chat", BigInteger, nullable=False),
    Column("attachment", LargeBinary, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("name", TEXT),
    Column("size", BigInteger, nullable=False),
    Column("path", TEXT, index=True),
    Column("reason", TEXT),
    Column("reported", Integer, nullable=False),
    Index("ix_files_state_not_before", "state", "not_before"),
    Index("ix_files_unreported", "state", "owner", **_only("reported = 0")),
)

# The sealed contents of stored files, in pieces counted from 0; an incomplete one has a temporary path. Empty
# where a folder has them (bot/database/table_contents.py).
file_contents = Table(
    "file_contents",
    metadata,
    Column("path", String, primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

# `cards_void`: the group moved or the bot's account changed, and open cards are to be sent again. `proof`
# binds a move to the keys.
chats = Table(
    "chats",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("blocked", Integer, nullable=False),
    Column("migrated_to", BigInteger, index=True),
    Column("cards_void", Integer, nullable=False),
    Column("proof", TEXT),
)

# The people of a messenger that gives no numbers: person `first + n`. `user_hash` and `wa_hash` are keyed
# hashes of the messenger's names for the person, of which one may be missing; `address` holds these. `heard`
# is the wall time of the person's newest message, `knocked` that of the template sent since then; it is
# negative where that one was not delivered.
addresses = Table(
    "addresses",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("user_hash", TEXT, unique=True),
    Column("wa_hash", TEXT, unique=True),
    Column("address", LargeBinary, nullable=False),
    Column("heard", Float, nullable=False, index=True),
    Column("knocked", Float),
)

# The names of our messages in a messenger that does not number them; they may contain a telephone number.
wire_messages = Table(
    "wire_messages",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("wire_hash", TEXT, nullable=False, unique=True),
    Column("wire_id", LargeBinary, nullable=False),
)

# Updates and rows that could not be read or handled, complete, for the operator (invariant 2). `stage` is
# where it failed, `subject` names it; one that fails again raises `times`.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("update_id", BigInteger),
    Column("stage", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("times", Integer, nullable=False),
    Column("error", TEXT, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Index("uq_quarantine_stage_subject", "stage", "subject", unique=True),
)

# When the operator was last notified of each kind of failure: once an hour is enough.
operator_notices = Table(
    "told",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("at", Float, nullable=False),
)

# About this installation: the bot's account, how often that has changed, and topics that were created again.
installation = Table(
    "installation",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False),
)

# Registration numbers that were issued by a copy of this register which is lost (docs/architecture.md).
gaps = Table(
    "gaps",
    metadata,
    Column("agency", TEXT, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("at", TEXT, nullable=False),
)

# Who is in the staff and restricted groups: `present` as the messenger said at `at` (wall time), without
# a break since `since` (business time). `proof` binds the row to the keys.
members = Table(
    "members",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("person", BigInteger, primary_key=True),
    Column("present", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("since", TEXT, nullable=False),
    Column("proof", TEXT, nullable=False),
    Index("ix_members_present_at", "present", "at"),
    Index("ix_members_person", "person"),
)

# Updates that wait: those of officers until the messenger has said whether the sender is in the group `chat`,
# and, with 0 as `chat`, those of a person who sent many until it is their turn.
waiting = Table(
    "waiting",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", TEXT, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("at", Float, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

# One sealed sum over all cases: an older copy of a case and its history does not fit it.
register_seal = Table(
    "register_seal",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# The log of erasure orders: each line has an HMAC over it and the line before (order_lines.py).
erasure_orders = Table(
    "erasure_orders",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("line", TEXT, nullable=False),
)
