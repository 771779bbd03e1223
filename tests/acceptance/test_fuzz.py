"""A tenth of `make fuzz` in each run of the tests, and tests of its parts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.faulty_answers import ANSWERS, AnswerFaults
from tests.acceptance.fuzz import planned
from tests.acceptance.fuzz_run import Plan, fuzz_run
from tests.acceptance.impersonation import is_impersonation
from tests.acceptance.mutations import CHANGES, Mutator, Update
from tests.acceptance.response_turns import Act, slow

# A part each, so that two workers share them: together 200 updates and 50 answers.
PARTS = [Plan(50, 13, 1), Plan(50, 13, 2), Plan(50, 12, 3), Plan(50, 12, 4)]
HONEST, GROUP, OTHER = 10_001, -1001000000001, -1001000000002
UPDATE: Update = {
    "message": {
        "message_id": 5,
        "date": 1_774_597_320,
        "chat": {"id": 7, "type": "private", "first_name": "x"},
        "from": {"id": 7, "is_bot": False, "first_name": "x"},
        "text": "halo",
    }
}


@pytest.mark.parametrize("plan", PARTS, ids=lambda plan: f"seed {plan.seed}")
async def test_honest_people_are_answered_among_mutated_updates(tmp_path: Path, plan: Plan) -> None:
    result = await fuzz_run(tmp_path, plan)
    assert result.violations == []
    assert (result.figures["mutated updates"], result.answers.total()) == (plan.updates, plan.answers)
    assert len(result.turns) > 20


def test_the_same_seed_makes_the_same_mutations() -> None:
    def made() -> str:
        mutator = Mutator(random.Random(7), [1, 2])  # noqa: S311 - a test's mutations
        return json.dumps([mutator.mutated(UPDATE) for _ in range(300)])

    assert made() == made()


def test_every_change_and_every_answer_is_drawn_and_can_be_sent() -> None:
    draws = random.Random(7)  # noqa: S311 - the same
    mutator = Mutator(draws, [1, 2])
    faults = AnswerFaults(draws, lambda count: [mutator.mutated(UPDATE) for _ in range(count)])
    kinds = [faults.kind() for _ in range(400)]
    assert all(isinstance(faults.answer(kind)([UPDATE]), bytes) for kind in kinds)
    # There is no button in a text.
    assert set(mutator.changes) == CHANGES.keys() - {"button data"}
    assert set(kinds) == ANSWERS.keys()


def message(**fields: Any) -> Update:
    return {"message": {**UPDATE["message"], **fields}}


UPDATES: dict[str, tuple[Update, bool]] = {
    "a stranger": (UPDATE, False),
    "a stranger in the honest group": (message(chat={"id": GROUP, "type": "supergroup"}), False),
    "a stranger in an honest chat": (message(chat={"id": HONEST, "type": "private"}), False),
    "a reply to an honest message": (
        message(reply_to_message=message(**{"from": {"id": HONEST}})["message"]),
        False,
    ),
    "an honest person": (message(**{"from": {"id": HONEST}}), True),
    "the same number as a float": (message(**{"from": {"id": float(HONEST)}}), True),
    "an honest person who left": (message(left_chat_member={"id": HONEST}), True),
    "another who left": (message(chat={"id": OTHER}, left_chat_member={"id": 7}), False),
    "the honest group that moves": (message(chat={"id": GROUP}, migrate_to_chat_id=-5), True),
    "another that becomes it": (message(chat={"id": OTHER}, migrate_to_chat_id=GROUP), True),
    "news of the honest group": ({"chat_member": {"chat": {"id": GROUP}, "from": {"id": 7}}}, True),
    "a form that no one expects": ({"message": {"from": {"id": {}}}, "chat_member": []}, False),
}


@pytest.mark.parametrize("name", UPDATES)
def test_impersonation_is_recognised(name: str) -> None:
    update, impersonation = UPDATES[name]
    assert is_impersonation(update, {HONEST, GROUP}) is impersonation


@pytest.mark.parametrize(("turns", "violations"), [(0, 1), (1, 0), (5, 0), (6, 1)])
def test_an_answer_after_more_than_five_turns_is_a_violation(turns: int, violations: int) -> None:
    assert len(slow([(turns, Act("citizen: story", 0.0, 1.0))])) == violations


def test_the_command_line_makes_a_plan() -> None:
    assert planned(["--updates", "20", "--answers", "5", "--seed", "3"]) == Plan(20, 5, 3)
