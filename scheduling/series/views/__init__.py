"""HTTP of series."""

from scheduling.series.views.changing import series_ask, series_cancel, series_change
from scheduling.series.views.detail import series_detail
from scheduling.series.views.planning import group_series_create, series_create, series_extend

__all__ = [
    "group_series_create",
    "series_ask",
    "series_cancel",
    "series_change",
    "series_create",
    "series_detail",
    "series_extend",
]
