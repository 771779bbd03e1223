"""What `aduan check` says about a webhook."""

from __future__ import annotations

import pytest

from bot.channels.telegram.webhooks import HookState
from bot.operations.check_findings import Level
from bot.operations.check_webhook import OTHER, RECENT_SECONDS, _for_webhook, advice

URL, NOW = "https://aduan.example.go.id/telegram", 1_000_000
REFUSED = "Wrong response from the webhook: 502 Bad Gateway"
OLD = NOW - RECENT_SECONDS - 1

STATES: list[tuple[HookState, list[Level], str]] = [
    (HookState(URL, 0, "", 0), [Level.OK], "is set; 0 updates wait"),
    (HookState(URL, 3, "", 0), [Level.OK], "3 updates wait"),
    (HookState(URL, 100, "", 0), [Level.NOTE], "100 updates wait"),
    (HookState(URL, 0, REFUSED, OLD), [Level.OK], "is set"),
    (HookState(URL, 0, REFUSED, NOW - 60), [Level.PROBLEM], "502 Bad Gateway"),
    (HookState(URL, 1, REFUSED, OLD), [Level.PROBLEM], "502 Bad Gateway; 1 updates wait"),
    (HookState("", 0, "", 0), [Level.NOTE], "no webhook is set yet"),
    (HookState("https://other.example/x", 0, "", 0), [Level.PROBLEM], "leads to https://other.example/x"),
]


@pytest.mark.parametrize(("state", "levels", "words"), STATES)
def test_the_state_is_judged(state: HookState, levels: list[Level], words: str) -> None:
    findings = list(_for_webhook(state, URL, NOW))
    assert [finding.level for finding in findings] == levels
    assert words in findings[-1].what


# A sentence of Telegram's server -> a part of the advice.
SENTENCES = {
    "Wrong response from the webhook: 401 Unauthorized": "another secret",
    "Wrong response from the webhook: 404 Not Found": "pass /telegram on unchanged",
    "Wrong response from the webhook: 413 Request Entity Too Large": "allow 1 MB",
    REFUSED: "does not reach the bot",
    "Wrong response from the webhook: 503 Service Unavailable": "cannot store updates",
    "Connection refused": "Nothing listens",
    "Connection timed out": "from outside",
    "Read timeout expired": "in time",
    "Failed to resolve host: Name or service not known": "DNS",
    "SSL error {error:0A000086:SSL routines::certificate verify failed}": "with its chain",
    "Something else": OTHER,
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_failure_has_advice_in_words(sentence: str) -> None:
    assert SENTENCES[sentence] in advice(sentence)
