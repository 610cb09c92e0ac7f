"""Charts always say in a table what they draw."""

from datetime import date
from decimal import Decimal

from mentalspace.core.charts import Band, Chart, Series


def test_table_says_what_the_chart_draws():
    chart = Chart(
        "bar",
        "Revenue",
        ["Jan", "Feb"],
        [Series("Paid", [Decimal("1234.5"), None]), Series("Owed", [Decimal("-5"), 0], "danger")],
        unit="money",
        urls=["/jan/"],
    )
    assert chart.table == [
        ("Jan", "/jan/", ["$1,234.50", "−$5.00"], ""),
        ("Feb", "", ["–", "$0.00"], ""),
    ]
    assert chart.data["series"] == [
        {"name": "Paid", "tone": None, "values": [1234.5, None]},
        {"name": "Owed", "tone": "danger", "values": [-5.0, 0.0]},
    ]


def test_data_cannot_leave_their_script_element():
    html = Chart(
        "line", "</script><b>", ["<x>"], [Series("</script>", [1])], bands=[Band("Mild", 0, 5)]
    ).render()
    assert "</script><b>" not in html
    assert html.count("</script>") == 1
    assert "<x>" not in html


def test_nothing_to_draw_is_said():
    assert "Nothing to draw yet." in Chart("line", "Scores", [], [Series("Score", [])]).render()


def test_what_happened_on_a_day_stands_in_the_chart_and_in_the_table():
    chart = Chart(
        "line",
        "PHQ-9",
        ["01/05", "01/19"],
        [Series("Score", [18, None])],
        days=[date(2026, 1, 5), date(2026, 1, 19)],
        marks=["", "Plan signed"],
        marks_heading="Treatment",
    )
    assert chart.data["days"][1] - chart.data["days"][0] == 14
    assert chart.data["marks"] == ["", "Plan signed"]
    assert chart.table == [("01/05", "", ["18"], ""), ("01/19", "", ["–"], "Plan signed")]
    assert '<th scope="col">Treatment</th>' in chart.render()
