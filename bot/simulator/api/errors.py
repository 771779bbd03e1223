"""The refusals of the embedded messenger, with Telegram's sentences."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class ApiError(Exception):
    """A refused call: HTTP status, sentence, and parameters for the client (such as retry_after)."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the body that the Bot API answers with."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(sentence: str, **parameters: Any) -> ApiError:
    """Make a 400 from a sentence; Telegram writes its first letter small, except in codes."""
    if len(sentence) > 1 and (sentence[1] == "_" or sentence[1].isupper()):
        return ApiError(400, f"Bad Request: {sentence}", parameters)
    return ApiError(400, f"Bad Request: {sentence[:1].lower()}{sentence[1:]}", parameters)


def forbidden(sentence: str) -> ApiError:
    """Make a 403, which is permanent."""
    return ApiError(403, f"Forbidden: {sentence}")


def conflict(sentence: str) -> ApiError:
    """Make a 409: two clients receive updates for one bot."""
    return ApiError(409, f"Conflict: {sentence}")


def too_many_requests(seconds: int) -> ApiError:
    """Make a 429: the client may repeat the call after `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
