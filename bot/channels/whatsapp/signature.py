"""Whether a request to the webhook is WhatsApp's: the signature of a delivery, the token of a subscription.

A delivery is signed over its raw bytes, and the signature is compared before anything of them is read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

HEADER = "X-Hub-Signature-256"
PATH = "/whatsapp"
_METHOD = "sha256="
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_SUBSCRIBE = "subscribe"


def signature(body: bytes, app_secret: str) -> str:
    """The signature of a body, as the header has it."""
    return _METHOD + hmac.digest(app_secret.encode(), body, hashlib.sha256).hex()


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether the header has the form of a signature: without it the body need not be read."""
    return _SIGNATURE.fullmatch(headers.get(HEADER, "")) is not None


def is_authentic(headers: Mapping[str, str], body: bytes, app_secret: str) -> bool:
    """Whether a delivery is signed with the app's secret, in constant time; never without a secret."""
    given = headers.get(HEADER, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, signature(body, app_secret).encode()) and bool(app_secret)


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """The answer to a request to subscribe; None for a wrong token, and for any other request."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    known = hmac.compare_digest(given, verify_token.encode()) and bool(verify_token)
    return query.get("hub.challenge", "") if known and query.get("hub.mode") == _SUBSCRIBE else None
