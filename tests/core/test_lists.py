"""A list by URL: what one may rely on, and what no address can break."""

from dataclasses import dataclass
from decimal import Decimal

import django_filters
import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists import Column, DayFromFilter, ListPage
from mentalspace.core.models import AuditEvent

pytestmark = pytest.mark.django_db


class KindFilter(django_filters.FilterSet):
    """Filters of the sample list."""

    app_label = django_filters.ChoiceFilter(
        label="App", choices=[("sample", "Sample"), ("other", "Other")], empty_label="Any"
    )
    number = django_filters.NumberFilter(field_name="id", label="Number")
    since = DayFromFilter("id", label="Since")


class KindList(ListPage):
    """Content types stand in for records."""

    title = "Kinds"
    search_label = "Model"
    filterset_class = KindFilter
    default_sort = "model"
    page_size = 3
    empty = EmptyState("No kinds yet", "They appear here.", ("New kind", "/new/"))
    columns = [
        Column("model", "Model", cell=lambda kind: Cell(kind.model, url=f"/kinds/{kind.pk}/"), sort="model"),
        Column("app_label", "App", sort=("app_label",)),
        Column(
            "number", "Number", cell=lambda _kind: "1", csv=lambda _kind: 1, align="end", total=Count("pk")
        ),
    ]

    def search(self, source, text):
        return source.filter(model__startswith=text)


@pytest.fixture
def kinds():
    """Seven rows, of which two belong to another app."""
    ContentType.objects.all().delete()
    for number in range(7):
        ContentType.objects.create(app_label="other" if number > 4 else "sample", model=f"kind{number}")
    yield ContentType.objects.all()
    ContentType.objects.clear_cache()


def shown(rf, query="", **options):
    """The list at an address."""
    return KindList(rf.get(f"/kinds/{query}"), ContentType.objects.all(), **options)


def models(page):
    """The first column of the page, as text."""
    page.read()
    return [page.about(row) for row in page._cut[0]]


def page_of(shown_list):
    """The answer that is a page, not a spreadsheet."""
    response = shown_list.respond()
    assert isinstance(response, HttpResponse)
    return response


def lines(response):
    """A spreadsheet's lines."""
    return b"".join(response.streaming_content).decode().split("\r\n")


def test_first_page_shows_its_rows_and_how_many_there_are(rf, kinds):
    page = shown(rf)
    assert models(page) == ["kind0", "kind1", "kind2"]
    assert page.shown == "1–3 of 7"
    assert (page.previous_url, page.next_url) == ("", "/kinds/?page=2")


def test_last_page_knows_the_count(rf, kinds):
    page = shown(rf, "?page=3")
    assert models(page) == ["kind6"]
    assert page.shown == "7–7 of 7"
    assert (page.previous_url, page.next_url) == ("/kinds/?page=2", "")


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_one_query_and_one_for_totals(rf, number):
    ContentType.objects.exclude(pk__in=ContentType.objects.values("pk")[:number]).delete()
    request = rf.get("/kinds/", headers={"HX-Request": "true", "HX-Target": "list"})
    with CaptureQueriesContext(connection) as queries:
        assert KindList(request, ContentType.objects.all()).respond().status_code == 200
    assert len(queries) == 2


def test_sorts_by_declared_columns_in_both_directions(rf, kinds):
    assert models(shown(rf, "?sort=-model")) == ["kind6", "kind5", "kind4"]
    headings = shown(rf, "?sort=-model").headers
    assert [(head.aria_sort, head.sort_url) for head in headings] == [
        ("descending", "/kinds/"),
        ("", "/kinds/?sort=app_label"),
        ("", ""),
    ]


@pytest.mark.parametrize("sort", ["password", "model__id", "-", "model;drop", "number"])
def test_other_sort_keys_are_refused_in_words(rf, kinds, sort):
    page = shown(rf, f"?sort={sort}")
    assert models(page) == ["kind0", "kind1", "kind2"]
    assert page.problems == ["This list cannot be sorted in that way; it has its usual order."]


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999", "٣", "1.5", "%00"])
def test_impossible_page_is_the_first_one(rf, kinds, number):
    page = shown(rf, f"?page={number}")
    assert models(page) == ["kind0", "kind1", "kind2"]
    assert page.problems == ["There is no such page; this is the first one."]


