"""What a practice provides to the page: working days, sample stories, links, a restart."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """A story that runs by itself: its title, its citizen, its group, and the function that runs it."""

    title: str
    person: int
    group: int
    play: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Staging:
    """The parts of the page that the messenger does not have; empty without a practice."""

    # Unix seconds -> the same time of the next working day.
    next_working_day: Callable[[float], float] | None = None
    # Stops the bot, removes everything and starts the bot again.
    restart: Callable[[], Awaitable[None]] | None = None
    samples: Mapping[str, Sample] = field(default_factory=dict)
    # Payload of t.me/<bot>?start=… -> the name of what it opens.
    links: Mapping[str, str] = field(default_factory=dict)
    # The same payload -> the text that the link to WhatsApp prepares.
    openings: Mapping[str, str] = field(default_factory=dict)
    # Whether other machines may open the page.
    open_to_others: bool = False
    # Changes at every start: a page that reads another epoch loads itself again.
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    # The title of the running sample, and why the last one ended early.
    playing: str = ""
    trouble: str = ""
    # Who acts in the running sample, and in which chat: their ids.
    scene: tuple[int, int] | None = None
    # The offset of time that the bot read last, in seconds.
    reported_offset: float | None = None

    def start_over(self) -> None:
        """Begin another epoch with empty state."""
        self.epoch = secrets.token_hex(4)
        self.playing = self.trouble = ""
        self.scene = None
        self.reported_offset = None
