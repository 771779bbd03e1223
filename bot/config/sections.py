"""The sections of the configuration, one class each, and what their values look like."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

from bot.config.listening import Address, address, address_or_nothing
from bot.config.server_names import file_name, server_url
from bot.config.webhooks import public_url_or_nothing, wrong_secret
from conversations.complaints.agency import Settings

TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
# The context of a reading for a command that does not call the messenger.
WITHOUT_TOKEN = "offline"  # noqa: S105 - no password
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
# The second form is in configurations that were written before.
SQLITE = ("sqlite:///", "sqlite+aiosqlite:///")
POSTGRES = "postgresql+psycopg://"


def _token(value: SecretStr, info: ValidationInfo) -> SecretStr:
    if info.context == WITHOUT_TOKEN and not value.get_secret_value():
        return value
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError(
            "the token that @BotFather gave: digits, a colon, letters and digits (123456789:AA…)"
        )
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if wrong := wrong_secret(value.get_secret_value()):
        raise ValueError(wrong)
    return value


def _bot_url(value: str) -> str:
    if not value.startswith(("https://", "http://")) or not value.endswith("/bot"):
        raise ValueError("an http(s) address that ends in /bot, as https://api.telegram.org/bot")
    return value


def _web_url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("an http(s) address")
    return value


def _database_url(value: str) -> str:
    if value.startswith(POSTGRES):
        return server_url(value)
    if not value.startswith(SQLITE) or not value.partition(":///")[2].strip("/"):
        raise ValueError(
            "sqlite:/// and a path, as sqlite:///data/aduan.db, or postgresql+psycopg://USER@HOST/DATABASE"
        )
    return value


def _time_of_day(value: str) -> str:
    if not TIME_OF_DAY.fullmatch(value):
        raise ValueError("a time of day as 02:00")
    return value


class Telegram(Settings):
    """How the Bot API is reached. The token is a secret: it is never shown."""

    token: Annotated[SecretStr, AfterValidator(_token)]
    base_url: Annotated[str, AfterValidator(_bot_url)] = "https://api.telegram.org/bot"
    base_file_url: Annotated[str, AfterValidator(_web_url)] = "https://api.telegram.org/file/bot"
    updates: Literal["polling", "webhook"] = "polling"
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] = SecretStr("")


class Database(Settings):
    """Where complaints, their keys and their files are stored. Empty paths mean: next to the database.

    An empty `state` means next to the database's folder: restoring that folder must not restore the state.
    """

    # It may have a password.
    url: Annotated[str, AfterValidator(_database_url), Field(repr=False)] = "sqlite:///data/aduan.db"
    keys: str = ""
    files: str = ""
    state: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the database is a file of this machine."""
        return not self.url.startswith(POSTGRES)

    @property
    def path(self) -> Path:
        """The database file; with a server, what the names of the other files come from."""
        if self.is_file:
            return Path(self.url.partition(":///")[2])
        return Path("data", f"{file_name(self.url)}.db")

    @property
    def keys_path(self) -> Path:
        """The file of the sealing keys, next to the database unless `keys` is set."""
        return Path(self.keys) if self.keys else self.path.with_suffix(".key")

    @property
    def files_path(self) -> Path:
        """The folder of kept files."""
        return Path(self.files) if self.files else self.path.parent / "files"

    @property
    def documents_path(self) -> Path:
        """The folder of documents that are made and not sent yet."""
        folder = self.path.parent / "documents"
        # Its owner empties it, and the folder of the database is that of this command, for all servers.
        return folder if self.is_file else folder / self.path.stem

    @property
    def watermark_path(self) -> Path:
        """The file of the highest numbers issued, named after the database and its folder."""
        path = self.path.absolute()
        folder = Path(self.state) if self.state else path.parent.parent / "state"
        return folder / f"{path.parent.name}-{path.stem}.json"


class Pacing(Settings):
    """How fast the bot sends. The defaults are Telegram's limits (telegram.org/bots/faq)."""

    overall_per_second: int = Field(default=30, ge=1)
    private_burst: int = Field(default=5, ge=1)
    private_per_second: float = Field(default=1, gt=0)
    group_messages: int = Field(default=20, ge=1)
    group_seconds: float = Field(default=60, gt=0)


class Log(Settings):
    """What is logged and how; `auto` means readable on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class Backup(Settings):
    """The daily backup: its folder, empty for none, the time of day, and how many days are kept."""

    folder: str = ""
    time: Annotated[str, AfterValidator(_time_of_day)] = "02:00"
    keep_days: int = Field(default=14, ge=1)


class Retention(Settings):
    """How long the bot keeps persons: years after the end of their complaints; 0 for ever."""

    closed_years: int = Field(default=0, ge=0, le=100)


class Web(Settings):
    """Where the bot serves its health, its metrics and a webhook; empty: nowhere.

    `public_url` is the address by which the messenger reaches it, through a web server with a certificate.
    """

    listen: Annotated[str, AfterValidator(address_or_nothing)] = ""
    public_url: Annotated[str, AfterValidator(public_url_or_nothing)] = ""

    @property
    def address(self) -> Address | None:
        """The address on which to listen, None for nowhere."""
        return address(self.listen) if self.listen else None


class Alerts(Settings):
    """When the operator is alerted; 0: never."""

    late_minutes: int = Field(default=10, ge=0)
