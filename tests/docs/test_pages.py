"""The documentation names only what exists: pages, headings, commands, settings, and words that the interface shows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
APPS = (
    "accounts",
    "staff",
    "clients",
    "messaging",
    "scheduling",
    "documents",
    "billing",
    "crm",
    "psychotherapy",
    "mentalspace",
)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
TEMPLATE_MARK = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
ENVIRONMENT = re.compile(r"""(?:env\.\w+|environ\.get|environ)[(\[]\s*["']([A-Z_]+)["']""")
# Set by whoever runs the checks, or a second name of one that is listed.
NOT_SETTINGS = {"CI", "CHROMIUM"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The headings' anchors, as code hosts make them."""
    text = CODE.sub(lambda found: found[0] if "\n" not in found[0] else "", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("text_file", PAGES, ids=name_of)
def test_links_lead_somewhere(text_file: Path) -> None:
    broken = []
    for target in LINK.findall(CODE.sub("", text_file.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (text_file.parent / path).resolve() if path else text_file
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("text_file", PAGES, ids=name_of)
def test_pages_begin_with_one_title(text_file: Path) -> None:
    text = CODE.sub("", text_file.read_text(encoding="utf-8"))
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.exists() and file not in reached:
                waiting.append(file)
    assert set(PAGES) - reached == set()


@pytest.mark.parametrize("text_file", PAGES, ids=name_of)
def test_files_named_in_the_text_exist(text_file: Path) -> None:
    """A test is named by its file, other code by its path from the project or from `mentalspace/`."""
    named = set(re.findall(r"`([\w/]+\.py)`", text_file.read_text(encoding="utf-8")))
    tests = {file.name for file in (ROOT / "tests").rglob("test_*.py")}
    known = {name for name in named if Path(name).name.startswith("test_") and Path(name).name in tests}
    known |= {name for name in named if (ROOT / name).is_file() or (ROOT / "mentalspace" / name).is_file()}
    by_convention = {
        name for name in named if "/" not in name and [*ROOT.glob(f"*/{name}"), *ROOT.glob(f"tests/*/{name}")]
    }
    assert named - known - by_convention == set()


def own_commands() -> set[str]:
    own = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT)}
    own -= {config.name for config in apps.get_app_configs() if ".venv" in config.path}
    return {name for name, app in get_commands().items() if app in own}


def test_every_command_has_its_part_in_operations() -> None:
    page = ROOT / "docs" / "operations.md"
    assert own_commands() - {heading.strip("`") for heading in anchors(page)} == set()


def test_every_option_of_a_command_is_named() -> None:
    """An option without its line in operations.md is one that nobody finds."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = []
    for app in APPS:
        for file in (ROOT / app).rglob("management/commands/*.py"):
            for option in re.findall(r'add_argument\(\s*"(--[a-z-]+)"', file.read_text(encoding="utf-8")):
                part = text.partition(f"\n### {file.stem}\n")[2].partition("\n### ")[0]
                if option not in part:
                    missing.append(f"{file.stem} {option}")
    assert missing == []


def test_every_setting_stands_in_the_example_once() -> None:
    sources = [*ROOT.glob("mentalspace/*.py"), *ROOT.glob("mentalspace/dev/*.py")]
    read = {name for file in sources for name in ENVIRONMENT.findall(file.read_text(encoding="utf-8"))}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert read - NOT_SETTINGS - set(listed) == set()


@cache
def words_on_screen() -> frozenset[str]:
    """Each piece of text in a template, a script or a string of the code, as it stands there."""
    return frozenset(" ".join(text.split()) for text in chain(_in_templates(), _in_scripts(), _in_code()))


def _in_templates() -> Iterator[str]:
    for file in chain(
        (ROOT / "templates").rglob("*.html"), (ROOT / "mentalspace").rglob("templates/**/*.html")
    ):
        text = file.read_text(encoding="utf-8")
        yield from TEMPLATE_MARK.split(text)
        # What tags take: {% empty "No tasks" … %}, <button aria-label="Close">.
        yield from re.findall(r'"([^"<>{}]+)"', text)


def _in_scripts() -> Iterator[str]:
    for file in (ROOT / "static" / "js").glob("*.js"):
        yield from re.findall(r"""["'`]([^"'`\n]+)["'`]""", file.read_text(encoding="utf-8"))


def _in_code() -> Iterator[str]:
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_guides_name_words_that_the_interface_shows(guide: Path) -> None:
    """What a guide prints bold is a word on screen: a button, a tab, a field, a status."""
    text = CODE.sub("", guide.read_text(encoding="utf-8"))
    named = {" ".join(found.split()) for found in BOLD.findall(text)}
    assert sorted(named - words_on_screen()) == []
