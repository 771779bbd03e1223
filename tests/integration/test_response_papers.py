"""Response letter, closing record and disposition slip: their text as PDF, and what none of them shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.documents.typesetting import Typesetter
from conversations.complaints.case import Purpose, Recall
from conversations.complaints.complaint import Part
from conversations.complaints.completion import Supplement
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.follow_up import CaseLink
from conversations.complaints.life_cycle import Status
from conversations.messages import DocumentKind
from tests.lettered import AGENCIES
from tests.on_paper import (
    ADDRESS,
    KINDS,
    NAME,
    PERSONAL,
    RINA,
    STORY,
    at,
    golden,
    handled,
    printed,
    written,
)
from tests.unit.transcript import START

pytestmark = pytest.mark.asyncio(loop_scope="module")

RESPONSE, CLOSING, SLIP = KINDS
# Syntax of typst, HTML, spreadsheets and templates, and a mark that turns the direction of writing.
HOSTILE = '#panic("x") *b* $y$ <b>t</b> </dd><h1> =SUM(A1) {{ 7*7 }} \u202egnp'
SHOWN = HOSTILE.replace("\u202e", "[U+202E]")
HIDDEN = ("kamboja", "melur", "telusuri", "disalurkan", "Memeriksa", "Rina", "bintang", "Prosedur")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def typesetter() -> AsyncIterator[Typesetter]:
    made = Typesetter()
    yield made
    await made.close()


def in_line(text: str) -> str:
    """The text without the ends of its lines."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("agency", [one.id for one in AGENCIES])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_document_has_this_text(
    typesetter: Typesetter, kind: DocumentKind, agency: str, language: str
) -> None:
    text = await printed(typesetter, handled(agency), kind, language)
    assert f"{text}\n" == golden(kind, agency, language).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [CLOSING, SLIP])
async def test_documents_for_officers_have_nothing_about_the_person(
    typesetter: Typesetter, kind: DocumentKind
) -> None:
    text = in_line(await printed(typesetter, handled(), kind))
    assert [word for word in PERSONAL if word in text] == []
    assert "melur" not in text
    assert (STORY in text) is (kind is SLIP)
    assert "Tambahan" not in text


@pytest.mark.parametrize("change", [{"said": {"confidential": True}}, {"restricted": True}])
@pytest.mark.parametrize("kind", [CLOSING, SLIP])
async def test_of_a_confidential_or_restricted_case_they_have_number_service_and_dates(
    typesetter: Typesetter, kind: DocumentKind, change: dict[str, Any]
) -> None:
    case = handled(**change)
    text = in_line(await printed(typesetter, case, kind))
    # Who gave it to the division is on the slip, as on the division's card.
    hidden = [word for word in (*PERSONAL, *HIDDEN) if not (kind is SLIP and word == "Rina")]
    assert [word for word in hidden if word in text] == []
    assert case.reference in text
    assert "Pendampingan Dana Desa" in text
    assert "27 Maret 2026" in text


async def test_a_service_in_own_words_is_not_on_a_confidential_record(typesetter: Typesetter) -> None:
    case = handled(said={"service": "Layanan kamboja", "confidential": True})
    assert "kamboja" not in await printed(typesetter, case, CLOSING)
    assert "kamboja" not in await printed(typesetter, case, SLIP)


@pytest.mark.parametrize("kind", KINDS)
async def test_hostile_texts_are_printed_literally(typesetter: Typesetter, kind: DocumentKind) -> None:
    story = (Part(message=11, at=START, text=HOSTILE),)
    by = RINA.model_copy(update={"name": HOSTILE, "position": HOSTILE})
    given = (
        written(Purpose.INSTRUCTION, 1, HOSTILE, target="pemdes"),
        written(Purpose.RESPONSE, 26, HOSTILE).model_copy(update={"by": HOSTILE, "position": HOSTILE}),
    )
    case = handled(said={"name": HOSTILE, "address": HOSTILE, "story": story}, thread=given, officer=by)
    text = in_line(await printed(typesetter, case, kind))
    # Of the slip: instruction and story. Else name, position and text.
    assert text.count(SHOWN) >= (2 if kind is SLIP else 3)
    assert "49" not in text.replace("749035", "")


async def test_a_correction_replaces_the_letter_before_it(typesetter: Typesetter) -> None:
    case = handled()
    corrected = (*case.thread, written(Purpose.CORRECTION, 31, "Bantuan disalurkan hari Selasa."))
    case = handled(thread=corrected)
    text = in_line(await printed(typesetter, case, RESPONSE, detail="2"))
    assert "Ralat Surat Tanggapan" in text
    assert "menggantikan surat tanggapan yang dikirim Rabu, 18 Maret 2026 pukul 11.00 WIB." in text
    assert "menggantikan" not in await printed(typesetter, case, RESPONSE, detail="1")
    closing = in_line(await printed(typesetter, case, CLOSING))
    assert "Ralat (tanggapan ke-2)" in closing


