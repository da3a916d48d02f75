"""A form of a page, filled and sent as a browser without JavaScript would: only what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from bs4 import Tag
from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from tests.support.page_client import Page

UNSENT = {"submit", "button", "reset", "image", "file"}


class Form:
    """The controls of one form with the values that they hold now."""

    def __init__(self, page: Page, tag: Tag) -> None:
        self.page = page
        self.tag = tag
        self.values: MultiDict[str, Any] = MultiDict()
        for control in self._controls():
            for value in _held(control):
                self.values.add(str(control["name"]), value)

    def fill(self, values: dict[str, Any] | None = None, **named: Any) -> Form:
        """Set controls by name: text, a choice's value, True or False for one box, a list for several."""
        for name, value in {**(values or {}), **named}.items():
            self._set(name, value)
        return self

    def submit(
        self,
        button: str | None = None,
        *,
        status: int | None = None,
        fragment: str | None = None,
    ) -> Page:
        """Send it, by the button with that selector or by the first; `status` as in PageClient."""
        pressed = self._button(button)
        data = MultiDict(self.values)
        if pressed is not None and pressed.get("name"):
            data.add(str(pressed["name"]), pressed.get("value", ""))
        action = str((pressed is not None and pressed.get("formaction")) or self.tag.get("action") or self.page.path)
        path = urljoin(self.page.path, action)
        client = self.page.client
        if str(self.tag.get("method", "get")).lower() == "post":
            return client.post(path, data, status=status or 303, fragment=fragment, csrf=False)
        query = urlencode(list(data.items(multi=True)))
        return client.get(f"{path.partition('?')[0]}?{query}", status=status or 200, fragment=fragment)

    def _controls(self) -> list[Tag]:
        inside = self.tag.select("input[name], select[name], textarea[name]")
        form_id = self.tag.get("id")
        outside = self.page.soup.select(f'[form="{form_id}"][name]') if form_id else []
        return [
            control
            for control in [*inside, *outside]
            if not control.has_attr("disabled")
            and not control.find_parent("fieldset", attrs={"disabled": True})
            and control.name != "button"
            and str(control.get("type", "")).lower() not in UNSENT
        ]

    def _button(self, selector: str | None) -> Tag | None:
        wanted = selector or "button:not([type=button]), input[type=submit]"
        buttons = self.tag.select(wanted)
        assert buttons or selector is None, f"no button {selector!r} in the form on {self.page.path}"
        return buttons[0] if buttons else None

    def _set(self, name: str, value: Any) -> None:
        controls = [control for control in self._controls() if control["name"] == name]
        offered = sorted({str(control["name"]) for control in self._controls()})
        assert controls, f"no control {name!r} in the form on {self.page.path}; it has {', '.join(offered)}"
        choices = [choice for control in controls for choice in _choices(control)]
        if isinstance(value, bool):
            assert len(choices) == 1, f"{name!r} is not one box but {choices}"
            chosen = choices if value else []
        else:
            chosen = [str(item) for item in (value if isinstance(value, list) else [value])]
        unknown = [item for item in chosen if choices and item not in choices]
        assert not unknown, f"{name!r} offers {choices}, not {unknown}"
        self.values.setlist(name, chosen)


def _choices(control: Tag) -> list[str]:
    """The values that a choice offers; nothing for free text."""
    if control.name == "select":
        return [_option_value(option) for option in control.select("option:not([disabled])")]
    if control.get("type") in {"radio", "checkbox"}:
        return [str(control.get("value", "on"))]
    return []


def _held(control: Tag) -> list[str]:
    """The values with which a browser would send the control as it stands in the page."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        options = control.select("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and options and not control.has_attr("multiple"):
            chosen = options[:1]
        return [_option_value(option) for option in chosen]
    if control.get("type") in {"radio", "checkbox"}:
        return _choices(control) if control.has_attr("checked") else []
    return [str(control.get("value", ""))]


def _option_value(option: Tag) -> str:
    return str(option["value"]) if option.has_attr("value") else option.get_text(strip=True)
