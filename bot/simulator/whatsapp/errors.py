"""The refusals of the Cloud API, as the Graph API writes them.

Codes and titles: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

import secrets
from dataclasses import dataclass
from typing import Any

# Code -> (HTTP status, title).
CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    4: (400, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130403: (400, "User is not reachable"),
    130429: (400, "Rate limit hit"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (503, "Service unavailable"),
    131026: (400, "Message undeliverable"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
}
UNKNOWN = (400, "Unknown error")
REFERENCE = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"


@dataclass(eq=False)
class CloudError(Exception):
    """A refused call: its code and what exactly is wrong; the HTTP status follows from the code."""

    code: int
    details: str = ""

    def __str__(self) -> str:
        return f"{self.message}: {self.details}" if self.details else self.message

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return CODES.get(self.code, UNKNOWN)[0]

    @property
    def title(self) -> str:
        """Return the title of the code."""
        return CODES.get(self.code, UNKNOWN)[1]

    @property
    def message(self) -> str:
        """Return the sentence with the code in front."""
        return f"(#{self.code}) {self.title}"

    def as_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": {**error, "fbtrace_id": f"A{secrets.token_urlsafe(16)}"}}

    def in_status(self) -> dict[str, Any]:
        """Return the same error as a webhook has it, in `errors` of a status or of a message."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details or self.title},
            "href": REFERENCE,
        }


def invalid(details: str) -> CloudError:
    """Make the refusal of a missing, unknown or wrong parameter."""
    return CloudError(100, details)


def no_object(object_id: str) -> CloudError:
    """Make the refusal of an id that no object of this account has."""
    return invalid(
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation"
    )
