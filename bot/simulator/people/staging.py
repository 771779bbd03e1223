"""What whoever runs a practice lends to the page: working days, sample stories, links, a restart."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """A story that plays itself: what it is called, who acts in which group, and the play."""

    title: str
    person: int
    group: int
    play: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Staging:
    """Everything beside the messenger itself; without a practice around it there is nothing of it."""

    # Unix seconds -> the same time of the next working day.
    next_working_day: Callable[[float], float] | None = None
    # Ends the bot, forgets everything and begins anew.
    restart: Callable[[], Awaitable[None]] | None = None
    samples: Mapping[str, Sample] = field(default_factory=dict)
    # What t.me/<bot>?start=… may hand over -> what it leads to.
    links: Mapping[str, str] = field(default_factory=dict)
    # Whether other machines may open the page.
    open_to_others: bool = False
    # Changes with every beginning: a page that sees another one loads itself anew.
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    # The sample that plays at present, and why the last one ended early.
    playing: str = ""
    trouble: str = ""
    # The offset of time that the bot has read last, in seconds.
    told_offset: float | None = None

    def begin_anew(self) -> None:
        """Take another epoch and forget what belonged to the last."""
        self.epoch = secrets.token_hex(4)
        self.playing = self.trouble = ""
        self.told_offset = None
