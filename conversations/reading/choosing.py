"""Which of several labels a person means who types its place, a part of it, or makes a slip of the keyboard.

A slip is one letter that is missing, doubled or too many, or two letters that changed places; in a longer
label also one wrong letter. A short label has no slips: "kiri" is an answer, and no "Kirim". Digits are
never slips, since another digit is another number.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import starmap
from operator import ne

from conversations.reading.numbers import whole
from conversations.reading.words import plain

# The most choices that a message shows; a larger number is an amount or a year.
MOST_PLACES = 100
# The fewest letters of a label that can have a slip, and of one that can have a wrong letter.
LEAST_SLIP, LEAST_WRONG = 6, 7
# The fewest letters of a beginning.
LEAST_BEGINNING = 3
# Two letters change places.
PAIR = 2
# The list of the words around a number, and the lists of its words: number_1 has "satu".
AROUND, NUMBER = "number_words", "number_"


def place_said(text: str, lists: Mapping[str, frozenset[str]]) -> int | None:
    """The place in a list that the text names: "2", "no. 2", "yang kedua"; None for any other text.

    A number in letters needs a word around it: "dua" may be a piece of an answer.
    """
    around, words = lists.get(AROUND, frozenset()), plain(text).split()
    said = [word for word in words if word not in around]
    if len(said) != 1:
        return None
    number = whole(said[0], MOST_PLACES)
    if number is not None or len(words) == 1:
        return number
    named = (name for name, words in lists.items() if said[0] in words and name.startswith(NUMBER))
    return next((found for name in named if (found := whole(name.removeprefix(NUMBER), MOST_PLACES))), None)


def begins(typed: str, label: str) -> bool:
    """Whether the plain text is the first words of the plain label."""
    return len(typed) >= LEAST_BEGINNING and label.startswith(f"{typed} ")


def is_slip(typed: str, label: str) -> bool:
    """Whether the plain text is the plain label with one slip of the keyboard."""
    if len(label) < LEAST_SLIP or any(map(str.isdigit, typed + label)):
        return False
    if len(typed) == len(label):
        return _swapped(typed, label) or (len(label) >= LEAST_WRONG and sum(_differ(typed, label)) == 1)
    longer, shorter = sorted((typed, label), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _differ(one: str, other: str) -> list[bool]:
    return list(starmap(ne, zip(one, other, strict=True)))


def _swapped(one: str, other: str) -> bool:
    """Whether two neighbouring letters have changed places."""
    places = [place for place, differs in enumerate(_differ(one, other)) if differs]
    if len(places) != PAIR or places[1] != places[0] + 1:
        return False
    first = places[0]
    return one[first : first + PAIR] == other[first : first + PAIR][::-1]
