"""The decision for each of Telegram's error sentences. All permanent ones are in PERMANENT."""

from __future__ import annotations

import re

import structlog
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.base import DeliveryError, Failure, FetchError
from bot.channels.numbers import MOST_ON_TELEGRAM
from bot.channels.telegram.request import RefusedError, UnsendableError, without_description
from bot.channels.typed import MOST_MESSAGE

log = structlog.get_logger(__name__)

# Parts of the sentences, in lower case, as Telegram words them; the first that is found decides.
PERMANENT: tuple[tuple[str, Failure], ...] = (
    ("bot was blocked by the user", Failure.UNREACHABLE),
    ("user is deactivated", Failure.UNREACHABLE),
    ("bot can't initiate conversation with a user", Failure.UNREACHABLE),
    ("bot can't send messages to bots", Failure.CHAT_GONE),
    ("bot was kicked from", Failure.CHAT_GONE),
    ("bot is not a member of", Failure.CHAT_GONE),
    ("the group chat was deleted", Failure.CHAT_GONE),
    ("group chat was deactivated", Failure.CHAT_GONE),
    ("chat not found", Failure.CHAT_GONE),
    ("peer_id_invalid", Failure.CHAT_GONE),
    ("not enough rights", Failure.CHAT_GONE),
    ("have no rights to send", Failure.CHAT_GONE),
    ("chat_write_forbidden", Failure.CHAT_GONE),
    ("chat_restricted", Failure.CHAT_GONE),
    ("topic_closed", Failure.TOPIC_CLOSED),
    ("message thread not found", Failure.TOPIC_GONE),
    ("topic_deleted", Failure.TOPIC_GONE),
    ("topic_id_invalid", Failure.TOPIC_GONE),
    ("message to edit not found", Failure.VANISHED),
    ("message can't be edited", Failure.VANISHED),
    ("message_id_invalid", Failure.VANISHED),
    ("message identifier is not specified", Failure.VANISHED),
)
NOTHING_TO_DELETE = "message to delete not found"
NOT_MODIFIED = "message is not modified"
WRONG_FILE = ("wrong file identifier", "wrong remote file", "can't use file of type", "file_reference")
TOO_BIG = "file is too big"
# A picture that is refused as a photo may still be sent as a file.
NO_PHOTO = ("photo_invalid_dimensions", "too big for a photo", "image_process_failed")
# For a person who is not in the group and perhaps never was.
NO_MEMBER = ("participant_id_invalid", "user_not_participant", "user not found", "member not found")
# Part of a sentence that may also mean a wrong file id: a file is asked for again for days.
UNAVAILABLE = "temporarily unavailable"
ENTITIES = "can't parse entities"
WEBHOOK_ACTIVE = "webhook is active"

# Parts of the names of exceptions -> what happened; the first that is found decides.
IN_WORDS = (
    ("DNSError", "the server's name cannot be looked up: this machine is offline, or the address is wrong"),
    (
        "Certificate",
        "the server's certificate is not accepted: check the clock of this machine and the proxy",
    ),
    ("SSLError", "no encrypted connection: check the proxy and the address"),
    (
        "ClientConnectorError",
        "the server cannot be reached: this machine is offline, or a firewall blocks it",
    ),
    ("ConnectionRefused", "the server refuses the connection"),
    ("TimedOut", "the server did not answer in time"),
    ("Timeout", "the server did not answer in time"),
    ("ServerDisconnected", "the server closed the connection"),
    ("ConnectionReset", "the connection was cut"),
    ("ClientOSError", "the connection was cut"),
)

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY, SERVER = 401, 403, 404, 409, 429, 500
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 3600.0
# The messenger quotes what was sent to it; an apostrophe within a word is no quotation mark.
QUOTED = re.compile(r"""(?:["`“”„«‘]|(?<!\w)'|'(?!\w)).*""", re.DOTALL)
NOT_SHOWN = re.compile(r"[^\x20-\x7e]+")
LONGEST_SENTENCE = 120
FOREIGN = "the answer is not the messenger's: check the proxy and telegram.base_url"
# What reading an answer of another form raises.
UNEXPECTED = (TypeError, ValueError, LookupError, AttributeError)
# The start of the library's message for an exception that it does not know.
UNKNOWN = "Unknown error in HTTP implementation"


def mentions(error: TelegramError, *sentences: str) -> bool:
    """Whether the messenger said one of these; the library capitalises what it passes on."""
    said = error.message.lower()
    return any(sentence in said for sentence in sentences)


