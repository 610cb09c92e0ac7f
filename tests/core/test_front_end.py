"""What is served: third-party files as published, icons that exist, and nothing the content policy forbids."""

import ast
import gzip
import hashlib
import re
from collections import defaultdict
from pathlib import Path

import pytest

from mentalspace.core import cells

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
ROWS = re.findall(r"^\| (\S+/\S+) \| .* \| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.M)
TEMPLATES = sorted(path for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts)
SOURCES = [
    path
    for path in ROOT.glob("**/*.py")
    if not {".venv", ".local", "tests"} & set(path.relative_to(ROOT).parts)
]
FIRST_VISIT = [
    "vendor/tabler-1.6.1/tabler.min.css",
    "css/colors.css",
    "css/mentalspace.css",
    "js/trusted-types.js",
    "js/before-paint.js",
    "js/app.js",
    "js/forms.js",
    "vendor/htmx-2.0.11/htmx.min.js",
    "vendor/tabler-icons-3.51.0/sprite.svg",
]


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_third_party_files_are_as_listed(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_third_party_file_is_listed_and_has_its_licence():
    listed = {name for name, _digest in ROWS}
    served = {str(path.relative_to(VENDOR)) for path in VENDOR.glob("*/*") if path.name != "LICENSE.txt"}
    assert served == listed
    assert all((folder / "LICENSE.txt").is_file() for folder in VENDOR.iterdir() if folder.is_dir())


def test_sprite_has_the_listed_icons():
    sprite = (ROOT / "static" / cells.SPRITE).read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == cells.icon_names()


def icon_places(trees):
    """By name of a class that has an icon, where it stands among the class's arguments."""
    places = defaultdict(set)
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                fields = [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
                if "icon" in fields:
                    places[node.name].add(fields.index("icon"))
    return places


def icons_of_calls(trees):
    """The icons that code gives by `icon=`, by place, or to `icon()` itself, as (file, name)."""
    places = {**icon_places(trees), "icon": {0}}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = [node.args[at] for at in places.get(called, ()) if at < len(node.args)]
                given += [word.value for word in node.keywords if word.arg == "icon"]
                for each in given:
                    if isinstance(each, ast.Constant) and re.fullmatch(r"[a-z][a-z0-9-]*", str(each.value)):
                        yield path.name, each.value


def test_icons_named_in_templates_and_code_exist():
    named = {
        (path.name, name) for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    named |= set(icons_of_calls({path: ast.parse(path.read_text()) for path in SOURCES}))
    assert len(named) > 100
    assert {(where, name) for where, name in named if name not in cells.icon_names()} == set()


def test_every_icon_in_the_sprite_is_used():
    scripts = (ROOT / "static" / "js").glob("*.js")
    texts = [path.read_text() for path in (*TEMPLATES, *SOURCES, *scripts)]
    quoted = {name for text in texts for name in re.findall(r"""["']([a-z][a-z0-9-]*)["']""", text)}
    assert cells.icon_names() - quoted == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_nothing_the_content_policy_forbids(path):
    text = path.read_text()
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|https?://(?!www\.w3\.org)", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag] == []


def test_first_visit_stays_under_180_kilobytes():
    css_and_scripts = sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in FIRST_VISIT)
    font = (VENDOR / "inter-5.3.0" / "inter-latin-wght-normal.woff2").stat().st_size
    assert css_and_scripts + font < 180_000


def test_no_script_reaches_for_what_the_content_policy_forbids():
    for path in (ROOT / "static" / "js").glob("*.js"):
        assert (
            re.findall(r"\beval\(|new Function|\balert\(|\bconfirm\(|setAttribute\(\"style", path.read_text())
            == []
        )
