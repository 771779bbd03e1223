"""The optional additions at the summary: a phone number, a person complained of, confidentiality."""

from __future__ import annotations

import pytest

from tests.unit.transcript import RESTRICTED, RULES, STAFF, Chat, agency
from tests.unit.walker import Answer, change, citizen, draft_of, labels, last, walk

# A complaint about an officer who would read it.
ACCUSED: dict[str, Answer] = {"reported_person": "Kepala seksi", "reported_handles": "yes"}


def test_phone_is_shared_by_a_key_and_must_be_the_senders_own() -> None:
    siti = citizen()
    walk(siti, until="summary")
    assert siti.presses("add_optional") == ["intake.additions"]
    siti.presses("add_phone")
    assert siti.keyboard == ["share_phone", "back", "cancel"]
    assert siti.shares("6281200000000", own=False) == ["intake.problem"]
    assert siti.shares("6281200000000")[-1] == "intake.summary"
    assert draft_of(siti).answers["phone"] == "+6281200000000"


def test_complaint_about_a_handler_goes_to_the_restricted_chat() -> None:
    siti = citizen()
    walk(siti, until="filed", answers=ACCUSED)
    assert siti.chat_log.case().chat == RESTRICTED
    assert siti.chat_log.sent(STAFF["dpmd"]) == []


def test_without_a_restricted_chat_the_citizen_is_warned_before_signing() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={**ACCUSED, "agency": "bakesbangpol"})
    assert siti.presses("continue_to_signing") == ["intake.handler_reported"]
    assert siti.presses("send_anyway") == ["intake.signing"]


def test_restricted_chat_zero_means_none() -> None:
    unset = RULES.model_copy(update={"agencies": (agency("dpmd", restricted=0),)})
    siti = citizen(Chat(rules=unset))
    walk(siti, until="summary", answers=ACCUSED)
    assert siti.presses("continue_to_signing") == ["intake.handler_reported"]


def test_another_reported_person_is_asked_about_again() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"reported_person": "Petugas loket"})
    change(siti, "reported_person")
    assert siti.says("Kepala dinas") == ["intake.ask_reported_handles"]


def test_confidential_is_not_offered_where_no_leader_could_read_it() -> None:
    without = agency("dpmd").model_copy(update={"leaders": ()})
    siti = citizen(Chat(rules=RULES.model_copy(update={"agencies": (without,)})))
    walk(siti, until="summary")
    siti.presses("add_optional")
    assert "add_phone" in labels(last(siti))
    assert "add_confidential" not in labels(last(siti))


@pytest.mark.parametrize("field", ["phone", "reported_person"])
def test_optional_addition_can_be_taken_back(field: str) -> None:
    siti = citizen()
    walk(siti, until="summary", answers={field: "081234567890"})
    change(siti, field)
    if field == "phone":
        assert siti.says("Hapus jawaban ini")[-1] == "intake.summary"
    else:
        assert siti.presses("remove_answer") == ["intake.summary"]
    assert {"phone", "reported_person", "reported_handles"} & set(draft_of(siti).answers) == set()
