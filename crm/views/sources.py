"""Where inquiries come from, and how many become clients."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from crm import queries, rules
from crm.choices import LeadSource
from crm.lists import SourceList
from mentalspace.core import audit, formatting
from mentalspace.core.charts import Chart, Series
from mentalspace.core.gates import requires


@requires(rules.can_work_leads)
@require_safe
def lead_sources(request: ActorRequest) -> HttpResponseBase:
    """Inquiries by source, the funnel, and a chart; every figure opens its rows."""
    page = SourceList(
        request, on_export=lambda shown: audit.record(actor=request.user, verb="lead.sources_exported")
    )
    if request.GET.get("format") == "csv":
        return page.csv()
    values = page.values
    steps = queries.funnel(values.get("since"), values.get("until"))
    return page.respond({"chart": chart_of(page), "steps": [
        {
            "label": step.status.label if place else "Inquiries",
            "count": formatting.number(step.count),
            "share": formatting.percent(step.share),
            "url": page.rows_url(**({"reached": step.status.value} if place else {})),
            "bar": round((step.share or 0) * 100),
        }
        for place, step in enumerate(steps)
    ]})  # fmt: skip


def chart_of(page: SourceList) -> Chart:
    """Bars by source: converted, open, lost."""
    rows = sorted(page.filtered, key=lambda row: -row.leads)
    return Chart(
        kind="rows",
        title="What became of inquiries, by source",
        labels=[str(LeadSource(row.source).label) for row in rows],
        series=[
            Series("Converted", [row.converted for row in rows], "success"),
            Series("Open", [row.open for row in rows], "accent"),
            Series("Lost", [row.lost for row in rows], "neutral"),
        ],
        stacked=True,
        urls=[page.rows_url(source=row.source) for row in rows],
        label_heading="Source",
    )
