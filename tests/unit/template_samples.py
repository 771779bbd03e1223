"""Sample values for every parameter of every message: one rich set and one in which what may be empty is.

A new parameter needs a line here; a message whose parameter of a known name has another shape, a line in OWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LONG = "Bantuan yang dijanjikan <belum> saya terima & tidak ada penjelasan. " * 3
MOMENT = "2026-03-17T09:05:00+07:00"
DAY = "2026-03-27"
CONTACT = {
    "address": "Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153",
    "phones": ["(0343) 749035"],
    "email": "dpmd@example.go.id",
    "website": "dpmd.example.go.id",
    "hours": "Senin-Jumat 08.00-15.00 WIB",
}
BARE_CONTACT = {**CONTACT, "phones": [], "email": "", "website": "", "hours": ""}
REACHED = [
    {**CONTACT, "name": "DPMD", "full_name": "Dinas <Pemberdayaan>", "handles": "Dana Desa, Posyandu"},
    {**CONTACT, "name": "Bakesbangpol", "full_name": "Badan Kesatuan", "handles": "ormas & parpol"},
]
BARE_REACHED = [{**BARE_CONTACT, "name": "DPMD", "full_name": "Dinas", "handles": ""}]
FILES = [{"kind": "photo", "count": 2}, {"kind": "document", "count": 1}]
ROWS = [
    {"field": "service", "text": "Dana Desa <1>"},
    {"field": "story", "text": LONG, "files": FILES},
    {"field": "occurred", "day": DAY},
    {"field": "occurred", "text": "minggu <lalu>", "said": DAY},
    {"field": "loss_kind", "word": "loss_both"},
    {"field": "power_of_attorney", "word": "kind_photo"},
    {"field": "phone", "word": "skipped"},
]
ENTRY = {"at": MOMENT, "purpose": "answer", "by": "Rina <&>", "text": LONG, "files": FILES, "recalled": True}
BARE_ENTRY = {**ENTRY, "by": "", "text": "", "files": [], "recalled": False}
LISTED = {
    "reference": "DPMD-2026-0042",
    "status": "in_progress",
    "service": "Dana Desa",
    "received_at": MOMENT,
    "due": DAY,
    "overdue": True,
    "officer": "Rina",
}
BARE_LISTED = {**LISTED, "service": "", "due": None, "overdue": False, "officer": ""}
STORED = {**LISTED, "fields": ROWS, "earlier": ROWS[:1], "files": 2, "messages": 1}
BEGUN = {"agency": "Dinas <A>", "service": "Dana Desa", "started_at": MOMENT}
COMMANDS = [{"name": "batal", "argument": ""}]
OFFICER = {"id": 7, "name": "Rina <&>"}
AT_DIVISION = {"name": "Bidang <Pemdes>", "since": MOMENT, "officer": "Joko", "taken_at": MOMENT}
TIMELINE = [
    {"status": "received", "at": MOMENT, "by": "", "division": ""},
    {"status": "verified", "at": MOMENT, "by": "Rina", "division": ""},
    {"status": "assigned", "at": MOMENT, "by": "Rina", "division": "Bidang <Pemdes>"},
]

# parameter -> (a rich value, the emptiest one that it may have)
SAMPLES: Mapping[str, tuple[Any, Any]] = {
    "about": ({"service": "Dana <Desa>", "story": LONG}, {"service": "", "story": ""}),
    "account": (7, 7),
    "accepted": ([{"agency": "DPMD", "version": "2026-01", "at": MOMENT}], []),
    "additions": (2, 0),
    "unshown": (2, 0),
    "address": (CONTACT["address"], CONTACT["address"]),
    "agencies": (["DPMD", "Bakesbangpol"], ["DPMD"]),
    "agency": ("Dinas <Pemberdayaan>", "DPMD"),
    "answer": (ROWS[1], ROWS[5]),
    "answers": (ROWS, ROWS[:1]),
    "aside": ([{"kind": "voice", "count": 1}, {"kind": "photo", "count": 2}], []),
    "at": (MOMENT, MOMENT),
    "choices": (["final_response", "question", "correct", "note"], ["note"]),
    "buttons": (["take", "note"], ["read_all"]),
    "approved_by": ("Ibu <Kepala>", ""),
    "attorney": (True, False),
    "represented": ("Sumiati <&>", ""),
    "bodies": ([{"name": "Ombudsman", "contact": "137"}], [{"name": "Inspektorat", "contact": "surat"}]),
    "cases": ([LISTED, BARE_LISTED], [BARE_LISTED]),
    "channels": (["SP4N-LAPOR!: www.lapor.go.id"], []),
    "chat": (-1001234567890, -1),
    "code": ("ABCD2345", ""),
    "command": ("jawab", "tiket"),
    "confidential": (True, False),
    "confirmed": (True, False),
    "contact": (CONTACT, BARE_CONTACT),
    "contacts": (REACHED, BARE_REACHED),
    "complaints_to": (["Menghubungi: Kepala <DPMD>", "Telp. (0343) 747004"], []),
    "cost": ("Tidak dipungut biaya", "Tidak dipungut biaya"),
    "commands": (COMMANDS, COMMANDS),
    "count": (3, 1),
    "current": (ROWS[1], None),
    "day": (DAY, DAY),
    "days": (10, 1),
    "delicate": (True, False),
    "declared": (True, False),
    "deleted": (True, False),
    "decree": ("060/024/424.079/2023", ""),
    "delivered_at": (MOMENT, None),
    "delivery": ("delivered", None),
    "draft": (True, False),
    "draft_by": ("Rina <&>", ""),
    "drafts": ([BEGUN, {**BEGUN, "agency": "", "service": ""}], [BEGUN]),
    "empty": (False, True),
    "due": (DAY, DAY),
    "due_on": (DAY, DAY),
    "earlier": ("DPMD-2026-0001", ""),
    "email": ("dpmd@example.go.id", ""),
    "emergency": ("112", "112"),
    "error": ("ValueError", "ValueError"),
    "evidence": (FILES, []),
    "example": ("DPMD-2026-0042", "DPMD-2026-0042"),
    "field": ("occurred_place", "name"),
    "fields": (ROWS, ROWS[:1]),
    "files": (10, 0),
    "full": (True, False),
    "filter": ("mine", "open"),
    "history_head": ("0f" * 32, ""),
    "hours": ("08.00-15.00 WIB", ""),
    "kept": (True, False),
    "kind": ("sticker", "poll"),
    "language": ("id", "en"),
    "last": (ENTRY, None),
    "last_answers": ([{"field": "name", "text": "Siti <Aminah>"}], []),
    "left": (4, 1),
    "limit": (2000, 10),
    "loss": ("both", "none"),
    "megabytes": (20, 1),
    "name": ("Siti <Aminah> & anak", "Siti"),
    "names": (["DPMD"], []),
    "notes": (1, 0),
    "number": (2, 1),
    "objection": (LONG, ""),
    "officer": ("Rina <&>", ""),
    "open": (True, False),
    "outdated": (True, False),
    "overdue": (True, False),
    "own": (True, False),
    "page": (2, 1),
    "pages": (3, 1),
    "parts": (
        [{"kind": "photo", "text": LONG}, {"kind": "text", "text": "x"}],
        [{"kind": "voice", "text": ""}],
    ),
    "path": ("state/data-aduan.json", "x"),
    "person": (7, 7),
    "phones": (["(0343) 749035", "0816"], []),
    "photo": (True, False),
    "place": ("Bangil", ""),
    "places": ([{"url": "https://maps.example/?q=1,2&z=3", "text": "Balai <desa>"}], []),
    "problem": ("too_long", "empty"),
    "procedure": (["Satu", "Dua"], ["Satu"]),
    "product": ("Tindak Lanjut", "Tindak Lanjut"),
    "purpose": ("objection", "note"),
    "readers": ("leaders", ""),
    "reported": (True, False),
    "reason": ("too_large", "unreachable"),
    "received_at": (MOMENT, MOMENT),
    "reference": ("DPMD-2026-0042", "DPMD-2026-0042"),
    "references": (["DPMD-2026-0042", "DPMD-2026-0043"], ["DPMD-2026-0042"]),
    "represents": (True, False),
    "requirements": (["Satu", "Dua"], ["Satu"]),
    "resolution": (LONG, "Penjelasan"),
    "restricted": (True, False),
    "service": ("Dana Desa", "Lainnya"),
    "signature": ("Siti Aminah", ""),
    "signed_at": (MOMENT, MOMENT),
    "since": (MOMENT, None),
    "stage": ("conversation", "update"),
    "stars": (5, 0),
    "started_at": (MOMENT, MOMENT),
    "status": ("responded", "received"),
    "step": (9, 1),
    "steps": (10, 9),
    "story": (LONG * 3, "x"),
    "taken_at": (MOMENT, None),
    "text": (LONG, "x"),
    "thread": ([ENTRY, BARE_ENTRY], []),
    "time": ("3 hari", "3 hari"),
    "timeline": (TIMELINE, TIMELINE[:1]),
    "title": ("Grup <b> & kawan", "Grup"),
    "total": (20, 0),
    "unreachable": (True, False),
    "unheard": (True, False),
    "unread": (True, False),
    "unsaved": (True, False),
    "unsent": (3, 0),
    "until": (MOMENT, MOMENT),
    "again": (True, False),
    "before": ("Bidang <Ekonomi>", ""),
    "by": ("Rina <&>", "Rina"),
    "division": ("Bidang <Pemdes>", ""),
    "group": (True, False),
    "instruction": (LONG, ""),
    "report": ({"name": "Bidang <Pemdes>", "by": "Joko", "at": MOMENT}, None),
    "username": ("pengaduan_dpmd", "x"),
    "version": ("2026-01", "1"),
}

Sample = tuple[Any, Any]
CALLED = [{"name": "DPMD", "phones": ["(0343) 749035", "0816"]}]
COUNTED: Sample = (FILES, [])
MENTIONED: Sample = (OFFICER, OFFICER)

# message -> parameters that have another shape there than elsewhere
OWN: Mapping[str, Mapping[str, Sample]] = {
    "intake.ask_place": {"current": ("Bangil", "")},
    "followup.correction": {"files": COUNTED},
    "followup.response": {"files": COUNTED},
    "followup.question": {"files": COUNTED},
    "followup.verdict_over": {"until": (DAY, None)},
    "followup.explained": {"until": (DAY, "")},
    "followup.courtesy": {
        "kind": ("thanks", "calling_out"),
        "references": (["DPMD-2026-0042"], []),
        "opening": (False, True),
    },
    "intake.courtesy": {"kind": ("greeting", "assent"), "explained": ("name", "")},
    "followup.judge": {"until": (MOMENT, "")},
    "followup.answer_this": {"until": (MOMENT, "")},
    "followup.what_for": {"until": (MOMENT, "")},
    "followup.begin_with_this": {"until": (MOMENT, "")},
    "followup.tally": {"until": (DAY, "")},
    "followup.reminder": {"until": (DAY, "")},
    "followup.case": {"until": (DAY, None), "due": (DAY, None), "service": ("Dana Desa", "")},
    "followup.sent": {"due": (DAY, DAY)},
    "followup.text_please": {"code": (True, False)},
    "followup.privacy": {
        "agencies": ([{"name": "DPMD", "contact": CONTACT}], [{"name": "DPMD", "contact": BARE_CONTACT}]),
        "cases": ([STORED], []),
        "drafts": ([ROWS, []], []),
    },
    "system.record_damaged": {"agencies": (CALLED, [{"name": "DPMD", "phones": []}])},
    "system.case_damaged": {"agencies": (CALLED, [{"name": "DPMD", "phones": []}])},
    "system.operator_numbers_gap": {
        "first": ("DPMD-2026-0043", "DPMD-2026-0043"),
        "last": ("DPMD-2026-0047", "DPMD-2026-0043"),
    },
    "system.own_case_damaged": {"agencies": (CALLED, [{"name": "DPMD", "phones": []}])},
    "intake.ask_name": {"last": ("Siti <Aminah>", "")},
    "intake.ask_address": {"last": (LONG, "")},
    "desk.review": {"files": COUNTED, "purpose": ("response", "correction"), "due": (DAY, "")},
    "desk.preview_return": {"files": COUNTED, "purpose": ("return", "return")},
    "desk.draft_returned": {"officer": MENTIONED, "files": COUNTED, "purpose": ("response", "correction")},
    "desk.edit_late_ask": {"officer": MENTIONED, "purpose": ("response", "question")},
    "desk.canned": {"officer": MENTIONED},
    "desk.rewriting": {"text": (LONG, "")},
    "desk.card": {"attorney": ("later", ""), "division": (AT_DIVISION, None)},
    "desk.card_confidential": {"division": (AT_DIVISION, None)},
    "desk.which_division": {"officer": MENTIONED, "own": ("Bidang <Ekonomi>", "")},
    "desk.preview_instruction": {"files": COUNTED},
    "desk.preview_report": {"files": COUNTED},
    "desk.reported": {"files": COUNTED, "officer": (OFFICER, None)},
    "desk.division_card": {"files": COUNTED},
    "desk.preview": {"files": COUNTED, "purpose": ("response", "question")},
    "desk.prompt": {"officer": MENTIONED},
    "desk.press_again": {"officer": MENTIONED},
    "desk.take_over_sure": {"officer": MENTIONED},
    "desk.taken_over": {"officer": MENTIONED},
    "desk.meant_sure": {"officer": MENTIONED},
    "desk.mentioned": {"officer": MENTIONED},
    "desk.what_for": {"officer": MENTIONED},
    "desk.recall_sure": {"officer": MENTIONED, "purpose": ("response", "question")},
    "desk.recalled": {"purpose": ("response", "question")},
    "followup.recalled": {"purpose": ("response", "question")},
    "desk.send_as": {"officer": MENTIONED},
    "desk.reminder": {"officer": MENTIONED},
    "desk.added": {"officer": (OFFICER, None), "files": COUNTED},
    "desk.added_confidential": {"officer": (OFFICER, None)},
    "desk.unreachable": {"officer": (OFFICER, None)},
    "desk.list": {"cases": ([LISTED, {**BARE_LISTED, "due": DAY}], [])},
    "desk.unknown_number": {"number": ("DPMD-2026-9999", "")},
    "intake.words_needed": {"kind": ("voice", "location"), "field": ("address", "signature")},
    "buttons.choice": {"text": ("Pendampingan Dana Desa", "x")},
}


def samples(name: str, parameters: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters of a message or button (`buttons.NAME`): rich, and as empty as they may be."""
    found = {parameter: OWN.get(name, {}).get(parameter) or SAMPLES[parameter] for parameter in parameters}
    return {key: rich for key, (rich, _) in found.items()}, {key: bare for key, (_, bare) in found.items()}
