"""Makes one account of two that were found to be one person of WhatsApp (bot/addresses/identities.py).

It runs in the transaction that stores which number leads to which, so that a process that ends in between has
done both or neither. It only moves what belongs to the number that leads away; it is never called for a
telephone number that has another owner now. Repeated, it finds nothing to move.

| what has the number of a person | what is done | why |
|---|---|---|
| `cases.filed_by` | moved, sealed again | lists, limits, reminders and rights ask for the filer |
| `Case.former_accounts` | gets the earlier number | a signature covers the account of its day |
| `conversations` | joined to one | one dialogue listens (conversations/joining.py) |
| `sent_messages` | moved | a reply to a message to either number finds its key |
| `addresses.heard`, `knocked` | the later message counts | the window belongs to the person |
| `outbox`, `chats` | stays | the row goes to the names of today; a message opens both chats |
| `wire_messages` | stays | a report names the chat of its row; a reply is found by all chats of the writer |
| `files.chat`, due rows, updates in memory | followed | `followed()` of bot/turns: each event at its turn |
| `waiting` (postponed updates) | followed | the same; the file of `/privasi` reads all numbers |
| `quarantine` | followed | erasure and `/privasi` look for all numbers of the person |
| erasures that were ordered | followed | the account is read again when they are carried out |
| documents that wait for sending | followed | they are made of all that the person has |
| `history.who` | stays | a link covers it; the erasure removes the account of any number |
| `case_words`, register's sum, card | stay | neither has the filer, and the version is the same |
| `members`, `told`, digests | - | officers and operators are not on WhatsApp |
| budgets in memory (shares.py) | stay | by number; a restart forgets them as well |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, delete, update

from bot.database.cases import BOUND, STORED, read_case
from bot.database.conversations import load_conversations, save_conversations
from bot.database.quarantine import Damage, Stage, keep
from bot.database.sealing import Codec, binding
from bot.database.tables import cases, conversations, sent_messages
from conversations import joining
from conversations.complaints.case import Case
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, ConversationKey

log = structlog.get_logger(__name__)

_FILED = STORED.where(cases.c.filed_by.in_(bindparam("accounts", expanding=True)))
_REFILE = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values(filed_by=bindparam("account"), state=bindparam("sealed"))
)
_DROP_TALKS = delete(conversations).where(
    conversations.c.chat == bindparam("account"), conversations.c.person == bindparam("account")
)
_SENT = update(sent_messages).where(sent_messages.c.chat == bindparam("old")).values(chat=bindparam("new"))


def join(connection: Connection, codec: Codec, terms: Terms, found: Mapping[int, int], now: float) -> None:
    """Move what the accounts have to those that they lead to, at wall time `now`.

    What does not open goes to the quarantine: a conversation is lost, a case stays where it is.
    """
    if not found:
        return
    damage = Damage()
    moved = _move_cases(connection, codec, found, damage)
    talks = _move_conversations(connection, codec, terms, found, damage)
    move_sent(connection, found)
    log.info("addresses.joined", accounts=len(found), cases=moved, conversations=talks)
    if faults := [*damage.faults.values()]:
        log.error("addresses.not_joined", rows=len(faults))
        keep(connection, codec, faults, now)


def move_sent(connection: Connection, found: Mapping[int, int]) -> None:
    """Find messages to these accounts under those that they lead to. Their numbers never occur twice."""
    connection.execute(_SENT, [{"old": old, "new": new} for old, new in found.items()])


def _move_cases(connection: Connection, codec: Codec, found: Mapping[int, int], damage: Damage) -> int:
    rows = connection.execute(_FILED, {"accounts": sorted(found)}).all()
    opened = (
        (row, damage.open(Stage.CASE, row.id, row.state, partial(read_case, codec, row))) for row in rows
    )
    changes = [_refiled(codec, row, case, found[row.filed_by]) for row, case in opened if case]
    if changes:
        connection.execute(_REFILE, changes)
    return len(changes)


def _refiled(codec: Codec, row: Row[*tuple[Any, ...]], case: Case, account: int) -> dict[str, object]:
    """The case under its new account. The seal holds the account, and nothing else in it changes."""
    columns = {**row._mapping, "filed_by": account}  # noqa: SLF001 - the documented name of a row's mapping
    plain = joining.refiled(case, account).model_dump_json().encode()
    sealed = codec.seal(plain, binding("cases", *(columns[name] for name in BOUND)))
    return {"case": row.id, "account": account, "sealed": sealed}


def _move_conversations(
    connection: Connection, codec: Codec, terms: Terms, found: Mapping[int, int], damage: Damage
) -> int:
    wanted = {ConversationKey(account, account) for pair in found.items() for account in pair}
    known = load_conversations(connection, codec, wanted, damage)
    going = [talk for key, talk in known.items() if key.person in found]
    joined = _joined(going, known, found)
    save_conversations(connection, codec, joined, terms)
    connection.execute(_DROP_TALKS, [{"account": account} for account in found])
    return len(going)


def _joined(
    going: Collection[Conversation],
    known: Mapping[ConversationKey, Conversation],
    found: Mapping[int, int],
) -> Collection[Conversation]:
    joined: dict[int, Conversation] = {}
    for talk in sorted(going, key=lambda talk: talk.person):
        account = found[talk.person]
        before = joined.get(account) or known.get(ConversationKey(account, account))
        joined[account] = joining.joined(before, talk) if before else joining.moved(talk, account)
    return joined.values()
