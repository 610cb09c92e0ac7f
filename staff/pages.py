"""The pieces that pages about staff share: badges, the frame of a person's page, hours in words."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from accounts.pages import role_badges
from accounts.rules import can_manage_users
from mentalspace.core import clock, formatting, practice
from mentalspace.core.cells import Action, Badge, Tab, Tone
from staff import rules
from staff.availability import hours_of, span_label
from staff.choices import StaffStatus, Weekday, WorkLocation
from staff.defaults import StaffDefaults
from staff.models import Staff
from staff.panels import Tab as StaffTab
from staff.panels import person
from staff.queries import days_left, with_requests
from staff.shapes import DAYS, AvailabilityException

STATUS_TONES: dict[str, Tone] = {
    StaffStatus.ACTIVE: "success",
    StaffStatus.ON_LEAVE: "warning",
    StaffStatus.INACTIVE: "neutral",
}


def status_badge(staff: Staff) -> Badge:
    """Whether somebody works here now."""
    return Badge(staff.get_status_display(), STATUS_TONES[staff.status])


def license_badge(staff: Staff, today: date, limits: StaffDefaults) -> Badge | None:
    """How urgent an expiry is, by the practice's alerts; None when unknown."""
    left = days_left(staff.license_expires_on, today)
    if left is None:
        return None
    if left < 0:
        return Badge("Expired", "danger", "alert-triangle")
    words = "Expires today" if left == 0 else f"Expires in {formatting.plural(left, 'day')}"
    if left <= limits.license_urgent_days:
        return Badge(words, "danger", "alert-triangle")
    if left <= limits.license_warning_days:
        return Badge(words, "warning", "alert-triangle")
    if left <= limits.license_notice_days:
        return Badge(words, "info")
    return Badge("Valid", "success")


def frame(request: ActorRequest, staff: Staff, slug: str = "") -> dict[str, Any]:
    """What every tab of a person's page needs: header, tabs, actions. `staff` comes with its user."""
    actor = request.user
    tabs = [
        Tab("Profile", reverse("staff:staff_detail", args=[staff.pk]), slug == "", icon="user"),
        Tab("Hours", reverse("staff:availability", args=[staff.pk]), slug == "availability", icon="clock"),
    ]
    tabs += [
        Tab(tab.label, reverse("staff:staff_tab", args=[staff.pk, tab.slug]), slug == tab.slug, icon=tab.icon)
        for tab in person.of(StaffTab)
        if tab.allowed(actor, staff)
    ]
    return {
        "title": staff.name_with_credential,
        "breadcrumbs": [("Staff", reverse("staff:staff_list"))],
        "person": staff,
        "badges": [status_badge(staff), *role_badges(staff.user)],
        "tabs": tabs,
        "actions": actions(actor, staff),
        "is_own": rules.is_own(actor, staff),
    }


def actions(actor: User, staff: Staff) -> list[Action]:
    """What the actor may change here, the usual thing last and strongest."""
    found = []
    if can_manage_users(actor):
        found.append(Action("Account", reverse("accounts:user_detail", args=[staff.user_id]), "key"))
    if rules.can_change_status(actor, staff):
        found.append(Action("Change status", _url("staff_status", staff), "switch-horizontal", dialog=True))
    if rules.can_edit_own_profile(actor, staff):
        found.append(Action("Photo", _url("staff_photo", staff), "photo", dialog=True))
    if rules.can_edit_staff(actor, staff):
        found.append(Action("Edit", _url("staff_edit", staff), "edit", primary=True))
    elif rules.can_edit_own_profile(actor, staff):
        found.append(Action("Edit my profile", _url("staff_profile", staff), "edit", primary=True))
    return found


def credential_rows(staff: Staff) -> list[tuple[str, Any]]:
    """License and identifiers, for those who may see them."""
    badge = license_badge(staff, clock.today(), practice.get(StaffDefaults))
    expires = formatting.date(staff.license_expires_on)
    return [
        (
            "License",
            " ".join(part for part in (staff.get_license_type_display(), staff.license_number) if part),
        ),
        ("State", staff.license_state),
        ("Expires", [expires, badge] if badge else expires),
        ("NPI", staff.npi),
    ]


@dataclass(frozen=True, slots=True)
class DayHours:
    """A weekday of the table of hours."""

    label: str
    lines: list[str]


