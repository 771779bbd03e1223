"""The part of `aduan check` that asks Telegram. It only reads, so the bot may be running.

The exception is a short "typing…" in each group: only a call that writes reports that a group has moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

from telegram import Bot, ChatMember, ChatMemberAdministrator
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.failures import delivery_error, fetch_error, in_words
from bot.channels.telegram.request import AioHttpRequest
from bot.config.sections import Telegram
from bot.config.settings import Config
from bot.database.reopened_topics import Place
from bot.operations.check_clock import HeardDates
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.check_webhook import examine_webhook
from conversations.complaints.agency import Agency

SHORTEST_NUMBER, SHORTEST_SECRET = 6, 30
PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER, ChatMember.RESTRICTED})

ADD = "Add the bot to the group and make it an administrator."
HIDE = "Make the group private: group info, Edit, Group type, Private."
PROMOTE = "Make the bot an administrator: otherwise it misses what officers write."


async def examine_telegram(
    config: Config, moved: Mapping[int, int], topics: Mapping[Place, int]
) -> Sequence[Finding]:
    """Token, groups, topics, leaders and operator.

    `moved` are groups, and `topics` topics (chat, id), that are known to have another id now.
    """
    settings, heard = config.telegram, HeardDates()
    bot = Bot(
        settings.token.get_secret_value(),
        base_url=settings.base_url,
        base_file_url=settings.base_file_url,
        request=AioHttpRequest(heard.answered),
        get_updates_request=AioHttpRequest(),
    )
    try:
        await bot.initialize()
        return [*[finding async for finding in _examine(bot, config, moved, topics)], *heard.finding()]
    except TelegramError as error:
        if fetch_error(error).kind == "token":
            return [
                problem("telegram.token: Telegram refuses it", "Copy the token from @BotFather once more.")
            ]
        advice = "Is this machine online? Is telegram.base_url right?"
        offline = [problem(f"{settings.base_url}: no answer ({in_words(error)})", advice)]
        return [*_token_form(settings), *offline]
    finally:
        await bot.shutdown()


def _token_form(settings: Telegram) -> Sequence[Finding]:
    """What the token's form says while Telegram cannot be asked; a server of one's own has its own tokens."""
    number, _, secret = settings.token.get_secret_value().partition(":")
    if settings.base_url != Telegram.model_fields["base_url"].default:
        return []
    if len(number) >= SHORTEST_NUMBER and len(secret) >= SHORTEST_SECRET:
        return [
            note("telegram.token: it looks like a token; Telegram could not be asked", "Check again online.")
        ]
    return [
        problem(
            "telegram.token: too short for a token of Telegram",
            "Copy the whole token from @BotFather: 8 to 10 digits, a colon and 35 characters.",
        )
    ]


async def _examine(
    bot: Bot, config: Config, moved: Mapping[int, int], topics: Mapping[Place, int]
) -> AsyncIterator[Finding]:
    yield ok(f"the token is @{bot.username}'s")
    for finding in await examine_webhook(bot, config):
        yield finding
    for agency in config.agencies:
        async for finding in _agency(bot, agency, moved):
            yield finding
        for key, place in _topics(agency):
            yield await _topic(bot, f"agencies[{agency.id}].{key}", place, topics.get(place, 0))
    if not any(agency.staff_chat_id for agency in config.agencies):
        advice = "Add the bot to a staff group: it writes the id and the line to paste."
        yield problem("no agency has a staff group: citizens cannot file a complaint", advice)
    yield await _operator(bot, config.operator_chat_id)


async def _agency(bot: Bot, agency: Agency, moved: Mapping[int, int]) -> AsyncIterator[Finding]:
    place = f"agencies[{agency.id}]"
    if agency.staff_chat_id:
        yield await _group(bot, f"{place}.staff_chat_id", agency.staff_chat_id, moved)
        for person in agency.leaders:
            yield await _leader(bot, f"{place}.leaders", person, agency.staff_chat_id)
    else:
        advice = "Add the bot to the staff group: it writes the id and the line to paste."
        yield note(f"{place}: no staff group is set; citizens cannot choose this agency", advice)
    if agency.restricted_chat_id:
        yield await _group(bot, f"{place}.restricted_chat_id", agency.restricted_chat_id, moved)
    for division in agency.divisions:
        if division.chat_id:
            yield await _group(bot, f"{place}.divisions[{division.id}].chat_id", division.chat_id, moved)
    if not agency.leaders:
        # Citizens cannot choose this agency yet: no problem so far.
        made = problem if agency.staff_chat_id else note
        yield made(
            f"{place}: no leaders are listed; citizens are not offered to complain confidentially",
            "List their ids (each sends /id to the bot): confidential complaints are shown to leaders only.",
        )


async def _group(bot: Bot, key: str, chat: int, moved: Mapping[int, int]) -> Finding:
    if chat in moved:
        return _moved(key, chat, moved[chat])
    try:
        group = await bot.get_chat(chat)
        member = await bot.get_chat_member(chat, bot.id)
        if member.status in PRESENT:
            await bot.send_chat_action(chat, ChatAction.TYPING)
    except TelegramError as error:
        if new := delivery_error(error).moved_to:
            return _moved(key, chat, new)
        return problem(f"{key}: {chat} cannot be reached ({error.message})", f"Is the id right? {ADD}")
    if group.username:
        return problem(
            f'{key}: "{group.title}" is public (@{group.username}): anyone can read its cards', HIDE
        )
    return _rights(f'{key}: "{group.title}"', member, is_forum=bool(group.is_forum))


def _topics(agency: Agency) -> Iterator[tuple[str, Place]]:
    """The topics that the agency's configuration names: the key, the chat and the id."""
    named = [("staff_topic_id", (agency.staff_chat_id, agency.staff_topic_id))]
    named += [
        (f"divisions[{one.id}].topic_id", (one.chat_id or agency.staff_chat_id, one.topic_id))
        for one in agency.divisions
    ]
    return ((key, place) for key, place in named if all(place))


