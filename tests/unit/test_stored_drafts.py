"""Drafts that an earlier version stored are still read."""

from __future__ import annotations

from typing import Any

from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import next_screen

# As the version before stored it, at the signature.
EARLIER: dict[str, Any] = {
    "id": "d00000000001",
    "agency": "dpmd",
    "screen": "signing",
    "answers": {
        "service": "blt",
        "occurred": {"text": "2026-03-17", "day": "2026-03-17", "place": None},
        "occurred_place": None,
        "loss_kind": "none",
        "resolution": "Penjelasan tertulis",
        "name": "Siti Rohmah",
        "address": "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil",
    },
    "story": [
        {
            "message": 106,
            "at": "2026-03-17T09:00:03+07:00",
            "kind": "text",
            "text": "Bantuan saya belum cair.",
            "file": "",
            "name": "",
            "album": "",
            "replaced": [],
        }
    ],
    "sources": {"119": "address", "124": "name"},
    "superseded": [{"field": "name", "value": "Siti Aminah", "at": "2026-03-17T09:00:13+07:00"}],
    "notice": {"agency": "dpmd", "version": "2026-01", "at": "2026-03-17T09:00:01+07:00"},
    "notice_skipped": False,
    "told": True,
    "changing": False,
    "replacing": 0,
    "declared": True,
    "started_at": "2026-03-17T09:00:00+07:00",
    "touched_at": "2026-03-17T09:00:14+07:00",
    "nudged": False,
}


def test_a_draft_of_the_version_before_continues_where_it_was() -> None:
    draft = Draft.model_validate(EARLIER)
    assert draft.story_finished
    assert draft.declared
    assert next_screen(draft) == "summary"
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


def test_a_text_that_was_stored_as_power_of_attorney_is_asked_for_again() -> None:
    represented = {
        "represents": True,
        "represented_name": "Sumiati",
        "represented_address": "Dusun Krajan RT 02/RW 01, Desa Raci",
        "power_of_attorney": "belum ada",
    }
    draft = Draft.model_validate({**EARLIER, "answers": {**EARLIER["answers"], **represented}})
    assert next_screen(draft) == "power_of_attorney"