def test_page_beyond_the_end_is_the_first_one(rf, kinds):
    page = shown(rf, "?page=9")
    assert models(page) == ["kind0", "kind1", "kind2"]
    assert page.problems == ["There are fewer pages than that; this is the first one."]


def test_filters_and_search_narrow_and_stand_as_chips(rf, kinds):
    page = shown(rf, "?q=kind&app_label=other&sort=-model")
    assert models(page) == ["kind6", "kind5"]
    assert [(chip.text, chip.remove_url) for chip in page.chips] == [
        ("“kind”", "/kinds/?sort=-model&app_label=other"),
        ("App: Other", "/kinds/?q=kind&sort=-model"),
    ]
    assert page.clear_url == "/kinds/?sort=-model"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("app_label=zz", "App was left out"),
        ("number=abc", "Number was left out"),
        ("since=02/30/2026", "Since was left out: There is no such day in the calendar."),
        ("since=3/14/26", "Since was left out: Write the year with four digits, for example 03/14/2026."),
        ("app_label=%00", "App was left out"),
    ],
)
def test_filter_that_does_not_fit_is_left_out_and_said(rf, kinds, query, problem):
    page = shown(rf, f"?{query}")
    assert models(page) == ["kind0", "kind1", "kind2"]
    assert len(page.problems) == 1
    assert page.problems[0].startswith(problem)


def test_huge_number_finds_nothing(rf, kinds):
    assert models(shown(rf, "?number=99999999999999999999999999")) == []


def test_search_text_loses_what_a_database_cannot_hold(rf, kinds):
    assert shown(rf, "?q=%00ki%09nd%7F%20").text == "ki nd"


def test_region_alone_answers_htmx_and_names_the_clean_address(rf, kinds):
    request = rf.get(
        "/kinds/?q=&app_label=sample&sort=-model", headers={"HX-Request": "true", "HX-Target": "list"}
    )
    response = page_of(KindList(request, kinds))
    assert response["HX-Push-Url"] == "/kinds/?sort=-model&app_label=sample"
    assert response["Vary"] == "HX-Request, HX-Target"
    assert response.content.lstrip().startswith(b'<div id="list"')


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HX-Request": "true", "HX-Target": "other"},
        {"HX-Request": "true", "HX-History-Restore-Request": "true"},
    ],
)
def test_whole_page_answers_everybody_else(rf, kinds, headers):
    response = page_of(KindList(rf.get("/kinds/", headers=headers), kinds))
    assert response.content.lstrip().startswith(b"<!doctype html>")
    assert "HX-Push-Url" not in response


def test_empty_list_says_what_would_appear(rf):
    response = page_of(KindList(rf.get("/kinds/"), ContentType.objects.none()))
    assert "They appear here." in response.content.decode()
    assert 'href="/new/"' in response.content.decode()


def test_empty_result_offers_to_clear_the_filters(rf, kinds):
    body = shown(rf, "?q=zzz").respond().content.decode()
    assert "Nothing matches" in body
    assert "They appear here." not in body


def test_a_list_that_leaves_as_a_spreadsheet_is_in_the_trail(rf, kinds):
    shown(rf, "?format=csv&q=kind1").respond()
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == ("list.exported", {"list": ["", "Kinds"]})


def test_spreadsheet_has_all_that_is_filtered_in_the_order_shown(rf, kinds):
    asked: list[ListPage] = []
    response = shown(rf, "?format=csv&app_label=sample&sort=-model", on_export=asked.append).respond()
    assert [page.values for page in asked] == [{"app_label": "sample"}]
    assert lines(response) == [
        "\ufeffModel,App,Number",
        "kind4,sample,1",
        "kind3,sample,1",
        "kind2,sample,1",
        "kind1,sample,1",
        "kind0,sample,1",
        "",
    ]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="kinds-20')


def test_list_that_must_not_leave_answers_with_its_page(rf, kinds):
    page = shown(rf, "?format=csv")
    page.can_export = False
    response = page.respond()
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "list-csv" not in response.content.decode()


