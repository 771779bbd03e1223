"""The calls of the Cloud API: which path and verb is which method, and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.api.parameters import Upload
from bot.simulator.whatsapp.account import Account
from bot.simulator.whatsapp.errors import invalid, no_object
from bot.simulator.whatsapp.fields import Need, array, choice, flag, record, text
from bot.simulator.whatsapp.media import Media, check_upload
from bot.simulator.whatsapp.sending import Sending
from bot.simulator.whatsapp.webhooks import Webhooks

Answer = dict[str, Any]
MOST_COMMANDS, COMMAND_NAME, COMMAND_HINT = 30, 32, 256
MOST_PROMPTS, PROMPT = 4, 80
COMMAND = record({"command_name": Need(text(COMMAND_NAME)), "command_description": Need(text(COMMAND_HINT))})
AUTOMATION = record(
    {
        "enable_welcome_message": flag,
        "prompts": array(text(PROMPT), MOST_PROMPTS, least=0, what="prompts"),
        "commands": array(COMMAND, MOST_COMMANDS, least=0, what="commands"),
    }
)
UPLOAD = record({"messaging_product": Need(choice("whatsapp")), "type": text(128)})
NUMBER_FIELDS = ("id", "display_phone_number", "verified_name", "quality_rating")
MORE_FIELDS = (
    "status",
    "name_status",
    "conversational_automation",
    "webhook_configuration",
    "throughput",
    "whatsapp_business_manager_messaging_limit",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One call: the id in its path, its query, its body, and the address that its caller used."""

    object_id: str
    query: dict[str, str]
    body: dict[str, Any]
    # The address of the Graph API, such as http://127.0.0.1:8080/graph.
    base: str


Method = Callable[[Request], Awaitable[Answer]]