async def test_a_recalled_response_is_on_no_document(typesetter: Typesetter) -> None:
    case = handled()
    recalled = case.thread[2].model_copy(update={"recall": Recall(by="Budi", at=at(27))})
    thread = (*case.thread[:2], recalled, written(Purpose.CORRECTION, 31, "Yang benar."))
    case = handled(thread=thread)
    letter = in_line(await printed(typesetter, case, RESPONSE))
    assert "ditarik kembali Rabu, 18 Maret 2026 pukul 12.00 WIB dan tidak berlaku" in letter
    assert "disalurkan hari Senin" not in letter
    assert "disalurkan hari Senin" not in await printed(typesetter, case, CLOSING)
    # It replaces nothing that the citizen has.
    assert "menggantikan" not in await printed(typesetter, case, RESPONSE, detail="2")


async def test_the_letter_after_an_objection_names_it(typesetter: Typesetter) -> None:
    thread = (
        *handled().thread,
        written(Purpose.OBJECTION, 40, "Belum."),
        written(Purpose.RESPONSE, 48, "Kini."),
    )
    case = handled(thread=thread)
    text = in_line(await printed(typesetter, case, RESPONSE, detail="2"))
    assert "Keberatan Bapak/Ibu kami terima Kamis, 19 Maret 2026 pukul 01.00 WIB." in text
    assert "Keberatan Bapak/Ibu" not in await printed(typesetter, case, RESPONSE)
    # The last day for an objection is that of the newest response.
    assert "paling lambat" in text
    assert "paling lambat" not in await printed(typesetter, case, RESPONSE)


async def test_the_letter_has_the_answers_as_they_were_completed(typesetter: Typesetter) -> None:
    new = {"address": "Dusun Wetan, Desa Raci, Kecamatan Bangil"}
    completed = Supplement(items=("address",), answers=new, at=at(5))
    said = {"represents": True, "represented_name": "Sumiati Bunga"}
    text = in_line(await printed(typesetter, handled(said=said, supplements=(completed,)), RESPONSE))
    assert "atas nama Sumiati Bunga" in text
    assert f"Bapak/Ibu {NAME} {new['address']}" in text
    assert ADDRESS not in text


async def test_without_an_account_the_objection_goes_to_the_counter(typesetter: Typesetter) -> None:
    case = handled(filed_by=NO_ACCOUNT, recorded_by=RINA)
    text = in_line(await printed(typesetter, case, RESPONSE))
    assert "lewat telepon (0343) 749035" in text
    assert "Belum Puas" not in text


async def test_a_response_with_a_file_alone_points_to_it(typesetter: Typesetter) -> None:
    response = written(Purpose.RESPONSE, 26, "", "a1")
    text = in_line(await printed(typesetter, handled(thread=(response,)), RESPONSE))
    assert "Tanggapan kami ada di lampiran." in text
    assert "keputusan.pdf" in text


async def test_a_side_exit_is_recorded_with_its_reason(typesetter: Typesetter) -> None:
    decision = written(Purpose.DUPLICATE, 3, "Sama dengan yang lain.", target="DPMD-2026-0007")
    case = handled(
        thread=(decision,),
        status=Status.DUPLICATE,
        duplicate_of=CaseLink(id="case00000007", reference="DPMD-2026-0007"),
        plan=None,
        stars=0,
    )
    text = in_line(await printed(typesetter, case, CLOSING))
    assert "Sama dengan: DPMD-2026-0007." in text
    assert "Sama dengan yang lain." in text
    assert "belum diarsipkan" in text
    assert "tidak diberikan" in text
    assert "Ditanggapi :" not in text


async def test_a_withdrawn_case_has_the_chosen_reason_and_no_words_of_the_citizen(
    typesetter: Typesetter,
) -> None:
    withdrawal = written(Purpose.WITHDRAWAL, 3, "Kamboja sudah layu.", target="solved")
    case = handled(thread=(withdrawal,), status=Status.WITHDRAWN, plan=None)
    text = in_line(await printed(typesetter, case, CLOSING))
    assert "Masalahnya sudah selesai." in text
    assert "layu" not in text


async def test_a_late_response_and_a_postponed_plan_are_named(typesetter: Typesetter) -> None:
    case = handled()
    late = case.thread[2].model_copy(update={"at": at(24 * 20), "due_on": case.due_on})
    postponed = written(Purpose.POSTPONEMENT, 70, "Menunggu anggaran.")
    assert case.plan
    plan = case.plan.model_copy(update={"done_by": "Budi Santoso", "done_at": at(80)})
    case = handled(thread=(late, postponed), plan=plan)
    text = in_line(await printed(typesetter, case, CLOSING))
    assert "lewat tenggat" in text
    assert "Rina Wati, S.Sos.: Menunggu anggaran." in text
    assert "selesai: Budi Santoso" in text


async def test_twenty_pages_of_a_response_are_printed_to_the_last_word(typesetter: Typesetter) -> None:
    response = written(Purpose.RESPONSE, 26, "Kata demi kata. " * 4000 + "Selesai benar.")
    text = await printed(typesetter, handled(thread=(response,)), RESPONSE)
    assert "Selesai benar." in in_line(text)
