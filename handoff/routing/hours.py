"""Business hours of a team: a week of wall-clock times in a time zone, without its holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
HORIZON_DAYS = 400
"""How far ahead the next opening is looked for: more than a year of holidays."""


class Part(BaseModel):
    """Parent of the parts of the desk file: nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Holidays(Part):
    """Days on which a team is closed whatever the week says."""

    country: str | None = None
    """Country whose public holidays are kept, as ISO 3166 code such as `DE`."""
    subdivision: str | None = None
    """State or province of the country, such as `BY`."""
    closed: tuple[date, ...] = ()
    """Further days on which nobody works."""
    open: tuple[date, ...] = ()
    """Public holidays on which people work all the same."""

    @model_validator(mode="after")
    def _country_is_known(self) -> Self:
        if self.subdivision and not self.country:
            raise ValueError("a subdivision needs its country")
        try:
            self._public  # noqa: B018
        except NotImplementedError as error:
            raise ValueError(str(error)) from error
        return self

    @cached_property
    def _public(self) -> holidays.HolidayBase | None:
        if self.country is None:
            return None
        return holidays.country_holidays(self.country, subdiv=self.subdivision)

    def __contains__(self, day: date) -> bool:
        """Tell whether the team is closed on `day`."""
        if day in self.closed:
            return True
        return self._public is not None and day in self._public and day not in self.open


class Hours(Part):
    """When a team works; without a `week` it always does."""

    timezone: str = "UTC"
    """Name in the IANA database, such as `Europe/Berlin`."""
    week: dict[Day, tuple[Span, ...]] | None = None
    """Day -> spans such as `09:00-17:30`; days left out are closed. A span ends the same day."""
    holidays: Holidays = Holidays()

    @field_validator("timezone")
    @classmethod
    def _timezone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone {name!r}") from error
        return name

    @model_validator(mode="after")
    def _spans_end_after_they_begin(self) -> Self:
        for spans in (self.week or {}).values():
            for span in spans:
                begin, end = span.split("-")
                if end <= begin:
                    raise ValueError(f"{span} does not end after it begins")
        return self

    def is_open(self, at: datetime) -> bool:
        """Tell whether the team works at `at`, which knows its time zone."""
        if self.week is None:
            return True
        local = at.astimezone(ZoneInfo(self.timezone))
        now = f"{local:%H:%M}"
        return any(
            begin <= now < end
            for begin, end in (span.split("-") for span in self._spans(local.date()))
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when the team begins to work next after `at`; None if never, or always open."""
        if self.week is None:
            return None
        zone = ZoneInfo(self.timezone)
        today = at.astimezone(zone).date()
        openings = (
            datetime.combine(day, time.fromisoformat(span.split("-")[0]), zone).astimezone(UTC)
            for day in (today + timedelta(days=n) for n in range(HORIZON_DAYS))
            for span in sorted(self._spans(day))
        )
        # An hour that summer time leaves out may hold a span: then nobody comes on that day.
        return next(
            (opening for opening in openings if opening > at and self.is_open(opening)), None
        )

    def _spans(self, day: date) -> Iterator[str]:
        if self.week is not None and day not in self.holidays:
            yield from self.week.get(DAYS[day.weekday()], ())  # type: ignore[call-overload]
