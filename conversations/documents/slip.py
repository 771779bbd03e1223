"""The disposition slip (lembar disposisi): it goes with the case to a division, on paper."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.case import Case
from conversations.documents.sources import Sources, is_limited
from conversations.messages import Params


def slip(sources: Sources) -> Params:
    """What the division is asked to do; `detail` is the place of the instruction in the thread, from 1.

    Nothing about the person; of a confidential or restricted case number, service and due date only. Source:
    the agencies' service standard, procedure d ("Pengaduan didistribusikan ke bidang terkait").
    """
    case = sources.case
    instruction = case.thread[int(sources.detail) - 1]
    limited = is_limited(case)
    return {
        "reference": case.reference,
        "agency": sources.agency.full_name,
        "division": sources.agency.division_name(instruction.target),
        "by": instruction.by,
        "at": instruction.at.isoformat(),
        "due": case.due_on.isoformat(),
        "limited": limited,
        "service": casefile.listed_service(case, sources.rules) if limited else _service(sources),
        **(_closed() if limited else _opened(sources, case)),
    }


def _service(sources: Sources) -> str:
    return casefile.service_name(sources.case, sources.rules)


def _opened(sources: Sources, case: Case) -> dict[str, Any]:
    instruction = case.thread[int(sources.detail) - 1]
    return {
        "received_at": case.received_at.isoformat(),
        "classified": sources.agency.class_name(case.classified),
        "level": case.level,
        "instruction": instruction.text,
        "files": casefile.counted(instruction.parts),
        "story": casefile.story_cut(case),
        "evidence": casefile.counted(casefile.evidence(case)),
    }


def _closed() -> dict[str, Any]:
    empty = dict.fromkeys(("received_at", "classified", "instruction", "story"), "")
    return {**empty, "level": 0, "files": [], "evidence": []}
