"""The words of templates/<language>/letters.html: what stands on paper, and the captions of the documents."""

from __future__ import annotations

from collections.abc import Mapping

# The documents themselves, as the HTML of bot/documents/blocks.py.
PAPER: Mapping[str, str] = {
    "complaint": (
        "reference agency address person matter evidence pages later confidential lacks_attorney place "
        "signed_at signature completions"
    ),
    "receipt": (
        "reference agency address phones name complainant_address represented confidential by_code "
        "messenger service place received_at due status evidence verifier digest check head link"
    ),
    "response": (
        "reference agency phones number at correction replaces objected recalled confidential name "
        "complainant_address represented service received_at text enclosed signed approved_by days until told"
    ),
    "closing": (
        "reference agency limited service received_at ended_at status due taken timeline channel messenger "
        "classified level divisions verifier officer history responses objections decision reason stars plan"
    ),
    "slip": (
        "reference agency division by at due limited service received_at classified level instruction files "
        "story evidence"
    ),
    # What hangs at the counter.
    "poster": "link days unit starts_at address hours phones channels whatsapp_link",
    "card": "agency link days unit starts_at whatsapp_link",
    # The first page of the case file.
    "case_summary": (
        "reference agency address phones name represented service received_at due status responded_at "
        "tracking timeline thread until head"
    ),
    # Everything that is stored about an account.
    "personal_data": (
        "account messenger whatsapp name language profile accepted last_answers drafts unsent cases "
        "waiting set_aside groups acts more_acts"
    ),
}
# The captions below documents in the chat.
CAPTIONS: Mapping[str, str] = {
    "register": "agency period first",
    "complaint": "reference completed",
    "receipt": "reference officer to_print",
    "response": "reference correction",
    "closing": "reference confidential",
    "slip": "reference division confidential",
    "for_officer": "reference",
    "case_file": "reference left_out",
    "report": "agency period first",
    "report_picture": "agency period first",
    "personal_data": "",
    "personal_json": "",
}
