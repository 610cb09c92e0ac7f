"""For migrations alone: sealing the columns of rows that were written before, and opening them again.

Works on what is stored, with SQL: also on rows that triggers keep from changing, whose meaning stays the same. What is
sealed already is passed over.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import migrations
from psycopg import sql

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import PRACTICE, Scope
from mentalspace.core.crypto.fields import place
from mentalspace.core.crypto.parts import change_parts, part_place
from mentalspace.core.crypto.sealing import Envelope, is_envelope

BATCH = 500
Change = Callable[[str, Any, Any, Any], Any]


class SealColumns(migrations.RunPython):
    """Seals `texts` (TEXT), `objects` (JSONB) and `parts` of JSONB lists of a table.

    `scope` is SQL for the id of whom a row `t` is about.
    """

    def __init__(
        self,
        table: str,
        *,
        scope: str,
        kind: str = "client",
        texts: Sequence[str] = (),
        objects: Sequence[str] = (),
        parts: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.table, self.scope, self.kind, self.texts, self.objects = table, scope, kind, texts, objects
        self.parts = parts or {}
        super().__init__(self.seal, self.open)

    def deconstruct(self) -> Any:
        return (
            type(self).__name__,
            [self.table],
            {
                "scope": self.scope,
                "kind": self.kind,
                "texts": self.texts,
                "objects": self.objects,
                "parts": self.parts,
            },
        )

    def describe(self) -> str:
        return f"Seal {', '.join(self.columns)} of {self.table}"

    @property
    def columns(self) -> list[str]:
        return [*self.texts, *self.objects, *self.parts]

    def is_json(self, column: str) -> bool:
        return column in self.objects or column in self.parts

    def seal(self, apps: Any, schema_editor: Any) -> None:
        self._rewrite(schema_editor.connection, self._sealed)

    def open(self, apps: Any, schema_editor: Any) -> None:
        self._rewrite(schema_editor.connection, self._opened)

    def _sealed(self, column: str, pk: Any, scope: Any, value: Any) -> Any:
        if not value or is_envelope(value):
            return value
        if column in self.parts:
            return self._sealed_parts(column, pk, scope, value)
        plain = json.dumps(value, ensure_ascii=False) if column in self.objects else value
        key = data_keys.for_scope(self._scope(scope))
        return str(key.seal(plain.encode(), place(self.table, column, pk)))

    def _sealed_parts(self, column: str, pk: Any, scope: Any, value: Any) -> Any:
        key = data_keys.for_scope(self._scope(scope))

        def sealed(place: int, part: str, text: str) -> str:
            if is_envelope(text):
                return text
            return str(key.seal(text.encode(), part_place(self.table, column, pk, place, part)))

        return change_parts(value, self.parts[column], sealed)

    def _opened_parts(self, column: str, pk: Any, value: Any) -> Any:
        def opened(place: int, part: str, text: str) -> str:
            if not is_envelope(text):
                return text
            bound_to = part_place(self.table, column, pk, place, part)
            return data_keys.unseal_envelope(Envelope.read(text), bound_to).decode()

        return change_parts(value, self.parts[column], opened)

    def _opened(self, column: str, pk: Any, scope: Any, value: Any) -> Any:
        if column in self.parts and value:
            return self._opened_parts(column, pk, value)
        if not is_envelope(value):
            return value
        plain = data_keys.unseal_envelope(Envelope.read(value), place(self.table, column, pk)).decode()
        return json.loads(plain) if column in self.objects else plain

    def _scope(self, scope: Any) -> Scope:
        return PRACTICE if scope is None else Scope(self.kind, scope)

    def _rewrite(self, connection: Any, change: Change) -> None:
        columns = self.columns
        table = sql.Identifier(self.table)
        with connection.cursor() as cursor:
            # The rows say afterwards what they said before; whoever runs migrations owns the table and may do this.
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            update = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(
                table,
                sql.SQL(", ").join(
                    sql.SQL("{} = %s::jsonb" if self.is_json(name) else "{} = %s").format(
                        sql.Identifier(name)
                    )
                    for name in columns
                ),
            )
            for rows in self._batches(cursor, columns):
                data_keys.for_scopes({self._scope(scope) for _pk, scope, *_values in rows})
                changed = []
                for pk, scope, *stored in rows:
                    before = dict(zip(columns, stored, strict=True))
                    before |= {
                        name: json.loads(before[name])
                        for name in columns
                        if self.is_json(name) and before[name] is not None
                    }
                    after = {name: change(name, pk, scope, value) for name, value in before.items()}
                    if after != before:
                        changed.append([*(self._parameter(name, after[name]) for name in columns), pk])
                if changed:
                    cursor.executemany(update, changed)
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))

    def _parameter(self, column: str, value: Any) -> Any:
        return json.dumps(value) if self.is_json(column) and value is not None else value

    def _batches(self, cursor: Any, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
        read = sql.SQL("SELECT t.id, {scope}, {columns} FROM {table} t {after} ORDER BY t.id LIMIT {batch}")
        parts = {
            "scope": sql.SQL(self.scope),
            "columns": sql.SQL(", ").join(
                sql.SQL("t.{}::text" if self.is_json(name) else "t.{}").format(sql.Identifier(name))
                for name in columns
            ),
            "table": sql.Identifier(self.table),
            "batch": sql.Literal(BATCH),
        }
        cursor.execute(read.format(after=sql.SQL(""), **parts))
        while rows := cursor.fetchall():
            yield rows
            cursor.execute(read.format(after=sql.SQL("WHERE t.id > %s"), **parts), [rows[-1][0]])
