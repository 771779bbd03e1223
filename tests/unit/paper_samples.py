"""Sample values for the parameters of response letters, closing records and disposition slips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOMENT, DAY = "2026-03-17T09:05:00+07:00", "2026-03-27"
FILES = [{"kind": "photo", "count": 2}]
LISTED = [{"kind": "document", "name": "surat <1>.pdf", "text": "", "digest": "0" * 64}]
OFFICER = {"name": "Rina <&>", "position": "Analis", "nip": "198001012005011001"}
BARE_OFFICER = {"name": "Rina", "position": "", "nip": ""}
RESPONSE = {
    "number": 2,
    "correction": True,
    "at": MOMENT,
    "by": "Rina <&>",
    "approved_by": "Ibu <Kepala>",
    "text": "Sudah <cair> & selesai.",
    "files": FILES,
}
BARE_RESPONSE = {**RESPONSE, "number": 1, "correction": False, "approved_by": "", "text": "", "files": []}
DECISION = {
    "purpose": "redirection",
    "by": "Rina",
    "at": MOMENT,
    "destination": "SP4N-<LAPOR!>",
    "contact": "www.lapor.go.id",
    "tracking": "ID LAPOR!",
    "number": "8123456",
    "reference": "BAKESBANGPOL-2026-0001",
    "text": "Bukan <kewenangan> kami.",
}
PLAN = {
    "text": "Memeriksa <lagi>.",
    "division": "Bidang <Pemdes>",
    "needed": True,
    "due": DAY,
    "by": "Rina",
    "at": MOMENT,
    "postponed": [{"at": MOMENT, "by": "Budi", "text": "Libur <lebaran>."}],
    "done_by": "Budi",
    "done_at": MOMENT,
}
TAKEN = {"day": DAY, "days": 2, "allowed": 3, "unit": "working", "in_time": True}
LATE = {**TAKEN, "days": 9, "unit": "calendar", "in_time": False}
LINE = {"at": MOMENT, "who": "officer", "name": "Rina <&>", "what": "note", "code": ""}
HISTORY = [
    LINE,
    {**LINE, "name": ""},
    {**LINE, "who": "citizen", "name": ""},
    {**LINE, "at": "", "who": "clock", "name": "", "what": "other", "code": "<new_code>"},
]
TIMELINE = [
    {"status": "received", "at": MOMENT, "by": "", "division": ""},
    {"status": "assigned", "at": MOMENT, "by": "Rina <&>", "division": "Bidang <Pemdes>"},
]

# message -> its parameters that have another shape there than elsewhere
PAPERS: Mapping[str, Mapping[str, tuple[Any, Any]]] = {
    "letters.response": {
        "correction": (True, False),
        "replaces": (MOMENT, ""),
        "objected": (MOMENT, ""),
        "recalled": ("", MOMENT),
        "enclosed": (LISTED, []),
        "signed": (OFFICER, BARE_OFFICER),
        "until": (DAY, ""),
        "text": ("Sudah <cair>.", ""),
    },
    "letters.closing": {
        "limited": (False, True),
        "ended_at": (MOMENT, ""),
        "taken": (TAKEN, LATE),
        "timeline": (TIMELINE, TIMELINE[:1]),
        "channel": ("letter", ""),
        "divisions": (["Bidang <Pemdes>", "Bidang Ekonomi"], []),
        "verifier": (OFFICER, None),
        "officer": (BARE_OFFICER, None),
        "history": (HISTORY, []),
        "responses": ([BARE_RESPONSE, RESPONSE], []),
        "objections": ([MOMENT, MOMENT], []),
        "decision": (DECISION, None),
        "reason": ("solved", ""),
        "plan": (PLAN, None),
        "status": ("archived", "withdrawn"),
    },
    "letters.slip": {
        "limited": (False, True),
        "received_at": (MOMENT, ""),
        "files": (FILES, []),
        "evidence": (FILES, []),
    },
    "captions.response": {"correction": (True, False)},
}
