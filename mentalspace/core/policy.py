"""Who may do what: each permission is declared once, and everything else follows from the declaration.

A permission says in one sentence what is permitted, and for each role how far it reaches: everything, one's own, what
one is assigned to. From this come

- `permission(actor, row)`, the check that a verb asks under its lock;
- `permission.scope(actor)`, the rows it holds for, which pages, lists, searches, counts and files are made of;
- `permission.gate(actor)`, which pages ask before anything is read (`@requires(rules.can_…)`);
- the matrix that `manage.py policy` prints.

A `Sight` is the permission to know that a row exists at all: outside of it a row answers as one that does not exist.
Each model has one, or is `Part` of something that has, or is declared `NotShown`. The declarations stand in the apps'
`rules.py` and nowhere else. Roles are words here; which there are is no business of this module.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import or_
from types import ModuleType
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet, Value
from django.utils.module_loading import module_has_submodule

M = TypeVar("M", bound=Model)

# Columns that `with_answers` adds to a row.
ANSWERS_TO, ANSWER = "policy_actor", "policy_"


def roles_of(actor: Any) -> frozenset[str]:
    """The roles that count now: none for who is not signed in or may no longer sign in."""
    if not (actor.is_authenticated and actor.is_active):
        return frozenset()
    roles: frozenset[str] = actor.roles
    return roles


def _always(actor: Any) -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Reach:
    """Some rows of a model as seen from the actor, in the policy's own words: "own", "assigned", "supervisees’".

    `where` says it to the database. `holds` says it of a row at hand; without it the database is asked, unless the row
    came from `with_answers`. `possible` is false for an actor to whom no row can be so related. `covers` names reaches
    that this one includes, so that neither the matrix nor the database is told twice.
    """

    words: str
    where: Callable[[Any], Q]
    holds: Callable[[Any, Any], bool] | None = None
    possible: Callable[[Any], bool] = _always
    covers: tuple["Reach", ...] = ()

    def includes(self, actor: Any, row: Model) -> bool:
        """Is this row within reach?"""
        if not self.possible(actor):
            return False
        if self.holds is not None:
            return self.holds(actor, row)
        if row.__dict__.get(ANSWERS_TO) == actor.pk and self._column in row.__dict__:
            return bool(row.__dict__[self._column])
        return type(row)._default_manager.filter(self.where(actor), pk=row.pk).exists()

    @property
    def _column(self) -> str:
        return ANSWER + "".join(letter if letter.isalnum() else "_" for letter in self.words.lower())


ALL = Reach("all", lambda actor: Q(), lambda actor, row: True)
Reaches = Reach | tuple[Reach, ...]


@dataclass(frozen=True, eq=False)
class State:
    """A state of the row itself that a permission asks for: "drafts", "signed"; said in SQL and of a row at hand."""

    words: str
    where: Callable[[], Q]
    holds: Callable[[Any], bool]


@dataclass(frozen=True, eq=False)
class Need:
    """Something the actor must have besides a role."""

    words: str
    met: Callable[[Any], bool]


class Permission:
    """Something one may do or not, whatever the row: open a page, create, export."""

    def __init__(self, sentence: str, *roles: str, need: Need | None = None) -> None:
        self.sentence, self.roles, self.need = sentence, frozenset(roles), need

    def __call__(self, actor: Any) -> bool:
        return not self.roles.isdisjoint(roles_of(actor)) and (self.need is None or self.need.met(actor))

    gate = __call__

    def cell(self, role: str) -> str:
        """What the matrix says of a role."""
        return "yes" if role in self.roles else "no"

    @property
    def only(self) -> str:
        """Conditions that hold for every role."""
        return self.need.words if self.need else ""


class ObjectPermission(Generic[M]):
    """Something one may do with some rows of a model. `grants` says for each role with which; roles add up."""

    def __init__(
        self,
        sentence: str,
        model: type[M],
        grants: Mapping[Any, Reaches],
        *,
        when: State | None = None,
        unless: Reach | None = None,
        need: Need | None = None,
    ) -> None:
        self.sentence, self.model = sentence, model
        self.grants: dict[str, tuple[Reach, ...]] = {
            role: reaches if isinstance(reaches, tuple) else (reaches,) for role, reaches in grants.items()
        }
        self.when, self.unless, self.need = when, unless, need

    def __call__(self, actor: Any, row: M) -> bool:
        if self.when is not None and not self.when.holds(row):
            return False
        if self.unless is not None and self.unless.includes(actor, row):
            return False
        return any(reach.includes(actor, row) for reach in self.reaches(actor))

    def gate(self, actor: Any) -> bool:
        """Can there be any row for this actor? Asks nothing of the database."""
        return any(reach.possible(actor) for reach in self.reaches(actor))

    def scope(self, actor: Any) -> QuerySet[M]:
        """The rows for which the check is true."""
        rows: QuerySet[M] = self.model._default_manager.all()
        reaches = [reach for reach in self.reaches(actor) if reach.possible(actor)]
        if not reaches:
            return rows.none()
        wanted = [reach.where(actor) for reach in reaches]
        # An empty condition is true of every row, and Django drops it from a disjunction as if it were false.
        if all(wanted):
            rows = rows.filter(reduce(or_, wanted))
        if self.when is not None:
            rows = rows.filter(self.when.where())
        if self.unless is not None and self.unless.possible(actor):
            rows = rows.exclude(self.unless.where(actor))
        return rows

    def reaches(self, actor: Any) -> tuple[Reach, ...]:
        """The sum of what the actor's roles reach, each thing once."""
        if self.need is not None and not self.need.met(actor):
            return ()
        return self._sum(roles_of(actor))

    def right(self, actor: Any, row: M, names: Mapping[Reach, str]) -> str:
        """What the trail calls the right under which the actor reaches this row: the name of the first of these that
        does. Empty where none of them does, as where it is the row's own state or another reach.
        """
        given = self.told_apart(actor)
        found = (name for reach, name in names.items() if reach in given and reach.includes(actor, row))
        return next(found, "")

    def told_apart(self, actor: Any) -> dict[Reach, None]:
        """The reaches of which `right` asks: the actor's, and those within them; in order."""
        return {each: None for reach in self.reaches(actor) for each in (reach, *reach.covers)}

    def _sum(self, roles: frozenset[str]) -> tuple[Reach, ...]:
        given = {reach: None for role, reaches in self.grants.items() if role in roles for reach in reaches}
        if ALL in given:
            return (ALL,)
        covered = {inner for reach in given for inner in reach.covers}
        return tuple(reach for reach in given if reach not in covered)

    def cell(self, role: str) -> str:
        """What the matrix says of a role."""
        return ", ".join(reach.words for reach in self._sum(frozenset([role]))) or "no"

    @property
    def only(self) -> str:
        """Conditions that hold for every role."""
        parts = [part.words for part in (self.when, self.need) if part is not None]
        return ", ".join([*parts, *([f"not {self.unless.words}"] if self.unless else [])])

    def as_reach(self, words: str, path: str = "pk") -> Reach:
        """What this permission holds for, as a reach of another: of its own model, or of one that points here."""

        def holds(actor: Any, row: Any) -> bool:
            return self(actor, row if path == "pk" else getattr(row, path))

        def where(actor: Any) -> Q:
            if self._unlimited(actor):
                return Q()
            return Q(**{f"{path}__in": self.scope(actor).values("pk")})

        return Reach(words, where, holds, self.gate)

    def _unlimited(self, actor: Any) -> bool:
        return ALL in self.reaches(actor) and self.when is None and self.unless is None


