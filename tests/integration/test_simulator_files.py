"""Files through the embedded messenger: sizes of photos, kinds, limits, links, albums."""

import struct
from typing import Any

import pytest

from bot.simulator.api.media import MEGABYTE
from tests.integration.simulator_client import Client, messenger

SITI = 5001
TOO_BIG = (
    "Bad Request: file of size 10485763 bytes is too big for a photo; the maximum size is 10485760 bytes"
)
JPEG = b"\xff\xd8\xff\xe0 a photo"


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


async def started(client: Client) -> None:
    await client.simulator.person(SITI, "Siti").say("/start")


async def download(client: Client, file_id: str) -> bytes:
    path = (await client.result("getFile", file_id=file_id))["file_path"]
    async with client.session.get(
        f"{client.simulator.base_file_url}{client.simulator.token}/{path}"
    ) as response:
        assert response.status == 200
        return await response.read()


async def test_only_the_largest_size_of_a_photo_has_its_bytes() -> None:
    async with messenger() as client:
        sizes = (await client.simulator.person(SITI, "Siti").send_photo(JPEG))["photo"]
        assert [size["width"] for size in sizes] == [90, 320, 800, 1280]
        assert len({size["file_id"] for size in sizes}) == 4
        assert await download(client, sizes[-1]["file_id"]) == JPEG
        assert await download(client, sizes[0]["file_id"]) != JPEG


async def test_a_link_expires_and_a_new_one_works() -> None:
    async with messenger() as client:
        document = (await client.simulator.person(SITI, "Siti").send_document(b"isi", "a.pdf"))["document"]
        path = (await client.result("getFile", file_id=document["file_id"]))["file_path"]
        client.simulator.world.files.expire_links()
        url = f"{client.simulator.base_file_url}{client.simulator.token}/{path}"
        async with client.session.get(url) as response:
            assert response.status == 404
        assert await download(client, document["file_id"]) == b"isi"


async def test_a_file_over_twenty_megabytes_cannot_be_fetched() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        small = (await siti.send_video(size=20 * MEGABYTE))["video"]
        large = (await siti.send_video(size=20 * MEGABYTE + 1))["video"]
        assert large["file_size"] == 20 * MEGABYTE + 1
        assert len(await download(client, small["file_id"])) == 20 * MEGABYTE
        assert await client.refusal("getFile", file_id=large["file_id"]) == "Bad Request: file is too big"


async def test_an_uploaded_document_arrives_unchanged() -> None:
    async with messenger() as client:
        await started(client)
        body = await client.upload("sendDocument", {"document": b"%PDF isi"}, chat_id=SITI, caption="Surat")
        document = body["result"]["document"]
        assert (document["file_name"], document["mime_type"]) == ("document.pdf", "application/pdf")
        assert body["result"]["caption"] == "Surat"
        assert await download(client, document["file_id"]) == b"%PDF isi"


@pytest.mark.parametrize(
    ("files", "params", "code", "description"),
    [
        ({"photo": b"no picture"}, {}, 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        ({"photo": png(6000, 4001)}, {}, 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ({"photo": png(2100, 100)}, {}, 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ({"photo": b""}, {}, 400, "Bad Request: file must be non-empty"),
        (
            {"photo": b"\xff\xd8\xff" + b"x" * (10 * MEGABYTE)},
            {},
            400,
            TOO_BIG,
        ),
        ({"photo": JPEG}, {"caption": "x" * 1025}, 400, "Bad Request: message caption is too long"),
    ],
    ids=["no picture", "too many pixels", "too narrow", "empty", "too big", "caption too long"],
)
async def test_an_unfit_photo_is_refused(
    files: dict[str, bytes], params: dict[str, str], code: int, description: str
) -> None:
    async with messenger() as client:
        await started(client)
        body = await client.upload("sendPhoto", files, chat_id=SITI, **params)
        assert (body["error_code"], body["description"]) == (code, description)


async def test_an_upload_over_fifty_megabytes_is_refused() -> None:
    async with messenger() as client:
        await started(client)
        body = await client.upload("sendDocument", {"document": b"x" * (52 * MEGABYTE)}, chat_id=SITI)
        assert (body["error_code"], body["description"]) == (413, "Request Entity Too Large")


async def test_a_file_is_sent_again_by_its_id_and_as_its_own_kind_only() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        photo = (await siti.send_photo(JPEG))["photo"][-1]["file_id"]
        voice = (await siti.send_voice())["voice"]["file_id"]
        assert (await client.result("sendPhoto", chat_id=SITI, photo=photo))["photo"][-1]["file_id"] == photo
        assert (await client.result("sendVoice", chat_id=SITI, voice=voice))["voice"]["duration"] == 3
        assert (
            await client.refusal("sendDocument", chat_id=SITI, document=photo)
            == "Bad Request: can't use file of type Photo as Document"
        )


async def test_an_album_is_several_messages_of_one_group() -> None:
    async with messenger() as client:
        await started(client)
        media = [
            {"type": "photo", "media": "attach://satu", "caption": "Bukti"},
            {"type": "photo", "media": "attach://dua"},
        ]
        body = await client.upload("sendMediaGroup", {"satu": JPEG, "dua": JPEG}, chat_id=SITI, media=media)
        first, second = body["result"]
        assert first["media_group_id"] == second["media_group_id"]
        assert (first["caption"], "caption" in second) == ("Bukti", False)
        assert second["message_id"] == first["message_id"] + 1


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ([], "there are no messages to send"),
        (["photo"], "too few messages to send as an album"),
        (["photo"] * 11, "too many messages to send as an album"),
        (["photo", "document"], "document can't be mixed with other media types"),
        (["audio", "photo"], "audio can't be mixed with other media types"),
        (["voice", "voice"], "can't parse InputMedia: Unsupported type specified"),
    ],
)
async def test_a_wrong_album_is_refused(kinds: list[str], sentence: str) -> None:
    async with messenger() as client:
        await started(client)
        media: list[Any] = [{"type": kind, "media": "x"} for kind in kinds]
        refusal = await client.refusal("sendMediaGroup", chat_id=SITI, media=media)
        assert refusal == f"Bad Request: {sentence}"


async def test_an_album_has_no_keyboard() -> None:
    async with messenger() as client:
        await started(client)
        refusal = await client.refusal("sendMediaGroup", chat_id=SITI, media=[], reply_markup={})
        assert refusal == 'Bad Request: unknown parameter "reply_markup"'


async def test_a_persons_album_comes_as_separate_updates_of_one_group() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        await siti.send_album([("photo", JPEG), ("video", b"film"), ("photo", JPEG)], caption="Bukti")
        messages = [update["message"] for update in await client.updates()]
        assert len({message["media_group_id"] for message in messages}) == 1
        assert [message.get("caption") for message in messages] == ["Bukti", None, None]
