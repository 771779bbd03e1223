"""The body of a webhook: every update of it, each with its name and its person, and none of a stranger's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp import signature
from bot.channels.whatsapp.deliveries import Part, parse
from bot.channels.whatsapp.ports import Address
from tests.unit.whatsapp_bodies import (
    OURS,
    SITI_CONTACT,
    SITI_ID,
    SITI_NUMBER,
    body,
    message,
    parsed,
    said,
    status,
    value,
    whole,
)

SITI = Address(SITI_ID, SITI_NUMBER)
BUDI = Address("ID.99", "6289999999999")
BUDI_CONTACT = {"profile": {"name": "Budi"}, "wa_id": BUDI.wa_id, "user_id": BUDI.user_id}


def test_every_update_of_every_entry_change_and_list_is_found() -> None:
    many = whole(value(messages=[message("wamid.1"), message("wamid.2")], statuses=[status("wamid.3")]))
    many["entry"] += whole(value(messages=[message("wamid.4")]), value(statuses=[status("wamid.5")]))["entry"]
    found = parsed(json.dumps(many).encode())
    keys = ["wamid.1", "wamid.2", "wamid.3 delivered", "wamid.4", "wamid.5 delivered"]
    assert [update.key for update in found] == keys
    assert [update.part for update in found] == [
        Part.MESSAGE, Part.MESSAGE, Part.STATUS, Part.MESSAGE, Part.STATUS,
    ]  # fmt: skip


def test_contacts_are_matched_by_id_not_by_place() -> None:
    from_budi = message("wamid.2", **{"from": BUDI.wa_id}, from_user_id=BUDI.user_id)
    payload = body(value(contacts=[BUDI_CONTACT, SITI_CONTACT], messages=[message("wamid.1"), from_budi]))
    assert [(one.person, one.name) for one in parsed(payload)] == [(SITI, "Siti Aminah"), (BUDI, "Budi")]


@pytest.mark.parametrize(
    ("sender", "contact", "person"),
    [
        ({"from": SITI_NUMBER}, SITI_CONTACT, SITI),
        ({"from_user_id": SITI_ID}, SITI_CONTACT, SITI),
        ({"from_user_id": SITI_ID}, None, Address(SITI_ID)),
        ({"from": SITI_NUMBER}, None, Address("", SITI_NUMBER)),
        ({"from": f"+{SITI_NUMBER}"}, None, Address("", SITI_NUMBER)),
        # The number of a contact with another id is not the sender's.
        ({"from": SITI_NUMBER, "from_user_id": "ID.1"}, SITI_CONTACT, Address("ID.1", SITI_NUMBER)),
        ({"from": SITI_NUMBER}, BUDI_CONTACT, Address("", SITI_NUMBER)),
    ],
)
def test_a_person_has_both_ids_where_one_of_them_is_in_the_contact(
    sender: dict[str, str], contact: dict[str, Any] | None, person: Address
) -> None:
    written = {"id": "wamid.1", "type": "text", "text": {"body": "x"}, **sender}
    (found,) = parsed(body(value(messages=[written], contacts=[contact] if contact else [])))
    assert found.person == person


@pytest.mark.parametrize(
    ("told", "sender", "person", "former"),
    [
        (
            {"type": "user_changed_number", "wa_id": "62811", "user_id": "ID.2", "previous_user_id": "ID.1"},
            {"from": "62822"},
            Address("ID.2", "62811"),
            Address("ID.1", "62822"),
        ),
        (
            {"type": "user_changed_number", "wa_id": "62811"},
            {"from": "62822", "from_user_id": "ID.1"},
            Address("", "62811"),
            Address("ID.1", "62822"),
        ),
        (
            {"type": "user_changed_user_id", "user_id": "ID.2", "previous_user_id": "ID.1"},
            {},
            Address("ID.2"),
            Address("ID.1"),
        ),
    ],
)
def test_a_system_message_tells_the_ids_before_and_now(
    told: dict[str, str], sender: dict[str, str], person: Address, former: Address
) -> None:
    written = {"id": "wamid.1", "type": "system", "timestamp": "1", "system": told, **sender}
    (found,) = parsed(body(value(messages=[written])))
    assert (found.part, found.person, found.former) == (Part.OTHER, person, former)


def test_an_update_of_an_id_tells_both() -> None:
    change = {"wa_id": SITI_NUMBER, "user_id": {"previous": "ID.1", "current": "ID.2"}, "timestamp": "1"}
    (found,) = parsed(body(value(user_id_update=[change]), field="user_id_update"))
    assert (found.key, found.person, found.former) == (
        "user_id ID.1 ID.2",
        Address("ID.2", SITI_NUMBER),
        Address("ID.1"),
    )


def test_updates_of_other_numbers_are_left_out_and_named() -> None:
    found = parse(body(value("555", messages=[message()]), value(statuses=[status()])), OURS)
    assert ([update.part for update in found.updates], found.foreign) == ([Part.STATUS], frozenset({"555"}))


@pytest.mark.parametrize(("length", "fault"), [(512, False), (513, True)])
def test_the_id_of_a_message_has_so_many_characters_at_most(length: int, fault: bool) -> None:
    (found,) = parsed(said(message(id="w" * length)))
    assert bool(found.fault) is fault


ID_FIELD = "user_id_update"
# Acknowledged without an update.
NOTHING: dict[str, bytes] = {
    "no object": b"[]",
    "no entries": b'{"object": "whatsapp_business_account"}',
    "another field": body(value(messages=[message()]), field="account_update"),
    "an id that came from none": body(
        value(user_id_update=[{"user_id": {"current": "ID.2"}}]), field=ID_FIELD
    ),
    "an id that became none": body(value(user_id_update=[{"user_id": {"previous": "ID.1"}}]), field=ID_FIELD),
    "an error of the account": body(value(errors=[{"code": 130429}])),
    "a status without news": body(value(statuses=[status(state="sent")])),
    "a message in a group": said(message(group_id="g")),
    "another system message": said(message(type="system", system={"type": "customer_identity_changed"})),
    "lists of another type": body(value(messages={"id": "x"}, statuses="x", contacts=7)),
    "a change that is no object": b'{"entry": [7, {"changes": [null, {"field": "messages", "value": []}]}]}',
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_not_known_gives_no_update(name: str) -> None:
    assert parsed(NOTHING[name]) == ()


DEEP = "[" * 70 + "]" * 70
HUGE = "9" * 5000
# Set aside alone, with its bytes.
DAMAGED: dict[str, str] = {
    "no object": "7",
    "no id": '{"from": "6281234567890", "type": "text"}',
    "an id that is no text": '{"from": "6281234567890", "id": 7}',
    "no sender": '{"id": "wamid.9", "type": "text"}',
    "too many levels": f'{{"from": "6281234567890", "id": "wamid.9", "text": {DEEP}}}',
    "a number beyond 63 bits": f'{{"from": "6281234567890", "id": "wamid.9", "text": {HUGE}}}',
    "no finite number": '{"from": "6281234567890", "id": "wamid.9", "text": Infinity}',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_one_damaged_update_does_not_affect_the_others(name: str) -> None:
    good = json.dumps(message())
    about = json.dumps({"phone_number_id": OURS})
    listed = f'{{"metadata": {about}, "messages": [{DAMAGED[name]}, {good}]}}'
    payload = f'{{"entry": [{{"changes": [{{"field": "messages", "value": {listed}}}]}}]}}'.encode()
    bad, well = parsed(payload)
    assert bad.fault
    assert bad.raw
    assert (well.key, well.fault) == ("wamid.A", "")
    assert parsed(payload)[0].key == bad.key


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"entry": nul'])
def test_a_body_that_is_no_json_is_one_damaged_update(payload: bytes) -> None:
    (found,) = parsed(payload)
    assert (found.raw, bool(found.fault)) == (payload, True)


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    payload = said(message()).replace(b"Jalan rusak", b"Jalan \\ud83d rusak")
    (found,) = parsed(payload.replace(b"Siti Aminah", b"Siti \\udc00"))
    assert (found.body["text"]["body"], found.name) == ("Jalan \ufffd rusak", "Siti \ufffd")


def test_a_batch_of_a_thousand_is_taken_apart() -> None:
    payload = said(*(message(f"wamid.{number}") for number in range(1000)))
    assert len({update.key for update in parsed(payload)}) == 1000


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_IDS = st.sampled_from([OURS, "wamid.A", SITI_ID, SITI_NUMBER, "text", "system", "delivered", "messages"])
_NAMES = st.sampled_from([
    "entry", "changes", "field", "value", "metadata", "phone_number_id", "messages", "statuses", "contacts",
    "user_id_update", "id", "from", "from_user_id", "type", "system", "user_id", "wa_id", "previous",
    "current", "status", "profile", "name",
])  # fmt: skip
_JSON = st.recursive(
    _SCALARS | _IDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=30,
)


@given(_JSON)
@settings(max_examples=300, deadline=None)
def test_parsing_raises_nothing(anything: Any) -> None:
    parse(json.dumps(anything).encode(), OURS)
    inside = value(messages=anything, statuses=anything, contacts=anything, user_id_update=anything)
    for field in ("messages", "user_id_update"):
        for update in parsed(json.dumps(whole(inside, field=field)).encode()):
            json.dumps(update.body)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_parsed(payload: bytes) -> None:
    parse(payload, OURS)


SECRET = "rahasia aplikasi"
BODY = b'{"entry": []}'
RIGHT = signature.signature(BODY, SECRET)
SIGNATURES: dict[str, tuple[dict[str, str], bytes, str, bool]] = {
    "right": ({signature.HEADER: RIGHT}, BODY, SECRET, True),
    "missing": ({}, BODY, SECRET, False),
    "empty": ({signature.HEADER: ""}, BODY, SECRET, False),
    "of another length": ({signature.HEADER: RIGHT[:-1]}, BODY, SECRET, False),
    "longer": ({signature.HEADER: f"{RIGHT}0"}, BODY, SECRET, False),
    "without its method": ({signature.HEADER: RIGHT.removeprefix("sha256=")}, BODY, SECRET, False),
    "of another secret": ({signature.HEADER: signature.signature(BODY, "x")}, BODY, SECRET, False),
    "of another body": ({signature.HEADER: RIGHT}, BODY + b" ", SECRET, False),
    "not of this alphabet": ({signature.HEADER: "sha256=é\udc00"}, BODY, SECRET, False),
    "without a secret": ({signature.HEADER: signature.signature(BODY, "")}, BODY, "", False),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_only_the_right_signature_of_the_raw_body_counts(name: str) -> None:
    headers, payload, secret, counts = SIGNATURES[name]
    assert signature.is_authentic(headers, payload, secret) is counts


SUBSCRIPTIONS: list[tuple[dict[str, str], str, str | None]] = [
    ({"hub.mode": "subscribe", "hub.verify_token": "t", "hub.challenge": "42"}, "t", "42"),
    ({"hub.mode": "subscribe", "hub.verify_token": "x", "hub.challenge": "42"}, "t", None),
    ({"hub.mode": "subscribe", "hub.challenge": "42"}, "t", None),
    ({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "42"}, "", None),
    ({"hub.mode": "unsubscribe", "hub.verify_token": "t", "hub.challenge": "42"}, "t", None),
]


@pytest.mark.parametrize(("query", "token", "answer"), SUBSCRIPTIONS)
def test_a_subscription_is_answered_for_the_right_token_only(
    query: dict[str, str], token: str, answer: str | None
) -> None:
    assert signature.challenge(query, token) == answer
