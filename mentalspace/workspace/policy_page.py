"""The matrix of docs/roles-and-permissions.md: every permission and every role, as the apps' rules.py declare them."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from accounts.choices import Role
from mentalspace.core import formatting, policy

PAGE = Path(settings.BASE_DIR) / "docs" / "roles-and-permissions.md"
BEGIN, END = (
    "<!-- The tables from here on are written by `manage.py policy --write`. -->",
    "<!-- Written by `manage.py policy --write` up to here. -->",
)


def matrix() -> str:
    """A table for each app, in Markdown."""
    lines: list[str] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.rules."
        rules = {key: rule for key, rule in policy.permissions().items() if key.startswith(name)}
        if rules:
            lines += [f"### {app.verbose_name}", "", *_table(rules), *_parts(rules), ""]
    return "\n".join([*lines, *_not_shown()])


def page() -> str:
    """The page with its tables written anew."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    return f"{head}{BEGIN}\n\n{matrix()}\n{END}{tail}"


def _table(rules: dict[str, policy.Rule]) -> Iterator[str]:
    roles = " | ".join(role.label.lower() for role in Role)
    yield f"| | {roles} | only | rule |"
    yield f"|---|{'---|' * len(Role)}---|---|"
    for name, rule in rules.items():
        if not isinstance(rule, policy.Part):
            cells = " | ".join(rule.cell(role) for role in Role)
            yield f"| {rule.sentence} | {cells} | {rule.only} | `{name}` |"


def _parts(rules: dict[str, policy.Rule]) -> Iterator[str]:
    """Rows that are seen with what they belong to."""
    names = {rule: name for name, rule in policy.permissions().items()}
    parts = [rule for rule in rules.values() if isinstance(rule, policy.Part)]
    for whole in dict.fromkeys(part.whole for part in parts):
        named = formatting.listed(
            str(part.model._meta.verbose_name_plural) for part in parts if part.whole is whole
        )
        yield ""
        yield f"For whom `{names[whole]}` holds, it holds of what belongs to it: {named}."


def _not_shown() -> Iterator[str]:
    yield "### Tables that no page shows"
    yield ""
    for module in policy.modules():
        for entry in vars(module).values():
            if isinstance(entry, policy.NotShown) and entry.model.__module__:
                yield f"- `{entry.model._meta.db_table}`: {entry.why}"
    yield ""
