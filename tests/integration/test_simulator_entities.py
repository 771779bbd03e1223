"""Telegram's HTML as the embedded messenger reads it: entities in UTF-16 units, and Telegram's refusals."""

import pytest

from bot.simulator.api.entities import formatted
from bot.simulator.api.errors import ApiError

EMOJI = "🏟 🏟&lt;"  # thirteen bytes of UTF-8


def parse(markup: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, entities = formatted(markup, "HTML", None, lambda _user_id: None)
    return text, [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        (f"{EMOJI}<abac>", 'Unsupported start tag "abac" at byte offset 13'),
        (f"{EMOJI}<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        (f"{EMOJI}<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        (f"{EMOJI}<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        (f"{EMOJI}<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        (f'{EMOJI}<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        (f"{EMOJI}<i    aba  =  '&lt;&gt;&quot;>", "Unclosed start tag at byte offset 13"),
        (f"{EMOJI}</", "Unexpected end tag at byte offset 13"),
        (f"{EMOJI}<b></b></", "Unexpected end tag at byte offset 20"),
        (f"{EMOJI}<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            f"{EMOJI}<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("kurang < dari", 'Unsupported start tag "" at byte offset 7'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            '<tg-emoji emoji-id="9999999999999999999">x</tg-emoji>',
            "Invalid custom emoji identifier specified",
        ),
    ],
)
def test_wrong_markup_is_refused_with_telegrams_sentence(markup: str, sentence: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse(markup)
    assert refusal.value.description == f"Bad Request: can't parse entities: {sentence}"


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("➡️ ➡️<i>➡️ ➡️</i>", "➡️ ➡️➡️ ➡️", [("italic", 5, 5)]),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b>a<i>b</i></b>c", "abc", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b></b>x", "x", []),
        ("&ge;&lt;&gt;&amp;&quot;&#12345678;&#65;", '&ge;<>&"&#12345678;A', []),
        ("<pre><code class='language-sql'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<code>a<b>b</b></code>", "ab", [("code", 0, 2)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<b>x </b>  ", "x", [("bold", 0, 1)]),
        ("  \n<b>x</b>", "x", [("bold", 0, 1)]),
        ("<b> x</b>", " x", [("bold", 0, 2)]),
        ("<a href='tg://user?id=7'>x</a>", "x", []),
        ("<a href='not a link'>x</a>", "x", []),
        ("a\r\u202eb\x07c", "ab c", []),
        ("/lapor@AduanBot ke @bupati #jalan", "/lapor@AduanBot ke @bupati #jalan", None),
    ],
)
def test_markup_becomes_text_and_entities(
    markup: str, text: str, entities: list[tuple[str, int, int]] | None
) -> None:
    detected = [("bot_command", 0, 15), ("mention", 19, 7), ("hashtag", 27, 6)]
    assert parse(markup) == (text, detected if entities is None else entities)


def test_a_link_is_completed_and_a_mention_by_id_finds_a_known_person() -> None:
    budi = {"id": 7, "is_bot": False, "first_name": "Budi"}
    markup = '<a href="example.com">x</a> <a href="tg://user?id=7">Budi</a>'
    _text, entities = formatted(markup, "html", None, lambda _user_id: budi)
    assert entities[0] == {"type": "text_link", "offset": 0, "length": 1, "url": "http://example.com/"}
    assert entities[1] == {"type": "text_mention", "offset": 2, "length": 4, "user": budi}


@pytest.mark.parametrize(
    ("entity", "sentence"),
    [
        (
            {"type": "bold", "offset": 100, "length": 1},
            "entity begins after the end of the text at UTF-16 offset 100",
        ),
        (
            {"type": "bold", "offset": 0, "length": 100},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100",
        ),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"type": "loud", "offset": 0, "length": 1}, "can't parse MessageEntity: Unsupported type specified"),
        (
            {"type": "text_link", "offset": 0, "length": 1},
            "can't parse MessageEntity: Can't find field \"url\"",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 1, "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 1, "url": ""},
            "entity URL '' is invalid: URL host is empty",
        ),
    ],
)
def test_given_entities_are_checked(entity: dict[str, object], sentence: str) -> None:
    with pytest.raises(ApiError) as refusal:
        formatted("halo", None, [entity], lambda _user_id: None)
    assert refusal.value.description == f"Bad Request: {sentence}"
