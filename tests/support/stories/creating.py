"""Creation sets in the stories: organisation, place and service come together or not at all, and go together."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import func, select

from tests.support.stories.people import People
from tests.support.stories.wish import AUTHORS, Wish, agreements, places, texts, told
from webapp.domain.kinds import KINDS
from webapp.domain.validate import normalise
from webapp.services import incidents, suggest
from webapp.storage.models import Revision
from webapp.storage.unit_of_work import new_id

MOST = 3


class Creating(People):
    """Somebody knows of a new service, of who runs it and where."""

    @precondition(lambda self: sum(bool(wish.created) for wish in self.wishes) < MOST)
    @rule(author=st.sampled_from(AUTHORS), text=texts, agreed=agreements)
    def create(self, author: str, text: str, agreed: str) -> None:
        organization, location, service = new_id(), new_id(), new_id()
        words = text.format(number=self.number_of(service))
        new = (
            suggest.NewRecord(organization, "organization", {"name": "Harbour Trust"}),
            suggest.NewRecord(location, "location", {"name": "Harbour Hall", "location_type": "physical"}),
            suggest.NewRecord(
                service,
                "service",
                {
                    "name": "Harbour Soup",
                    "description": words,
                    "summary": "Soup",
                    "organization_id": organization,
                    "places": [{"id": new_id(), "location_id": location}],
                },
            ),
        )
        with told():
            command = suggest.SuggestRecords(self.world.person(author), new, f"they say: {words}")
            (id_,) = suggest.suggest_records(self.world.storage, command, self.world.now).change_ids
            documents = {one.id: normalise(KINDS[one.kind], one.document) for one in new}
            self.wishes.append(Wish(id_, None, author, self.world.now, self.world.now, "create", documents))
            self.agree(self.wishes[-1], agreed)

    @precondition(lambda self: any(wish.created and wish.state == "applied" for wish in self.wishes))
    @rule(place=places)
    def undo_creation(self, place: int) -> None:
        """What nobody has touched since becomes void, together; undoing that brings it back."""
        made = [wish for wish in self.wishes if wish.created and wish.state == "applied"]
        wish = made[place % len(made)]
        before = {id_: self.world.row(id_) for id_ in wish.created}
        suggestion = self.world.change(wish.id).suggestion_id
        done = self.undo_incident(incidents.Incident(suggestion_id=suggestion))
        for id_, row in before.items():
            if row.newest_number == 1:
                assert done is not None, "a creation could not be undone"
                assert self.world.row(id_).status == "void", f"{id_} outlived its creation"
                assert done.plans[id_].makes_void

    @invariant()
    def creations_are_whole(self) -> None:
        """Every record of a set exists once it is applied, saying what was suggested, and none before."""
        for wish in self.wishes:
            if not wish.created:
                continue
            state = self.world.change(wish.id).state
            query = select(func.count()).select_from(Revision).where(Revision.change_id == wish.id)
            written = self.world.one(query)[0]
            assert written == (len(wish.created) if state == "applied" else 0), f"{state}: {written} records"
            for id_, document in wish.created.items() if written else ():
                assert self.same(id_, self.world.document(id_, 1), document), "not what was suggested"
                if "summary" in document and id_ not in self.records:
                    self.records.append(id_)
