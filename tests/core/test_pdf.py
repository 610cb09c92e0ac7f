"""Papers: tagged, titled, and with hostile text left as text."""

import shutil
import subprocess

import pytest

from mentalspace.core import pdf

pytestmark = pytest.mark.django_db
HOSTILE = '#panic("x") $a^2$ *bold* _it_ `raw` @ref <label> \\ // comment\n= no heading\n\n- no list'
TEMPLATE = """#import "/pdf/stationery.typ": *
#show: letter.with(title: "Letter", about: (("Client", data.client), ("Date", data.date)))
#facts((("Client", data.client), ("Missing", none)))
#listing(("Day", "Amount"), data.lines, numbers: (1,), total: ("Total", data.total))
#prose(data.text)
#signature(name: data.client, signed: data.date)
#signature(name: data.client)
"""


@pytest.fixture
def paper(tmp_path, settings):
    """Renders a sample of everything the stationery offers."""
    (tmp_path / "templates" / "sample" / "pdf").mkdir(parents=True)
    (tmp_path / "templates" / "sample" / "pdf" / "letter.typ").write_text(TEMPLATE)
    shutil.copytree(settings.BASE_DIR / "templates" / "pdf", tmp_path / "templates" / "pdf")
    settings.BASE_DIR = tmp_path

    def render(**changes):
        data = {
            "client": "Jordan Ellery",
            "date": "03/14/2026",
            "lines": [["03/01/2026", "$125.00"]],
            "total": "$125.00",
        }
        return pdf.render_pdf("sample/pdf/letter.typ", {**data, "text": "Plain.", **changes})

    return render


def test_paper_is_tagged_titled_and_in_english(paper):
    made = paper()
    assert made.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in made
    assert b"/Lang(en-US)" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"Letter</rdf:li>" in made


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext to read the paper")
def test_hostile_text_stays_text(paper, tmp_path):
    (tmp_path / "a.pdf").write_bytes(paper(text=HOSTILE, client='"); #panic() //'))
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    for line in HOSTILE.splitlines():
        assert line in text
    assert 'Client: "); #panic() //' in text
    assert "Page 1 of 1" in text


@pytest.mark.parametrize(
    "text", ["", "\x00\x07\x1b", "smile 😀 漢字 \ue000 \ufffe", "\n\n\n", "word " * 200_000]
)
def test_any_text_makes_a_paper(paper, text):
    assert paper(text=text).startswith(b"%PDF-1.7")


def test_unformatted_values_are_refused(paper):
    with pytest.raises(TypeError, match="Format a object"):
        paper(total=object())


@pytest.mark.parametrize("name", ["../secret.typ", "/etc/passwd", "a.typ", "billing/pdf/x.txt"])
def test_only_templates_of_papers_are_rendered(name):
    with pytest.raises(ValueError, match="no template"):
        pdf.render_pdf(name, {})


def test_response_shows_or_saves_and_is_kept_by_no_cache(rf):
    shown = pdf.pdf_response(rf.get("/"), b"%PDF", 'Invoice "1043"\r\nX: y.pdf')
    assert shown["Content-Disposition"] == 'inline; filename="Invoice-1043-X-y.pdf"'
    assert shown["Cache-Control"] == "private, no-store"
    saved = pdf.pdf_response(rf.get("/?download"), b"%PDF", "a.pdf")
    assert saved["Content-Disposition"] == 'attachment; filename="a.pdf"'
