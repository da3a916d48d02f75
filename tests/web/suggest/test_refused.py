"""What a form does not take, or asks to be looked at again: it does no harm, and no word is lost."""

from __future__ import annotations

from tests.web.suggest.suggesting import FORM, REVIEW, Town, filled, open_changes, review, send, suggestions

# -- what must not get in -----------------------------------------------------------------------------------


def test_fields_that_are_not_on_the_form_are_ignored(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup")
    for name, value in {
        "status": "void",
        "merged_into": town.trust,
        "id": town.trust,
        "slug": "x",
        "person_id": "x",
    }.items():
        form.values[name] = value
    looked = form.submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Name"]
    send(looked)
    assert open_changes(town) == [("name", "open")]


def test_names_that_make_no_sense_do_no_harm(town: Town) -> None:
    names = (
        "-",
        "--",
        "phones",
        "phones-",
        "phones-x",
        "phones-0",
        "phones-99-number",
        "phones-0-phones-0-number",
        "places-0",
    )
    names += (
        "-".join(["a"] * 400),
        "phones-0-id",
        "schedules.text-0",
        "categories.boxes-0",
        "base_revision",
        "phones-²-number",
    )
    form = filled(town.visitor("ann").get(town.address(town.service)), description="Soup and bread.")
    for name in names:
        values = form.values.copy()
        values.add(name, "½")
        answer = form.page.client.post(form.page.path, values, status=None)
        assert answer.status in (200, 422), name


def test_buttons_that_make_no_sense_keep_what_was_typed(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)), description="Soup and bread.")
    for value in (
        "x",
        "phones-7-languages",
        "name",
        "phones-0-number-0",
        "-",
        "places-0-schedules-0",
        "organization_id-0",
    ):
        for button in ("add", "remove"):
            values = form.values.copy()
            values.add(button, value)
            answer = form.page.client.post(form.page.path, values, status=200)
            assert answer.form(FORM).values["description"] == "Soup and bread.", (button, value)


def test_what_is_too_long_comes_back_whole(town: Town) -> None:
    text = "Soup. " * 2000
    answer = filled(town.visitor("ann").get(town.address(town.service)), description=text).submit(REVIEW, status=422)
    assert answer.form(FORM).values["description"] == text
    assert answer.one("#problems a")["href"] == "#f-description"


def test_hostile_text_is_shown_as_text(town: Town) -> None:
    text = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    looked = review(town.visitor("ann").get(town.address(town.service)), summary=text)
    assert text in looked.one(".change").tag.get_text()
    assert not looked.all("main script, main img")


def test_a_link_to_a_record_of_nowhere_is_refused(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)))
    form.values["organization_id"] = "00000000-0000-4000-8000-000000000000"
    answer = form.submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-organization_id"


# -- doubts -------------------------------------------------------------------------------------------------


def test_an_odd_value_is_sent_only_when_looked_at_again(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    looked = review(page, phones__0__number="12345")
    assert "does not look like a telephone number" in looked.one(".note.waiting li").text
    again = send(looked, status=422)
    assert suggestions(town) == 0
    again.form("main form.stack").fill(confirm_doubts=True).submit("button[value=send]", status=303)
    assert open_changes(town) == [("phones", "open")]
