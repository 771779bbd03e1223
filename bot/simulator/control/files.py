"""A file that somebody has sent, as an answer to the practice page."""

from aiohttp import web

from bot.simulator.people import samples

PDF_START = b"%PDF-"


def file_response(data: bytes, name: str, *, opened: bool) -> web.Response:
    """Return pictures and sounds to show, others to save by their name; `opened` shows a PDF."""
    shown = samples.media_type(data)
    response = web.Response(body=data, content_type=shown or "application/octet-stream")
    response.headers["Cache-Control"] = "private, max-age=3600"
    if opened and data.startswith(PDF_START):
        response.content_type = "application/pdf"
        # The browser's own viewer needs styles and scripts that the page's policy forbids.
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    elif not shown:
        plain = name.encode("ascii", "replace").decode()
        safe = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in plain)
        response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