async def _topic(bot: Bot, key: str, place: Place, became: int) -> Finding:
    """Whether the topic exists; `became` is its id since the bot has created it again, 0 for none."""
    chat, topic = place
    if became:
        advice = f"Write in the config: {key.rpartition('.')[2]} = {became}"
        return problem(f"{key}: the topic {topic} was deleted, and the bot has created it again", advice)
    try:
        await bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=topic)
    except TelegramError as error:
        advice = "The number is in a link to the topic: t.me/c/…/7 is 7. Is the group a forum?"
        return problem(f"{key}: the topic {topic} cannot be reached ({error.message})", advice)
    return ok(f"{key}: the topic {topic} can be reached")


def _rights(name: str, member: ChatMember, *, is_forum: bool) -> Finding:
    if member.status not in PRESENT:
        return problem(f"{name}: the bot is not in the group", ADD)
    if not isinstance(member, ChatMemberAdministrator):
        return problem(f"{name}: the bot is not an administrator", PROMOTE)
    if is_forum and not member.can_manage_topics:
        return note(
            f"{name}: the bot may not manage topics", "Grant it that right to use topics per division."
        )
    return ok(f"{name}: the bot is an administrator")


def _moved(key: str, old: int, new: int) -> Finding:
    name = key.rpartition(".")[2]
    return problem(f"{key}: the group {old} has become {new}", f"Write in the config: {name} = {new}")


async def _leader(bot: Bot, key: str, person: int, chat: int) -> Finding:
    try:
        member = await bot.get_chat_member(chat, person)
        if member.status in PRESENT:
            return ok(f"{key}: {person} is in the staff group")
    except TelegramError:
        pass  # not known in the group; perhaps in private
    try:
        await bot.get_chat(person)
    except TelegramError:
        advice = "The leader joins the staff group, or sends /start to the bot. Is the id right?"
        return note(f"{key}: {person} cannot be reached", advice)
    return note(f"{key}: {person} is not in the staff group", "Add the leader to the group to see its cards.")


async def _operator(bot: Bot, chat: int) -> Finding:
    if not chat:
        return note(
            "operator_chat_id is not set: errors are reported to the leaders who have started the bot",
            "Send /id to the bot to learn yours.",
        )
    try:
        await bot.get_chat(chat)
    except TelegramError as error:
        advice = "The operator sends /start to the bot, or adds it to the group."
        return note(f"operator_chat_id: {chat} cannot be reached ({error.message})", advice)
    return ok(f"operator_chat_id: {chat} can be reached")
