"""The fields of log lines that may hold text; the text of any other field is masked.

A field holds an id, a number, a time, a word of this program, or the path of a file of the installation. None
holds what a person wrote, is called, or sends. Numbers and truth values are shown under any name.
"""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "at": "where an exception was raised: file, line and function, the outermost first",
    "error": "the class of an exception, perhaps with its stack frames",
    "library": "the library that logged, or `python`",
    "reason": "why: a sentence of the messenger without what it quotes, or the class of an error",
    "advice": "what to do, in words of this program",
    "source": "where the updates of a turn came from: a channel, or the clock",
    "channel": "the name of a messenger",
    "phone_number_id": "the number of an account of WhatsApp, as Meta counts it",
    "stage": "where something failed (bot/database/quarantine.py)",
    "kind": "the kind of a row, a document or a value",
    "template": "the name of a message in templates/",
    "outcome": "how a delivery ended: sent, or the kind of the failure",
    "what": "the part of the bot's profile or of an answer that is meant",
    "states": "states of the service, as systemd takes them",
    "parts": "the parts of the bot that do not work",
    "certainty": "how certain the time is",
    "why": "why the time is not certain",
    "folder": "a folder of the installation",
    "file": "the key of a file: its chat and message, or a number",
    "path": "a path of the installation",
    "set_aside": "a path of the installation, or how many updates were set aside",
    "waits_for": "the messenger's server",
    "listen": "the address on which the web server listens",
    "bot": "the bot's own user name",
    "store": "the database: a file, or an address without its password",
    "leader": "the session of the process that works: its name, machine, number and beginning",
    "url": "the public address of the webhook",
    "references": "registration numbers",
    "case": "the random id of a complaint, or its registration number",
    "first": "the first of several numbers",
    "last": "the last of several numbers",
}
# Fields that hold a number, an id or a truth value.
NUMBERS = frozenset(
    {
        *(
            "age_s",
            "attempts",
            "before",
            "bytes",
            "chat",
            "chats",
            "complaints",
            "count",
            "created",
            "dropped",
        ),
        *("entry", "free", "most", "person", "reserve", "waiting"),
        *(
            "errno",
            "faults",
            "files",
            "generation",
            "group",
            "kept",
            "marks",
            "messages",
            "ms",
            "names",
            "new",
        ),
        *(
            "offset_seconds",
            "old",
            "row",
            "seconds",
            "seconds_ahead",
            "sent",
            "size",
            "taken",
            "topic",
            "tries",
        ),
        *("update", "updates", "waited_ms"),
    }
)
# What structlog adds itself.
OWN = frozenset({"event", "level", "timestamp"})
