"""Undoing an incident: what somebody, an operation, an import or a suggestion wrote in many records.

It is drawn up first, as rows that say what would become of each record, and then carried out: a few hundred records
in one transaction, more by the worker. Its law: each record is judged anew under its lock, and nobody's later work is
overwritten unless somebody saw it and chose so. An undoing can be undone.
"""

from webapp.services.incidents.carry_out import (
    AT_ONCE,
    ApplyIncident,
    GoesOn,
    NothingChosen,
    RollBackIncident,
    apply_incident,
    roll_back_incident,
)
from webapp.services.incidents.choose import LOOKED_THROUGH, Incident, from_json, tainted_revisions, to_json
from webapp.services.incidents.continued import continue_operations
from webapp.services.incidents.draw import (
    ChooseUnits,
    Drawn,
    Moved,
    Redrawn,
    TooLarge,
    choose_units,
    draw_again,
    draw_up,
    preview_incident,
    rows_anew,
)
from webapp.services.incidents.stopping import CannotGoOn, resume_operation, stop_operation

__all__ = [
    "AT_ONCE",
    "LOOKED_THROUGH",
    "ApplyIncident",
    "CannotGoOn",
    "ChooseUnits",
    "Drawn",
    "GoesOn",
    "Incident",
    "Moved",
    "NothingChosen",
    "Redrawn",
    "RollBackIncident",
    "TooLarge",
    "apply_incident",
    "choose_units",
    "continue_operations",
    "draw_again",
    "draw_up",
    "from_json",
    "preview_incident",
    "resume_operation",
    "roll_back_incident",
    "rows_anew",
    "stop_operation",
    "tainted_revisions",
    "to_json",
]
