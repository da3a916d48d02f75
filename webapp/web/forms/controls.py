"""A kind's declaration and what was typed, as the groups of controls that the templates draw.

Law: a control's name says where its value stands ("places-0-phones-1-number"); its id is "f-" and the name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.document import is_blank
from webapp.domain.fields import Field, FieldType, Group, Kind
from webapp.domain.hours import parse_rows, words
from webapp.domain.kinds import LIFECYCLE_FIELDS, LIFECYCLE_STATUSES
from webapp.domain.phones import format_phone
from webapp.language import _, mark, with_capital
from webapp.web.forms.hours_text import NOTED, WHEN, rows_apart, text_of, told, when_of
from webapp.web.forms.links import Shelf
from webapp.web.forms.middle import middle_of
from webapp.web.forms.typed import Typed

Control = dict[str, Any]
# Translators: days and times are typed in English, whatever the language of the page; %(example)s is that.
HOURS_HINT = mark(
    "One line for each day or group of days. For example: %(example)s. "
    "What needs a word beside it, such as “term time only”, goes into a row of its own below."
)
HOURS_EXAMPLE = "Monday to Friday, 10:00 to 12:00"
WHEN_HINT = mark("One line, as above. Leave it empty for a note alone, such as “by appointment”.")
NOW_LENGTH = 70
SHOWN_OF_LIST = 4
OPEN_WHEN_NEW = (
    "name",
    "organization",
    "description",
    "categories",
    "contact",
    "phones",
    "places",
    "location_type",
    "address",
    "body",
    "taxonomy",
)


@dataclass
class Scene:
    """What stands around the controls: choices, problems by address, what the record says, name prefix."""

    shelf: Shelf
    base: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    is_new: bool = False
    only: Collection[str] = ()  # groups shown; all when empty
    moved: Collection[str] = ()  # groups that say something else than the record
    opened: str = ""  # name of the group that a row was just added to, or taken from
    inner: str = ""  # the one group shown of each row; rows then neither come nor go
    still: Collection[str] = ()  # addresses of rows that are a line each, and whole where somebody asks for them


def control_of(f: Field, name: str, value: Any, error: str | None = None) -> Control:
    """What `ui.control` draws of a field; its id is "f-" and the name."""
    return {
        "name": name,
        "id": f"f-{name}",
        "label": _(f.label),
        "type": f.type.value,
        "hint": _(f.hint),
        "value": "" if value is None else value,
        "error": error,
        "doubt": None,
        "choices": [(stored, _(words)) for stored, words in f.choices],
        "required": f.required,
        "max_length": f.max_length if f.type is not FieldType.LIST else None,
        "autocomplete": f.autocomplete,
    }


def groups(kind: Kind, typed: Typed, scene: Scene) -> list[dict[str, Any]]:
    """The groups of a form, in the order of the declaration."""
    maker = _Maker(typed, scene)
    made = (maker.group(group) for group in kind.groups if not scene.only or group.name in scene.only)
    return [group for group in made if group["controls"]]


class _Maker:
    """Makes controls; remembers nothing between forms."""

    def __init__(self, typed: Typed, scene: Scene) -> None:
        self.typed = typed
        self.scene = scene

    def group(self, group: Group) -> dict[str, Any]:
        values, prefix = self.typed.values, self.scene.prefix
        controls = self._controls(group.fields, values, "", prefix)
        return {
            "name": prefix + group.name,
            "label": _(group.label),
            "hint": _(group.hint),
            "controls": controls,
            "now": self._now(group),
            "is_open": self._is_open(group),
        }

    def _is_open(self, group: Group) -> bool:
        names = {f.name for f in group.fields}
        noted = {*self.scene.errors, *self.scene.doubts, *self.typed.texts}
        told = any(address.partition("/")[0] in names for address in noted)
        sought = any(name.removeprefix(self.scene.prefix).partition("-")[0] in names for name in self.typed.finds)
        new = self.scene.is_new and group.name in OPEN_WHEN_NEW
        moved = group.name in self.scene.moved or self.scene.opened in names
        return moved or told or sought or new or bool(self.scene.only)

    def _controls(self, fields: Iterable[Field], values: Mapping[str, Any], address: str, name: str) -> list[Control]:
        made = [
            self._control(f, values, address + f.name, name + f.name) for f in fields if f.name not in LIFECYCLE_FIELDS
        ]
        return [control for control in made if control is not None]

    def _control(self, f: Field, values: Mapping[str, Any], address: str, name: str) -> Control | None:
        value = values.get(f.name)
        plain = control_of(f, name, value, self.scene.errors.get(address))
        control = {**plain, "address": address, "doubt": self.scene.doubts.get(address)}
        if f.type is FieldType.LIST:
            return self._list(control, f, value or [], address, name)
        if f.type is FieldType.LINK:
            return self._link(control, name)
        if f.name == "program_id":
            return self._program(control)
        if f.name == "latitude":
                return {**control, "middle": middle_of(values)}
        if f.type is FieldType.CHOICE:
            return _choice(control, is_status=f.name == "status" and not address.count("/"))
        return control

    # -- lists ------------------------------------------------------------------------------------------------

    def _list(self, control: Control, f: Field, rows: list[Any], address: str, name: str) -> Control:
        element = f.element.name if f.element else ""
        if element == "schedule":
            return self._hours(control, f, rows, address, name)
        if element == "category" and "/" not in address and self.scene.shelf.has_boxes:
            return self._boxes(control, rows)
        made = [self._row(f, row, f"{address}/{row['id']}", f"{name}-{n}") for n, row in enumerate(rows)]
        fixed = bool(self.scene.inner) and "/" not in address
        made = made if fixed else _counted(made)
        return {**control, "rows": made, "add_name": name, "count": len(made), "fixed": fixed}

    def _row(self, f: Field, row: Mapping[str, Any], address: str, name: str) -> dict[str, Any]:
        shell, shown = {**self._shell(row, address, name), **self._named(f, row)}, self._shown(f, address)
        if address in self.scene.still:
            return {**shell, "controls": [], "whole_name": name, "told": self._said(shown, row)}
        return {**shell, "controls": self._controls(shown, row, f"{address}/", f"{name}-")}

    def _shell(self, row: Mapping[str, Any], address: str, name: str) -> dict[str, Any]:
        """What every row has."""
        return {
            "id": f"row-{name}",
            "address": address,
            "element_id": row["id"],
            "id_name": f"{name}-id",
            "remove_name": name,
            "whole_name": "",
            "error": self.scene.errors.get(address),
        }

    def _shown(self, f: Field, address: str) -> tuple[Field, ...]:
        """The fields of a row: all, or those of the group that the form is about."""
        shown = f.element.groups if f.element else ()
        if self.scene.inner and address.count("/") == 1:
            shown = tuple(group for group in shown if group.name == self.scene.inner)
        return tuple(inner for group in shown for inner in group.fields)

    def _named(self, f: Field, row: Mapping[str, Any]) -> dict[str, str]:
        """What a row is called: a place by its name where it can't be changed here."""
        label = _(f.element.label if f.element else f.label)
        label = self.scene.shelf.names.get(str(row.get("location_id")), label) if self.scene.inner else label
        return {"label": label, "title": label}

    def _hours(self, control: Control, f: Field, rows: list[Any], address: str, name: str) -> Control:
        apart = self.typed.apart.get(address, set())
        alone = rows_apart(rows, apart)
        ids = {row["id"] for row in alone}
        text = self.typed.texts.get(address, text_of(row for row in rows if row["id"] not in ids))
        how = _(HOURS_HINT, example=HOURS_EXAMPLE)
        hint = f"{control['hint']}. {how}" if control["hint"] else how
        made = _counted([self._time(f, row, f"{address}/{row['id']}", f"{name}-{n}") for n, row in enumerate(alone)])
        return {
            **control,
            "type": "hours",
            "value": text,
            "hint": hint,
            "rows": made,
            "add_name": name,
            "count": len(made),
            "max_length": 4000,
        }

    def _time(self, f: Field, row: Mapping[str, Any], address: str, name: str) -> dict[str, Any]:
        """A row of times with what people say about it: a line for when, where a line can say it, and its words."""
        said = when_of(row)
        when = Field(WHEN, mark("When"), FieldType.LINE, WHEN_HINT, max_length=300)
        values = {**row, WHEN: self.typed.texts.get(f"{address}/{WHEN}", said)}
        fields = [] if said is None else [when]
        noted = (inner for inner in (f.element.fields() if f.element else ()) if inner.name in NOTED)
        fields += sorted(noted, key=lambda inner: NOTED.index(inner.name))
        return {
            **self._shell(row, address, name),
            "label": _("times with a note"),
            "told": told(row) if said is None else "",
            "controls": self._controls(fields, values, f"{address}/", f"{name}-"),
        }

    def _boxes(self, control: Control, rows: list[Any]) -> Control:
        chosen = {str(row.get("taxonomy_term_id", "")) for row in rows}
        listed = {id_ for _name, options in self.scene.shelf.sections for id_, _words in options}
        sections = [*self.scene.shelf.sections]
        strays = sorted(chosen - listed - {""})
        if strays:
            names = self.scene.shelf.names
            sections.append((_("Not in the list any more"), [(id_, names.get(id_, _("A category"))) for id_ in strays]))
        return {**control, "type": "boxes", "chosen": chosen, "sections": sections}

    # -- links ------------------------------------------------------------------------------------------------

    def _link(self, control: Control, name: str) -> Control:
        shelf, value = self.scene.shelf, str(control["value"])
        options = {value: shelf.names.get(value, _("A record that is not here any more"))} if value else {}
        extra = shelf.extra.get(name)
        if extra:
            options[extra[0]] = extra[1]
        options |= {id_: text for id_, text in shelf.found.get(name, []) if id_ not in options}
        sought = self.typed.finds.get(name, "")
        nothing = _("Nothing is kept here by that name.") if sought and not shelf.found.get(name) else ""
        return {**control, "type": "link", "options": list(options.items()), "find": sought, "nothing": nothing}

    def _program(self, control: Control) -> Control | None:
        programs = dict(self.scene.shelf.programs)
        if not programs:
            return None
        if control["value"]:
            programs.setdefault(str(control["value"]), _("A programme that is not here any more"))
        return {**control, "type": "choice", "choices": [("", _("None")), *programs.items()]}

    # -- what stands there ------------------------------------------------------------------------------------

    def _now(self, group: Group) -> str:
        return self._said(group.fields, self.scene.base)

    def _said(self, fields: Iterable[Field], values: Mapping[str, Any]) -> str:
        """What fields say, in a line."""
        said = [text for f in fields if (text := self._told(f, values.get(f.name)))]
        text = _("; ").join(said)
        return text if len(text) <= NOW_LENGTH else text[:NOW_LENGTH].rsplit(" ", 1)[0] + " …"

    def _told(self, f: Field, value: Any) -> str:
        if is_blank(value) or f.name in LIFECYCLE_FIELDS or f.name == "program_id":
            return ""
        if f.type is FieldType.LIST and f.element is not None:
            if f.element.name == "schedule":
                return _("; ").join(words(parse_rows(value)))
            first = next(iter(f.element.fields()))
            return _(", ").join(self._told(first, row.get(first.name)) for row in value[:SHOWN_OF_LIST])
        if f.type is FieldType.LINK:
            return self.scene.shelf.names.get(str(value), "")
        if f.type is FieldType.PHONE:
            return format_phone(str(value))
        known = dict(f.choices)
        return _(known[value]) if value in known else str(value)


def _counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with a title each, their number in it: "Phone number, 2"."""
    return [
        {**row, "title": _("%(what)s, %(number)s", what=with_capital(row["label"]), number=number)}
        for number, row in enumerate(rows, 1)
    ]


def _choice(control: Control, *, is_status: bool) -> Control | None:
    value, choices = control["value"], list(control["choices"])
    if is_status:
        if value in LIFECYCLE_STATUSES:
            return None  # closing and reopening have their own door
        if not value:  # a blank status means active
            choices = [("" if code == "active" else code, text) for code, text in choices]
        return {**control, "choices": choices}
    if value and value not in dict(choices):
        choices.append((value, str(value)))
    return {**control, "choices": [("", _("Not said")), *choices]}
