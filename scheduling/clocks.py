"""Weekdays and hours of the practice's clock, as filters and reports name them."""

from datetime import time

from mentalspace.core import formatting

# ISO 8601: Monday is 1.
WEEKDAYS = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
# An hour is named by its beginning.
HOURS = {hour: formatting.time(time(hour)) for hour in range(24)}
