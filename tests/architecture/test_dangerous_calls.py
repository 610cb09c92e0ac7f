"""Text becomes markup, SQL or a command in a handful of places, each named here with its reason."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.test_rooms import ROOT, sources

# Where Python declares a text to be markup. Everything else is escaped by Django; constants need no permission.
MARKUP = {
    "mentalspace/core/cells.py": "icons, cells and buttons: every part escaped where it is put in (see the docstring)",
    "mentalspace/core/templatetags/ui.py": "wraps what cells.py wrote",
    "mentalspace/core/lists/view.py": "joins the cells of a row, each written by cells.py or escaped",
    "scheduling/blocks.py": "joins the visits of a day, every part escaped; a week has hundreds",
}
# Where the statement is not written out in the call. None of these serves a request, but the counting of what waits.
STATEMENTS = {
    "mentalspace/core/crypto/migrating.py": "seals or opens columns in a migration, each name quoted by psycopg",
    "mentalspace/core/database/roles.py": "`database roles` hands tables over by what PostgreSQL itself put together",
    "mentalspace/core/database/grants.py": "GRANT and REVOKE for the tables of the models, each name quoted",
    "mentalspace/workspace/waiting.py": "counts the rows of statements that Django wrote, with their parameters apart",
    "mentalspace/workspace/schema.py": "reads PostgreSQL's own tables with one of the module's constants",
}
DANGEROUS = {
    "mark_safe": "declares text to be markup",
    "eval": "runs text",
    "exec": "runs text",
    "system": "runs a shell",
    "popen": "runs a shell",
    "RawSQL": "puts SQL into a query",
    "extra": "puts SQL into a query",
    "raw": "is SQL",
}
# Modules that turn bytes into objects of any class.
UNPICKLERS = {"pickle", "marshal", "shelve", "dill", "yaml"}


def name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def constant(node: ast.expr) -> bool:
    """A text that is written out, also over several lines."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_module_constant(node: ast.expr) -> bool:
    """A name in capitals: written out once, at the top of its module."""
    return isinstance(node, ast.Name) and node.id.isupper()


def composed(node: ast.expr) -> bool:
    """psycopg's own composition, which quotes: `sql.SQL("…").format(…)`."""
    return "sql.SQL(" in ast.unparse(node)


def faults(path: str, source: str) -> Iterator[str]:
    """What in this module is dangerous and not on a list."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {getattr(node, "module", None) or "", *(alias.name for alias in node.names)}
            told = [
                f"{name} makes objects of any class" for name in names if name.split(".")[0] in UNPICKLERS
            ]
        elif isinstance(node, ast.Call):
            told = list(faults_of_call(path, node))
        else:
            continue
        yield from (f"{path}:{node.lineno}: {fault}" for fault in told)


def faults_of_call(path: str, node: ast.Call) -> Iterator[str]:
    name, first = name_of(node.func), next(iter(node.args), None)
    if name in DANGEROUS:
        yield f"{name} {DANGEROUS[name]}"
    if any(word.arg == "shell" and not is_false(word.value) for word in node.keywords):
        yield "runs a shell"
    if first is None or constant(first) or is_module_constant(first):
        return
    if name in {"SafeString", "SafeText"} and path not in MARKUP:
        yield f"{name} declares text to be markup"
    if name in {"format_html", "format_html_join"} and not is_template(node):
        yield f"{name} of a text that is not written out"
    if name in {"execute", "executemany"} and path not in STATEMENTS and not composed(first):
        yield "a statement that is not written out"


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def is_template(node: ast.Call) -> bool:
    """The pattern is a literal or a constant of the module, and the separator is one or is made of one."""
    patterns = node.args[:2] if name_of(node.func) == "format_html_join" else node.args[:1]
    return all(
        constant(one)
        or is_module_constant(one)
        or (isinstance(one, ast.Call) and one.args != [] and constant(one.args[0]))
        for one in patterns
    )


def test_nothing_dangerous_is_called_but_where_it_is_listed() -> None:
    found = [
        fault
        for path in sources()
        if "dev" not in path.relative_to(ROOT).parts
        for fault in faults(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_template_turns_escaping_off() -> None:
    """Mails are plain text, in which nothing is escaped."""
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("**/templates/**/*.html")
        if ".venv" not in path.parts
        and re.search(
            r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off|{%\s*filter\s+safe", path.read_text(encoding="utf-8")
        )
    ]
    assert found == []


def test_the_lists_are_short_and_nothing_on_them_is_dead() -> None:
    assert len(MARKUP) <= 5
    assert len(STATEMENTS) <= 5
    for path in MARKUP:
        assert "SafeString(" in (ROOT / path).read_text(encoding="utf-8"), path
    for path in STATEMENTS:
        assert ".execute(" in (ROOT / path).read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    "planted",
    [
        "mark_safe(request.GET['q'])",
        "SafeString(name)",
        "SafeString(f'<b>{name}</b>')",
        "format_html(f'<b>{name}</b>')",
        "format_html('<b>' + name)",
        "cursor.execute(f'SELECT {column}')",
        "cursor.execute('SELECT %s' % column)",
        "cursor.execute(statement)",
        "Client.objects.extra(where=[text])",
        "Client.objects.raw('SELECT 1')",
        "qs.annotate(x=RawSQL('1', []))",
        "subprocess.run(words, shell=True)",
        "os.system('ls')",
        "eval(text)",
        "import pickle",
        "from yaml import load",
    ],
)
def test_the_test_finds_what_is_planted(planted: str) -> None:
    assert len(list(faults("clients/views/clients.py", planted))) == 1


@pytest.mark.parametrize(
    "sound",
    [
        "SafeString('<br>')",
        "format_html('<b>{}</b>', name)",
        "format_html(LABEL, name)",
        "format_html_join(SafeString('<br>'), '{}', lines)",
        "cursor.execute('SELECT 1 WHERE a = %s', [value])",
        "cursor.execute(STATEMENT, [value])",
        "connection.execute(sql.SQL('CREATE DATABASE {}').format(name))",
        "subprocess.run(words, shell=False)",
    ],
)
def test_what_is_sound_is_left_alone(sound: str) -> None:
    assert list(faults("clients/views/clients.py", sound)) == []
