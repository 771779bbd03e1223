"""Every key of a message is read back as it was built."""

from __future__ import annotations

import pytest

from conversations import keys
from conversations.keys import Key
from conversations.message_kinds import Kind

CASE = "case00000001"
BUILT = {
    keys.card(CASE): Key(Kind.CARD, CASE),
    keys.about(CASE, 17): Key(Kind.ABOUT, CASE, 17),
    keys.added(CASE, 3): Key(Kind.ADDED, CASE, 3),
    keys.unreachable(CASE, 2): Key(Kind.UNREACHABLE, CASE, 2),
    keys.reminder(CASE): Key(Kind.REMINDER, CASE),
    keys.leader_reminder(CASE, 900): Key(Kind.LEADER_REMINDER, CASE, 900),
    keys.digest("dpmd", restricted=False): Key(Kind.DIGEST, "dpmd"),
    keys.digest("dpmd", restricted=True): Key(Kind.DIGEST, "dpmd", 1),
    keys.leader_digest("dpmd", 900): Key(Kind.LEADER_DIGEST, "dpmd", 900),
    keys.prompt(CASE, 601): Key(Kind.PROMPT, CASE, 601),
    keys.preview(CASE, 601): Key(Kind.PREVIEW, CASE, 601),
    keys.approval(CASE): Key(Kind.APPROVAL, CASE),
    keys.canned(CASE, 601): Key(Kind.CANNED, CASE, 601),
    keys.more(CASE): Key(Kind.MORE, CASE),
    keys.take_over(CASE, 601): Key(Kind.TAKE_OVER, CASE, 601),
    keys.meant(CASE, 601): Key(Kind.MEANT, CASE, 601),
    keys.assign(CASE, 900): Key(Kind.ASSIGN, CASE, 900),
    keys.classify(CASE, 601): Key(Kind.CLASSIFY, CASE, 601),
    keys.posted(CASE, 2): Key(Kind.POSTED, CASE, 2),
    keys.recall(CASE, 2): Key(Kind.RECALL, CASE, 2),
    keys.recalled(Kind.RESPONSE, CASE, 1): Key(Kind.RECALLED_RESPONSE, CASE, 1),
    keys.recalled(Kind.QUESTION, CASE, 1): Key(Kind.RECALLED_QUESTION, CASE, 1),
    keys.recalled(Kind.LETTER, CASE, 1): Key(Kind.RECALLED_LETTER, CASE, 1),
    keys.letter(CASE, 1): Key(Kind.LETTER, CASE, 1),
    keys.history(CASE, 601): Key(Kind.HISTORY, CASE, 601),
    keys.pass_on(CASE, 2): Key(Kind.PASS_ON, CASE, 2),
    keys.receipt(CASE): Key(Kind.RECEIPT, CASE),
    keys.response(CASE, 1): Key(Kind.RESPONSE, CASE, 1),
    keys.question(CASE, 1): Key(Kind.QUESTION, CASE, 1),
    keys.request(CASE, 1): Key(Kind.REQUEST, CASE, 1),
    keys.completion(CASE, 1): Key(Kind.COMPLETION, CASE, 1),
    keys.withdrawal(CASE, 601): Key(Kind.WITHDRAWAL, CASE, 601),
    keys.judge(CASE): Key(Kind.JUDGE, CASE),
    keys.plan(CASE): Key(Kind.PLAN, CASE),
    keys.decision(CASE, 3): Key(Kind.DECISION, CASE, 3),
    keys.stars(CASE): Key(Kind.STARS, CASE),
    keys.disposition(CASE, 601): Key(Kind.DISPOSITION, CASE, 601),
    keys.division(CASE, 2): Key(Kind.DIVISION, CASE, 2),
    keys.division_added(CASE, 3): Key(Kind.DIVISION_ADDED, CASE, 3),
    keys.report(CASE, 4): Key(Kind.REPORT, CASE, 4),
    keys.data_request(CASE): Key(Kind.DATA_REQUEST, CASE),
    keys.tally(CASE): Key(Kind.TALLY, CASE),
    keys.tally("draft", 7): Key(Kind.TALLY, "draft", 7),
    keys.screen(501, 7): Key(Kind.SCREEN, "501", 7),
    keys.held(501): Key(Kind.HELD, "501"),
    keys.claim(601): Key(Kind.CLAIM, "601"),
    keys.notice(501, 77): Key(Kind.NOTICE, "501", 77),
    keys.open_list(601): Key(Kind.LIST, "601"),
    keys.own_cases(501): Key(Kind.CASES, "501"),
}


def test_every_kind_is_built_and_read_back() -> None:
    assert {text: keys.parse(text) for text in BUILT} == BUILT
    assert {key.kind for key in BUILT.values()} == set(Kind)


@pytest.mark.parametrize("text", ["", "card", "card:", "nothing:abc", "prompt:abc:x", "prompt:abc:²"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert keys.parse(text) is None


def test_a_key_names_its_case_and_its_officer() -> None:
    assert [key.case for key in BUILT.values() if key.kind in {Kind.CARD, Kind.PROMPT}] == [CASE, CASE]
    assert Key(Kind.HELD, "501").case == ""
    assert Key(Kind.DIGEST, "dpmd").case == ""
    assert Key(Kind.PROMPT, CASE, 601).officer == 601
    assert Key(Kind.RESPONSE, CASE, 1).officer == 0


def test_the_keys_of_a_draft_and_of_a_person_begin_alike() -> None:
    assert keys.tally("draft", 7).startswith(keys.tallies("draft"))
    assert keys.screen(501, 7).startswith(keys.screens(501))
