"""Notes to the operator that are stored in one write."""

from __future__ import annotations

from bot.outbox.mark_batch import Batch, Note


def notes(*given: tuple[str, str, str]) -> list[tuple[str, dict[str, object]]]:
    """The messages of these notes, by their template."""
    batch = Batch(notes=[Note(*each) for each in given])
    return [(message.template, dict(message.params)) for message in batch.messages()]


def test_each_hourly_kind_has_a_message_of_its_own() -> None:
    found = notes(
        ("operator_account", "190: expired", "account:190:"),
        ("operator_account", "131042: payment", "account:131042:"),
        ("operator_account", "190: expired again", "account:190:"),
    )
    assert found == [
        ("system.operator_account", {"reason": "190: expired again"}),
        ("system.operator_account", {"reason": "131042: payment"}),
    ]


def test_notes_of_one_kind_are_counted_in_one_message() -> None:
    found = notes(("operator_undelivered", "100: first", ""), ("operator_undelivered", "100: last", ""))
    assert found == [("system.operator_undelivered", {"reason": "100: last", "count": 2})]