class Sight(ObjectPermission[M]):
    """The permission to know that a row exists. Out of sight answers as non-existent."""


class Part(Sight[M]):
    """Rows that belong to something and are in sight exactly when that is."""

    def __init__(self, model: type[M], path: str, whole: ObjectPermission[Any]) -> None:
        named = model._meta.verbose_name_plural
        super().__init__(
            f"See {named}", model, dict.fromkeys(whole.grants, whole.as_reach(f"with the {path}", path))
        )
        self.path, self.whole = path, whole

    def cell(self, role: str) -> str:
        return self.whole.cell(role)


@dataclass(frozen=True, eq=False)
class NotShown:
    """A table that no page shows: it serves the machine. `why` says what it is for."""

    model: type[Model]
    why: str


Rule = Permission | ObjectPermission[Any]


def with_answers(rows: QuerySet[M], actor: Any, *reaches: Reach) -> QuerySet[M]:
    """The rows, each knowing whether it is within these reaches of this very actor: checks then ask nothing more.

    The answers are as old as the row, so verbs lock and read their own.
    """
    answers = {
        reach._column: ExpressionWrapper(reach.where(actor), BooleanField())
        if reach.possible(actor)
        else Value(False)
        for reach in reaches
    }
    return rows.annotate(**{ANSWERS_TO: Value(actor.pk)}, **answers)


def modules() -> Iterator[ModuleType]:
    """Every installed app's `rules.py`, in the order of the apps."""
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "rules"):
            yield import_module(f"{app.name}.rules")


def declared(module: ModuleType) -> dict[str, Rule]:
    """The permissions that a `rules.py` declares, in its order; a second name for one is not a second permission."""
    found: dict[str, Rule] = {}
    for name, value in vars(module).items():
        if isinstance(value, Permission | ObjectPermission) and value not in found.values():
            found[name] = value
    return found


def permissions() -> dict[str, Rule]:
    """All of them by their full names, in the order of the apps."""
    found: dict[str, Rule] = {}
    for module in modules():
        for name, rule in declared(module).items():
            if rule not in found.values():
                found[f"{module.__name__}.{name}"] = rule
    return found


def sights() -> dict[type[Model], Sight[Any]]:
    """Who knows of a model's rows."""
    return {rule.model: rule for rule in permissions().values() if isinstance(rule, Sight)}


def not_shown() -> set[type[Model]]:
    """Models that no page shows."""
    return {
        entry.model for module in modules() for entry in vars(module).values() if isinstance(entry, NotShown)
    }
