"""How long a complaint letter takes, compared with rendering its words, and the memory of what typesets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.documents.blocks import blocks
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.catalogue import MESSAGES
from conversations.messages import OutgoingMessage
from tests.bench.figures import percentile
from tests.bench.machine import cpu_seconds, resident_megabytes
from tests.paper import document
from tests.unit.template_samples import samples

LETTER = "letters.complaint"
COUNT = 500
# The process has loaded its fonts and filled its caches by then.
WARM = 50
STORY = "Pada hari itu saya datang ke kantor desa, tetapi bantuan yang dijanjikan belum saya terima. " * 16


@dataclass(frozen=True)
class Letters:
    """What one run measured. Times in ms, memory in MB."""

    # From asking for it to having it: the first letter, which starts the process, and each of the others.
    first: float
    waits: list[float]
    # CPU of one letter in the process that typesets, and of rendering its words: means.
    cpu: float
    words_cpu: float
    # Resident memory of the process after WARM letters, and after all.
    warm: float
    last: float


async def measure_letters(count: int = COUNT) -> Letters:
    """Typeset this many different letters, at least WARM, one after the other."""
    typesetter, renderer = Typesetter(), Renderer()
    waits, words_cpu, warm, cpu_before = list[float](), 0.0, 0.0, 0.0
    try:
        for number, message in enumerate(_letters(count), start=1):
            began, cpu_began = time.perf_counter(), time.process_time()
            html = renderer.text(message, "id")
            words_cpu += time.process_time() - cpu_began
            await typesetter.pdf("document", {**document(""), "blocks": blocks(html)})
            waits.append((time.perf_counter() - began) * 1000)
            if number == WARM:
                warm, cpu_before = resident_megabytes(typesetter.pid), cpu_seconds(typesetter.pid)
        cpu, last = cpu_seconds(typesetter.pid) - cpu_before, resident_megabytes(typesetter.pid)
    finally:
        await typesetter.close()
    return Letters(waits[0], waits[1:], cpu * 1000 / (count - WARM), words_cpu * 1000 / count, warm, last)


def _letters(count: int) -> Iterator[OutgoingMessage]:
    rich, _ = samples(LETTER, MESSAGES[LETTER])
    matter = [row for row in rich["matter"] if row["field"] != "story"]
    for number in range(count):
        story: dict[str, Any] = {"field": "story", "text": f"{number}. {STORY}"}
        own = {"reference": f"DPMD-2026-{number:04}", "matter": [*matter, story]}
        yield OutgoingMessage(LETTER, {**rich, **own})


def letter_table(letters: Letters) -> list[str]:
    """The lines of a Markdown table."""
    rows = {
        "first letter, ms (it starts the process)": f"{letters.first:.0f}",
        "another letter, median ms": f"{median(letters.waits):.1f}",
        "another letter, p99 ms": f"{percentile(letters.waits, 0.99):.1f}",
        "CPU ms a letter": f"{letters.cpu:.1f}",
        "CPU ms for its words alone": f"{letters.words_cpu:.2f}",
        "letter / words, CPU": f"{letters.cpu / letters.words_cpu:.1f}",
        f"RSS MB after {WARM} letters": f"{letters.warm:.0f}",
        "RSS MB after all": f"{letters.last:.0f}",
    }
    lines = [f"| {name} | {figure} |" for name, figure in rows.items()]
    return [f"| {len(letters.waits) + 1} letters, one after the other | |", "|---|---|", *lines]