@dataclass
class Methods:
    """The calls of one account, by name."""

    account: Account
    sending: Sending
    webhooks: Webhooks
    by_name: dict[str, Method] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {
            "messages": self.messages,
            "upload": self.upload,
            "media": self.media,
            "delete_media": self.delete_media,
            "number": self.number,
            "automation": self.automation,
            "account": self.business,
            "phone_numbers": self.phone_numbers,
            "templates": self.templates,
            "subscribe": self.subscribe,
            "subscriptions": self.subscriptions,
            "unsubscribe": self.unsubscribe,
            "debug_token": self.debug_token,
            "app": self.app,
        }

    async def messages(self, request: Request) -> Answer:
        """Send a message or mark one as read."""
        return await self.sending.perform(request.body)

    async def upload(self, request: Request) -> Answer:
        """Store a file."""
        fields = {key: value for key, value in request.body.items() if not isinstance(value, Upload)}
        UPLOAD("", fields)
        file = request.body.get("file")
        if not isinstance(file, Upload):
            raise invalid("The parameter file is required")
        mime = str(fields.get("type") or file.mime)
        check_upload(mime, file.data, len(file.data))
        return {"id": self.account.media.add(file.data, mime).media_id}

    async def media(self, request: Request) -> Answer:
        """Return facts about a file and a new link to it."""
        stored = self.account.media.find(request.object_id)
        return {"messaging_product": "whatsapp", **self._described(stored, request.base)}

    def _described(self, stored: Media, base: str) -> Answer:
        return {
            "url": f"{base}/download/{self.account.media.link(stored)}",
            "mime_type": stored.mime,
            "sha256": stored.sha256,
            "file_size": stored.size,
            "id": stored.media_id,
        }

    async def delete_media(self, request: Request) -> Answer:
        """Delete a file."""
        self.account.media.delete(request.object_id)
        return {"success": True}

    async def number(self, request: Request) -> Answer:
        """Return the asked fields of the number; without a choice the usual ones."""
        asked = [name for name in request.query.get("fields", "").split(",") if name]
        for name in asked:
            if name not in NUMBER_FIELDS + MORE_FIELDS:
                raise invalid(f"Tried accessing nonexisting field ({name})")
        every = self._number()
        return {name: every[name] for name in {**dict.fromkeys(asked or NUMBER_FIELDS), "id": None}}

    def _number(self) -> Answer:
        account = self.account
        return {
            "id": account.phone_number_id,
            "display_phone_number": account.display_number,
            "verified_name": account.verified_name,
            "quality_rating": account.quality_rating,
            "status": account.status,
            "name_status": account.name_status,
            "whatsapp_business_manager_messaging_limit": account.messaging_limit,
            "throughput": {"level": "STANDARD"},
            "conversational_automation": {**account.automation, "id": account.phone_number_id},
            "webhook_configuration": {"application": self.webhooks.url} if self.webhooks.url else {},
        }

    async def automation(self, request: Request) -> Answer:
        """Set the commands, the prompts and the welcome of the number."""
        AUTOMATION("", request.body)
        self.account.automation |= request.body
        return {"success": True}

    async def business(self, _request: Request) -> Answer:
        """Return the business account."""
        return {"id": self.account.business_account_id, "name": self.account.verified_name, "currency": "IDR"}

    async def phone_numbers(self, _request: Request) -> Answer:
        """Return the one number of the account."""
        return {"data": [{name: self._number()[name] for name in NUMBER_FIELDS}]}

    async def templates(self, request: Request) -> Answer:
        """Return the templates, all or those of a name."""
        name = request.query.get("name", "")
        return {"data": [each for each in self.account.templates.as_json() if name in each["name"]]}

    async def subscribe(self, _request: Request) -> Answer:
        """Send the webhooks of the account to the app."""
        self.account.subscribed = True
        return {"success": True}

    async def subscriptions(self, _request: Request) -> Answer:
        """Return the apps that get the webhooks."""
        app = {"name": "Aduan", "id": self.account.app_id, "link": "https://www.facebook.com/games/"}
        return {"data": [{"whatsapp_business_api_data": app}] if self.account.subscribed else []}

    async def unsubscribe(self, _request: Request) -> Answer:
        """Stop sending the webhooks to the app."""
        self.account.subscribed = False
        return {"success": True}

    async def app(self, _request: Request) -> Answer:
        """Return what the app receives, which is read with the app's own token."""
        fields = [{"name": name, "version": "v25.0"} for name in self.account.fields]
        known = {"object": "whatsapp_business_account", "callback_url": self.webhooks.url, "active": True}
        return {"data": [{**known, "fields": fields}] if self.webhooks.url else []}

    async def debug_token(self, request: Request) -> Answer:
        """Return what a token may do."""
        asked = request.query.get("input_token", "")
        if asked != self.account.token:
            error = {"code": 190, "message": "The access token could not be decrypted"}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"]
        known = {"app_id": self.account.app_id, "type": "SYSTEM_USER", "application": "Aduan"}
        return {"data": {**known, "expires_at": 0, "is_valid": True, "scopes": scopes}}


# (verb, what the id is, what follows it) -> name of the method.
PATHS = {
    ("POST", "number", "messages"): "messages",
    ("POST", "number", "media"): "upload",
    ("GET", "number", ""): "number",
    ("POST", "number", "conversational_automation"): "automation",
    ("GET", "account", ""): "account",
    ("GET", "account", "phone_numbers"): "phone_numbers",
    ("GET", "account", "message_templates"): "templates",
    ("POST", "account", "subscribed_apps"): "subscribe",
    ("GET", "account", "subscribed_apps"): "subscriptions",
    ("DELETE", "account", "subscribed_apps"): "unsubscribe",
    ("GET", "debug_token", ""): "debug_token",
    ("GET", "app", "subscriptions"): "app",
    ("GET", "other", ""): "media",
    ("DELETE", "other", ""): "delete_media",
}


def method_of(account: Account, verb: str, object_id: str, edge: str) -> str:
    """Return the name of the method of a path; raise CloudError 100 for what does not exist."""
    kinds = {
        account.phone_number_id: "number",
        account.business_account_id: "account",
        "debug_token": "debug_token",
        account.app_id: "app",
    }
    name = PATHS.get((verb, kinds.get(object_id, "other"), edge))
    if name is None:
        raise no_object(object_id)
    return name
