"""The configuration: a TOML file, then credentials and the environment. Wrong settings stop the start.

Every key is explained in config.example.toml; a test compares the two. Relative
paths count from the folder in which the command is run.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

from bot.config.agreement import clashes, repeats, wrong_signs
from bot.config.credentials import credentials
from bot.config.environment import DELIMITER, PREFIX, misspelt, not_json
from bot.config.errors import ConfigError, describe, explain_toml
from bot.config.listening import Address, address, address_or_nothing
from bot.config.logos import wrong_logos
from bot.config.server_names import file_name, server_url
from bot.config.this_machine import not_here
from bot.config.webhooks import missing_for_webhook, public_url_or_nothing, wrong_secret
from bot.config.whatsapp import REASON, WhatsApp, missing_for_whatsapp
from conversations.complaints.agency import Agency, Limits, Notice, Oversight, Redirect, Rules, Settings

DEFAULT_PATH = Path("config.toml")
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
# The context of a reading for a command that does not call the messenger.
WITHOUT_TOKEN = "offline"  # noqa: S105 - no password
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
# The second form is in configurations that were written before.
SQLITE = ("sqlite:///", "sqlite+aiosqlite:///")
POSTGRES = "postgresql+psycopg://"

# Sections that may be left out whole: their compulsory keys are then named one by one.
ALWAYS_THERE = ("telegram", "database")


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


class Config(Settings):
    """All settings of one running bot."""

    telegram: Telegram
    whatsapp: WhatsApp = WhatsApp()
    database: Database = Database()
    operator_chat_id: int = 0
    agencies: tuple[Agency, ...] = Field(min_length=1)
    limits: Limits = Limits()
    notice: Notice = Notice()
    emergency_number: str = Field(default="112", min_length=1)
    oversight: tuple[Oversight, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    pacing: Pacing = Pacing()
    backup: Backup = Backup()
    retention: Retention = Retention()
    log: Log = Log()
    web: Web = Web()
    alerts: Alerts = Alerts()
    practice: bool = False

    @property
    def groups(self) -> frozenset[int]:
        """The groups of all agencies: staff, restricted, and those of divisions."""
        return frozenset(chat for agency in self.agencies for chat in agency.groups)

    @property
    def division_groups(self) -> frozenset[int]:
        """The groups of divisions, of all agencies."""
        return frozenset(chat for agency in self.agencies for chat in agency.division_chats)

    @property
    def topics(self) -> dict[tuple[int, int], str]:
        """The topics of all agencies and divisions, by group and id, with the names to create them by."""
        named = {(agency.staff_chat_id, agency.staff_topic_id): agency.short_name for agency in self.agencies}
        for agency in self.agencies:
            for division in agency.divisions:
                named[division.chat_id or agency.staff_chat_id, division.topic_id] = division.name
        return {place: name for place, name in named.items() if all(place)}

    @property
    def leaders(self) -> frozenset[int]:
        """The leaders of all agencies."""
        return frozenset(person for agency in self.agencies for person in agency.leaders)

    @cached_property
    def rules(self) -> Rules:
        """The settings that the dialogues need."""
        return Rules(
            agencies=self.agencies,
            limits=self.limits,
            notice=self.notice,
            emergency_number=self.emergency_number,
            oversight=self.oversight,
            redirects=self.redirects,
            operator_chat_id=self.operator_chat_id,
            whatsapp_number=self.whatsapp.number if self.whatsapp.used else "",
            switched_off=frozenset() if self.whatsapp.used else frozenset({"WhatsApp"}),
        )

    @model_validator(mode="after")
    def _settings_agree(self, info: ValidationInfo) -> Self:
        wrong = [*clashes(self.agencies), *wrong_signs(self.agencies), *wrong_logos(self.agencies)]
        wrong += repeats("redirects", [entry.id for entry in self.redirects])
        if self.practice:
            wrong += not_here(_servers(self))
        if self.whatsapp.used:
            wrong += missing_for_whatsapp(self.whatsapp, secrets=info.context != WITHOUT_TOKEN)
        wrong += _undelivered(self)
        if wrong:
            raise ValueError("\n".join(wrong))
        return self


def _undelivered(config: Config) -> list[str]:
    """What is missing for a webhook; a practice server is on this machine and needs no public address."""
    if config.telegram.updates == "webhook":
        return missing_for_webhook(config.web.public_url, config.web.listen, 'telegram.updates is "webhook"')
    if config.whatsapp.used:
        public = config.web.public_url or ("practice" if config.practice else "")
        return missing_for_webhook(public, config.web.listen, REASON)
    return []


def _servers(config: Config) -> dict[str, str]:
    """The addresses of the messengers, by key."""
    telegram = {key: getattr(config.telegram, key) for key in ("base_url", "base_file_url")}
    found = {f"telegram.{key}": value for key, value in telegram.items()}
    return found | {"whatsapp.base_url": config.whatsapp.base_url} if config.whatsapp.used else found


def load(path: Path = DEFAULT_PATH, *, token: bool = True) -> Config:
    """Read the file and the environment over it. Raises ConfigError, which names every wrong key.

    Without `token` the token may be missing: only root may be able to read it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(
            path, ("not found. Copy config.example.toml and fill it in",), "config_missing"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, (f"cannot be read: {error}",), "config_unreadable") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, (explain_toml(text, str(error)),), "config_unreadable") from None
    return read(values, path, token=token)


def read(values: dict[str, Any], path: Path = DEFAULT_PATH, *, token: bool = True) -> Config:
    """Check settings as TOML gives them, the environment over them. Raises ConfigError."""
    merged: dict[str, Any] = {**{section: {} for section in ALWAYS_THERE}, **values}
    for name, value in (*_credentials(path).items(), *_environment(path).items()):
        below = merged.get(name)
        merged[name] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    if not token and isinstance(merged["telegram"], dict):
        merged["telegram"] = {"token": "", **merged["telegram"]}
    context = None if token else WITHOUT_TOKEN
    try:
        # As JSON, because strict JSON reads arrays and dates but takes no "-100" for a number.
        return Config.model_validate_json(json.dumps(merged, default=_plain), strict=True, context=context)
    except ValidationError as error:
        raise ConfigError(path, describe(error, Config, merged)) from None


def _credentials(path: Path) -> dict[str, Any]:
    """The settings that the service manager passes as files."""
    try:
        found = credentials(Config)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, (f"a credential cannot be read: {error}",), "config_unreadable") from None
    return {name: _typed(Config, name, value) for name, value in found.items()}


def _environment(path: Path) -> dict[str, Any]:
    """The settings of the environment, numbers and truth values read where the key is not a text."""
    if wrong := misspelt(Config, os.environ):
        raise ConfigError(path, wrong)
    # The source reads the class's fields only; a BaseSettings would read its sources at every making.
    source = EnvSettingsSource(
        cast("type[BaseSettings]", Config),
        case_sensitive=False,
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
    )
    try:
        found = source()
    except SettingsError as error:
        raise ConfigError(path, (not_json(str(error)),)) from None
    for name, value in found.items():
        found[name] = _typed(Config, name, value)
    return found


def _typed(model: type[Settings], name: str, value: Any) -> Any:
    field = model.model_fields.get(name)
    kind = field.annotation if field else str
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, Settings):
        return {key: _typed(kind, key, inner) for key, inner in value.items()}
    if kind not in {int, float, bool} or not isinstance(value, str):
        return value
    try:
        return json.loads(value.lower())
    except ValueError:
        return value


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime, time)) else str(value)
