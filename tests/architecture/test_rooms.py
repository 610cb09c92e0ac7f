"""What keeps the house tidy that no linter sees."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = [
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
]
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py"}


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_no_room_is_called_utils() -> None:
    assert [str(path) for path in sources() if path.name in FORBIDDEN_NAMES] == []


def test_no_template_holds_inline_script_style_or_another_origin() -> None:
    offenders = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8").lower()
        faults = [
            mark
            for mark in (" style=", "<style", "javascript:", " onclick=", " onchange=", "http://", "|safe")
            if mark in text
        ]
        if "<script>" in text or faults:
            offenders.append((str(path.relative_to(ROOT)), faults))
    assert offenders == []


def test_models_leave_workflow_to_services() -> None:
    """No `save()` or `delete()` overrides, and no default ordering that hides what a query costs."""
    offenders = []
    for path in sources():
        if path.name != "models.py" and "models" not in path.parent.parts[-1:]:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                offenders.append(f"{path.name}: {node.name}()")
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "ordering" for t in node.targets
            ):
                offenders.append(f"{path.name}: Meta.ordering")
    assert offenders == []
