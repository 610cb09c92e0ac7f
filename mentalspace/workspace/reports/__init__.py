"""Reports over the whole practice, each a list with a range of days, filters, totals, a chart and a spreadsheet.

Every figure opens the rows it counts. What a person may open, and whose figures they get, is decided in `rules.py`.
"""

from mentalspace.workspace.reports.base import Report
from mentalspace.workspace.reports.caseload import CaseloadReport
from mentalspace.workspace.reports.collections import CollectionsReport
from mentalspace.workspace.reports.documentation import DocumentationReport
from mentalspace.workspace.reports.kept_visits import KeptVisitsReport
from mentalspace.workspace.reports.licenses import LicensesReport
from mentalspace.workspace.reports.note_timing import NoteMonthsReport
from mentalspace.workspace.reports.revenue import RevenueReport
from mentalspace.workspace.reports.utilisation import UtilisationReport

REPORTS: dict[str, type[Report]] = {
    report.slug: report
    for report in (
        KeptVisitsReport,
        UtilisationReport,
        DocumentationReport,
        NoteMonthsReport,
        CaseloadReport,
        RevenueReport,
        CollectionsReport,
        LicensesReport,
    )
}