def test_totals_count_everything_filtered_not_the_page(rf, kinds):
    assert '<td class="is-number" data-label="Number">5</td>' in shown(rf, "?app_label=sample").totals


def test_hostile_text_stays_text(rf, kinds):
    hostile = "<script>alert(1)</script>\"'"
    ContentType.objects.filter(model="kind0").update(model=hostile)
    body = shown(rf, "?sort=model").respond().content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;" in body


@dataclass(frozen=True)
class Line:
    """A row of a report."""

    id: int
    name: str
    amount: Decimal | None


class LineList(ListPage):
    """A list of dataclasses."""

    title = "Lines"
    default_sort = "-amount"
    columns = [
        Column("name", "Name", sort="name"),
        Column("amount", "Amount", sort="amount", total=lambda rows: sum(row.amount or 0 for row in rows)),
    ]

    def actions(self, row):
        return [
            Action("Open", f"/{row.id}/"),
            Action("Post", f"/{row.id}/post/", post=True),
            Action("Void", f"/{row.id}/void/", dialog=True, danger=True),
        ]

    def bulk_actions(self):
        return [Action("Post all", "/post/", post=True)]


ROWS = [Line(1, "b", Decimal("2.50")), Line(2, "a", None), Line(3, "C", Decimal("10"))]


def test_plain_rows_sort_with_what_is_missing_last(rf):
    assert models(LineList(rf.get("/"), ROWS)) == ["C", "b", "a"]
    assert models(LineList(rf.get("/?sort=amount"), ROWS)) == ["b", "C", "a"]
    assert models(LineList(rf.get("/?sort=name"), ROWS)) == ["a", "b", "C"]


def test_plain_rows_add_up(rf):
    assert "$12.50" in LineList(rf.get("/"), ROWS).totals


def test_rows_have_named_actions_and_boxes_to_choose_them(rf):
    html = LineList(rf.get("/"), ROWS[:1]).rows[0].html
    assert 'aria-label="Actions for b"' in html
    assert 'form="row-post" formaction="/1/post/"' in html
    assert '<a href="/1/void/" class="menu-item is-danger" data-dialog="">Void</a>' in html
    assert 'name="selected" form="row-post" value="1" aria-label="Select b"' in html


class Range(forms.Form):
    """A report's own form."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("", "Any"), ("a", "A"), ("b", "B")], initial="a", required=False
    )


class Report(ListPage):
    """A list whose filter has a value from the start."""

    title = "Report"
    columns = [Column("name", "Name")]
    filter_form_class = Range

    def filter(self, source, values):
        return [row for row in source if values.get("kind") in (None, row.name)]


@pytest.mark.parametrize(
    ("query", "names", "address"),
    [("", ["a"], "/?kind=a"), ("?kind=b", ["b"], "/?kind=b"), ("?kind=", ["b", "a", "C"], "/?kind=")],
)
def test_initial_value_holds_until_the_address_names_the_filter(rf, query, names, address):
    page = Report(rf.get(f"/{query}"), ROWS)
    assert models(page) == names
    assert page.url() == address


def test_what_the_list_begins_with_is_no_chip_and_a_chip_leads_back_to_it(rf):
    assert Report(rf.get("/"), ROWS).chips == []
    assert Report(rf.get("/?kind=a"), ROWS).chips == []
    chips = Report(rf.get("/?kind=b"), ROWS).chips
    assert [(chip.text, chip.remove_url) for chip in chips] == [("Kind: B", "/")]


def test_badges_in_cells_reach_the_spreadsheet():
    column = Column(
        "state", "State", cell=lambda _row: Cell("INV-1", badge=[Badge("Paid"), Badge("Late", "danger")])
    )
    assert column.plain(None) == "INV-1, Paid, Late"


def test_a_count_stops_where_it_would_cost_too_much(rf, kinds, monkeypatch):
    monkeypatch.setattr("mentalspace.core.lists.page.COUNTED", 5)
    assert shown(rf).shown == "1–3 of 5+"
    assert shown(rf, "?page=2").shown == "4–6 of 6+"
    assert shown(rf, "?page=3").shown == "7–7 of 7"