def sentence_of(error: TelegramError) -> str:
    """The messenger's sentence up to what it quotes, which may be what a person wrote."""
    return NOT_SHOWN.sub("…", QUOTED.sub("…", error.message)[:LONGEST_SENTENCE])


def delivery_error(error: TelegramError) -> DeliveryError:
    """The decision that a failed call carries."""
    if isinstance(error, UnsendableError) or error.message.startswith(UNKNOWN):
        return DeliveryError(Failure.REFUSED, f"cannot be sent: {sentence_of(error)}", answered=False)
    if not isinstance(error, RefusedError):
        # Timeouts, cut connections and unreadable answers: it is unknown whether the call had its effect.
        reason = type(error).__name__ if isinstance(error, NetworkError) else "unknown"
        return DeliveryError(Failure.TEMPORARY, f"{reason}: {sentence_of(error)}", answered=False)
    sentence = sentence_of(error)
    if "migrate_to_chat_id" in error.parameters:
        return _migrated(error.parameters["migrate_to_chat_id"], sentence)
    if error.code == TOO_MANY:
        wait = seconds(error.parameters.get("retry_after", SHORTEST_WAIT))
        return DeliveryError(Failure.THROTTLED, sentence, retry_after=wait)
    return DeliveryError(_kind(error.code, error.message.lower()), sentence)


def _migrated(new: object, sentence: str) -> DeliveryError:
    """The group has another id; an impossible id makes the failure temporary, so that no message is lost."""
    if type(new) is int and -MOST_ON_TELEGRAM <= new < 0:
        return DeliveryError(Failure.MIGRATED, sentence, moved_to=new)
    log.warning("telegram.unexpected_answer", what="migrate_to_chat_id", kind=type(new).__name__)
    return DeliveryError(Failure.TEMPORARY, sentence)


def seconds(advice: object) -> float:
    """How long the messenger asks to wait, from 1 second to an hour; 1 when it does not say."""
    if isinstance(advice, int | float) and SHORTEST_WAIT <= advice <= LONGEST_WAIT:
        return float(advice)
    log.warning("telegram.unexpected_answer", what="retry_after", kind=type(advice).__name__)
    too_long = isinstance(advice, int | float) and advice > LONGEST_WAIT
    return LONGEST_WAIT if too_long else SHORTEST_WAIT


def sent_id(result: object) -> int:
    """The number of a message that was sent.

    0 when the answer does not say: sending again would duplicate the message.
    """
    number = result.get("message_id") if isinstance(result, dict) else None
    if type(number) is int and 0 < number <= MOST_MESSAGE:
        return number
    log.warning("telegram.unexpected_answer", what="message_id", kind=type(number).__name__)
    return 0


def _kind(code: int, sentence: str) -> Failure:
    for part, kind in PERMANENT:
        if part in sentence:
            return kind
    if code >= SERVER or code in (UNAUTHORIZED, NOT_FOUND, CONFLICT) or UNAVAILABLE in sentence:
        # A wrong token ends the bot from polling, with a sentence; waiting messages must not be lost by it.
        return Failure.TEMPORARY
    return Failure.CHAT_GONE if code == FORBIDDEN else Failure.REFUSED


def in_words(error: TelegramError) -> str:
    """The reason of a failed call in plain words, for the person at the terminal."""
    reason = type(error).__name__ if isinstance(error, TimedOut) else sentence_of(error)
    return next((words for name, words in IN_WORDS if name in reason), reason)


def fetch_error(error: TelegramError) -> FetchError:
    """What a failed getUpdates or getMe means."""
    if not isinstance(error, RefusedError):
        return FetchError("temporary", in_words(error))
    if error.code in (UNAUTHORIZED, NOT_FOUND):
        # A proxy's page has no description: it says nothing about the token, which would end the bot.
        spoken = error.message != without_description(error.code)
        return FetchError("token", sentence_of(error)) if spoken else FetchError("temporary", FOREIGN)
    if error.code == CONFLICT:
        return FetchError("conflict", sentence_of(error))
    advised = "retry_after" in error.parameters
    return FetchError(
        "temporary", sentence_of(error), seconds(error.parameters["retry_after"]) if advised else 0.0
    )


def unexpected_answer(method: str, error: Exception) -> DeliveryError:
    """The error that an answer of another form stands for: the next one may be right."""
    return DeliveryError(Failure.TEMPORARY, f"an unexpected answer to {method}: {type(error).__name__}")
