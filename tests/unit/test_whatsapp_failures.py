"""Each error code of the Cloud API has its decision, and what it says is logged without people's data."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import Failure
from bot.channels.whatsapp.failures import CODES, kind_of, pair_wait, refusal

# Decision -> the codes that have it.
DECISIONS: dict[Failure, tuple[int, ...]] = {
    Failure.THROTTLED: (4, 80007, 130429, 131048, 131056, 131057),
    Failure.TEMPORARY: (1, 2, 131000, 131016),
    Failure.WINDOW: (131047,),
    Failure.UNREACHABLE: (131026, 130403),
    Failure.ACCOUNT: (
        *(0, 10, 190, 200, 299, 368, 131005, 131031, 131042, 131045, 133010),
        *(132000, 132001, 132005, 132007, 132012, 132015, 132016),
    ),
    Failure.REFUSED: (33, 100, 131008, 131009, 131051, 131053),
}


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, codes in DECISIONS.items() for code in codes]
)
def test_each_code_has_its_decision_in_an_answer_and_in_a_status(kind: Failure, code: int) -> None:
    for status in (0, 400, 503):
        failed = refusal({"code": code, "message": "words"}, status)
        assert (failed.kind, failed.code) == (kind, code)
        assert (failed.retry_after >= 4) is (kind is Failure.THROTTLED)


def test_every_code_of_the_table_is_tested() -> None:
    assert {*CODES} <= {code for codes in DECISIONS.values() for code in codes}


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (987654, 400, Failure.REFUSED),
        (987654, 500, Failure.TEMPORARY),
        (987654, 0, Failure.REFUSED),
        (300, 400, Failure.REFUSED),
    ],
)
def test_an_unknown_code_is_decided_by_the_http_status(code: int, status: int, kind: Failure) -> None:
    assert kind_of(code, status) is kind


@pytest.mark.parametrize("error", [None, [], "no", {}, {"code": "190"}, {"code": True}, {"code": None}])
def test_an_error_of_another_form_is_tried_again_and_final_in_a_status(error: Any) -> None:
    assert refusal(error, 400).kind is Failure.TEMPORARY
    assert refusal(error).kind is Failure.REFUSED


def test_the_pair_waits_four_times_as_long_each_time_up_to_an_hour() -> None:
    assert [pair_wait(times) for times in (0, 1, 2, 3, 5, 6, 10**9)] == [4, 4, 16, 64, 1024, 3600, 3600]


SENTENCES = {
    "Param text['body'] must be at most 4096 characters long": (
        "100: Param text['body'] must be at most 4096 characters long"
    ),
    "(#100) Invalid parameter": "100: Invalid parameter",
    "Recipient +62 812-3456-7890 is not allowed": "100: Recipient … is not allowed",
    "cannot reach 6281234567890": "100: cannot reach …",
    'Unexpected key "Siti" on param': "100: Unexpected key …",
    "must be one of {a} - got Siti Aminah": "100: must be one of {a} - …",
    "value 'Jl. Raya 1' is wrong": "100: value …",
    "tidak sah: Ā\n\u202eb": "100: tidak sah: …b",
}


@pytest.mark.parametrize("said", SENTENCES)
def test_what_an_error_says_is_shown_without_values_and_numbers(said: str) -> None:
    assert refusal({"code": 100, "message": said}).reason == SENTENCES[said]
    assert refusal({"code": 100, "message": "x", "error_data": {"details": said}}).reason == SENTENCES[said]


def test_a_reason_is_short() -> None:
    assert len(refusal({"code": 100, "message": "kata " * 100}).reason) < 130
