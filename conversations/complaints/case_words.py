"""The words of a case by which officers find it (/cari).

1. Only what the group reads: the answers about the matter, and what was written since, without recalled
   messages.
2. No answer about the person, and none of the words of the names in them, wherever else they are written. No
   telephone or identity number.
3. A confidential case has no words for the staff group; in the restricted chat its members may read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import islice
from typing import Any

from conversations.complaints.case import Case
from conversations.complaints.complaint import QUESTIONS, Part
from conversations.reading.searched import words

# The most different words of the complaint, and of what was written since.
MOST_FILED, MOST_SINCE = 200, 100
# The answers whose words are nowhere a word of the case.
_NAMES = ("name", "represented_name", "signature")


def words_of(case: Case) -> frozenset[str]:
    """The different words of the case; none of a confidential one outside the restricted chat."""
    if case.complaint.confidential and not case.restricted:
        return frozenset()
    filed: Mapping[str, Any] = dict(case.complaint)
    names = set(words("\n".join(_names(case, filed))))
    return _first(_matter(filed), MOST_FILED, names) | _first(_since(case, filed), MOST_SINCE, names)


def _names(case: Case, filed: Mapping[str, Any]) -> Iterator[str]:
    """The names in the answers, as filed and as completed."""
    for answers in (filed, *(supplement.answers for supplement in case.supplements)):
        yield from (str(answers.get(name) or "") for name in _NAMES)
    yield from (supplement.signature for supplement in case.supplements)


def _matter(answers: Mapping[str, Any]) -> Iterator[str]:
    """The texts of the answers about the matter."""
    for name, question in QUESTIONS.items():
        if not question.personal and name in answers:
            yield from _texts(answers[name])


def _since(case: Case, filed: Mapping[str, Any]) -> Iterator[str]:
    """What completed the complaint, and what was written about it since."""
    chosen = {name for name, answer in filed.items() if isinstance(answer, Enum)}
    for supplement in case.supplements:
        given = {name: answer for name, answer in supplement.answers.items() if name not in chosen}
        yield from _matter(given)
        yield from map(_text, supplement.story)
    for entry in case.thread:
        if not entry.recall:
            yield from map(_text, entry.parts)


def _texts(answer: Any) -> Iterator[str]:
    match answer:
        case Enum():
            return
        case str():
            yield answer
        case dict():
            yield str(answer.get("text", ""))
        case tuple():
            yield from map(_text, (part for part in answer if isinstance(part, Part)))


def _text(part: Part) -> str:
    """What was written and quoted; not the name of the person whose message was forwarded."""
    return f"{part.text}\n{part.quoted}"


def _first(texts: Iterator[str], most: int, without: set[str]) -> frozenset[str]:
    found = dict.fromkeys(word for text in texts for word in words(text) if word not in without)
    return frozenset(islice(found, most))