def week_table(staff: Staff) -> list[DayHours]:
    """Each weekday with its blocks in words; empty lines where there are none."""
    weekly = hours_of(staff).weekly
    table = []
    for day in DAYS:
        blocks = sorted(weekly.get(day, []), key=lambda block: block.start)
        lines = [_block_words(block.start, block.end, block.location) for block in blocks]
        table.append(DayHours(Weekday(day).label, lines))
    return table


def _block_words(start: time, end: time, location: str) -> str:
    where = f", {WorkLocation(location).label.lower()}" if location in WorkLocation.values else ""
    return f"{span_label(start, end)}{where}"


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off or extra hours on consecutive days with the same times: one holiday, one line."""

    first: date
    last: date
    start: time | None
    end: time | None
    available: bool
    reason: str
    pending: bool = False
    entry: str = ""
    each_days: tuple[date, ...] = ()

    @property
    def key(self) -> str:
        """Names it in an address: `2026-12-21_2027-01-02_all_off`, and what was entered together by its name."""
        times = f"{self.start:%H%M}-{self.end:%H%M}" if self.start and self.end else "all"
        kind = "extra" if self.available else "off"
        named = f"{self.first:%Y-%m-%d}_{self.last:%Y-%m-%d}_{times}_{kind}"
        return f"{named}_{self.entry}" if self.entry else named

    @property
    def _repeats(self) -> bool:
        """Does it leave out days between its first and its last?"""
        return len(self.each_days) < (self.last - self.first).days + 1

    @property
    def days(self) -> str:
        if self.first == self.last:
            return formatting.long_date(self.first)
        if self._repeats:
            names = [
                Weekday(DAYS[place]).label for place in sorted({day.weekday() for day in self.each_days})
            ]
            span = f"{formatting.date(self.first)} {formatting.EN_DASH} {formatting.date(self.last)}"
            return f"Every {formatting.listed(names)}, {span}"
        count = (self.last - self.first).days + 1
        return (
            f"{formatting.date(self.first)} {formatting.EN_DASH} {formatting.date(self.last)} ({count} days)"
        )

    @property
    def times(self) -> str:
        if self.start is None or self.end is None:
            return "Whole day"
        return span_label(self.start, self.end)

    @property
    def badge(self) -> Badge:
        if self.pending:
            return Badge("Asked for", "info", "hourglass")
        return Badge("Extra hours", "success") if self.available else Badge("Time off", "warning")


def absences(staff: Staff, since: date) -> list[Absence]:
    """Time off and extra hours that end on or after a day, in order; what was entered together is one.

    Older rows do not say so: of them, consecutive days are one.
    """
    groups: list[list[AvailabilityException]] = []
    rows = hours_of(staff).exceptions
    for row in sorted(
        rows,
        key=lambda each: (each.entry, str(each.start), str(each.end), each.available, each.reason, each.day),
    ):
        last = groups[-1][-1] if groups else None
        together = last is not None and _same_kind(last, row)
        if together and last and (row.entry or row.day == last.day + timedelta(days=1)):
            groups[-1].append(row)
        else:
            groups.append([row])
    coming = [_absence(group) for group in groups if group[-1].day >= since]
    return sorted(coming, key=lambda group: (group.first, group.start or time.min))


def _absence(rows: list[AvailabilityException]) -> Absence:
    first, last = rows[0], rows[-1]
    return Absence(
        first=first.day,
        last=last.day,
        start=first.start,
        end=first.end,
        available=first.available,
        reason=first.reason,
        pending=first.pending,
        entry=first.entry,
        each_days=tuple(each.day for each in rows),
    )


def time_off_to_answer(actor: User, today: date) -> list[tuple[Staff, Absence]]:
    """What is asked for and nobody has answered, the soonest first, with who asks."""
    asked = [
        (staff, absence)
        for staff in with_requests(actor, today)
        for absence in absences(staff, today)
        if absence.pending
    ]
    return sorted(asked, key=lambda row: (row[1].first, row[0].last_name))


def absence_of(staff: Staff, key: str) -> Absence | None:
    """The absence an address names, if there still is one."""
    return next((group for group in absences(staff, date.min) if group.key == key), None)


def _same_kind(one: AvailabilityException, other: AvailabilityException) -> bool:
    def kind(each: AvailabilityException) -> tuple[object, ...]:
        return each.entry, each.start, each.end, each.available, each.reason, each.pending

    return kind(one) == kind(other)


def _url(name: str, staff: Staff) -> str:
    return reverse(f"staff:{name}", args=[staff.pk])
