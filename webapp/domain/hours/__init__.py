"""Opening hours: weekly, monthly and dated rows, in moments and in words; local time is Europe/London's.

What may be used from outside is what stands here.
"""

from webapp.domain.hours.expand import Opening, openings
from webapp.domain.hours.holidays import Nation, bank_holidays, holiday_words, nation_of, nation_of_address
from webapp.domain.hours.model import LONDON, Row, RowKind, parse_rows
from webapp.domain.hours.open_now import Holiday, OpenStatus, doubts, status
from webapp.domain.hours.phrases import DAY_NAMES, date_words, day_names, days_words, times_words
from webapp.domain.hours.reading import read_words
from webapp.domain.hours.slots import count_with, packed, slot_tags, tags_at
from webapp.domain.hours.unreadable import Unreadable
from webapp.domain.hours.usual import Slot, usual_week
from webapp.domain.hours.week import WeekDay, status_words, week
from webapp.domain.hours.words import remarks, words

__all__ = [
    "DAY_NAMES", "LONDON", "Holiday", "Nation", "OpenStatus", "Opening", "Row", "RowKind", "Slot", "Unreadable",
    "WeekDay", "bank_holidays", "count_with", "date_words", "day_names", "days_words", "doubts", "holiday_words",
    "nation_of", "nation_of_address", "openings", "packed", "parse_rows", "read_words", "remarks", "slot_tags",
    "status", "status_words", "tags_at", "times_words", "usual_week", "week", "words",
]
