"""Papers of the practice: typst templates filled with data, never with markup.

A template is `templates/<app>/pdf/<name>.typ` and imports `/pdf/stationery.typ`, which says what it offers. The data
arrive as JSON, so that whatever a person typed stays text. Values are formatted before (see `core.formatting`).
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mentalspace.core import clock, formatting, practice

TEMPLATE = re.compile(r"[a-z_]+(/[a-z_]+)*/[a-z_]+\.typ")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ufdd0-\ufdef]")


@cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, and the system's for scripts those lack; read once per process."""
    return typst.Fonts()


def letterhead(logo: bytes | None = None) -> dict[str, Any]:
    """The practice as its stationery shows it. `logo` is a PNG, JPEG or SVG."""
    profile = practice.get(practice.PracticeProfile)
    fields = ("name", "street", "city", "state", "zip_code", "email", "npi", "ein")
    head: dict[str, Any] = {name: getattr(profile, name) for name in fields}
    return {**head, "phone": formatting.phone(profile.phone), "logo": list(logo) if logo else None}


def render_pdf(template_name: str, data: Mapping[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1) of about 20 ms. `data` holds strings, numbers, lists and dictionaries; the practice's
    letterhead is added as `practice`.

    A character that no font can draw would break the accessibility profile; such a paper is still tagged, and the
    character shows as a box.
    """
    if not TEMPLATE.fullmatch(template_name):
        raise ValueError(f"{template_name!r} is no template of a paper.")
    root = settings.BASE_DIR / "templates"
    everything = {"practice": letterhead(), **data}
    compiler = typst.Compiler(
        root / template_name,
        root=root,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_printable(everything), ensure_ascii=False)},
    )
    moment = clock.now().replace(microsecond=0)
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=moment)
    except typst.TypstError as error:
        if "PDF/UA" not in error.message:
            raise
        made = compiler.compile(format="pdf", timestamp=moment)
    if not isinstance(made, bytes):
        raise TypeError("Typst answered with something that is no PDF.")
    return made


def pdf_response(request: HttpRequest, pdf: bytes, filename: str) -> HttpResponse:
    """The PDF in the browser's viewer, or with `?download` as a file. Never kept by a cache."""
    response = HttpResponse(pdf, content_type="application/pdf")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-.") or "document.pdf"
    how = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _printable(value: Any) -> Any:
    """The data without characters that paper cannot show; anything unformatted is refused."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value.replace("\r\n", "\n"))
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _printable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one) for one in value]
    raise TypeError(f"Format a {type(value).__name__} before it goes to paper.")
