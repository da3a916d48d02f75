"""How reviewing goes: counted once a day from the last quarter and kept, so that a page costs one row.

They are kept as one site property, not as a table: nobody asks for a day of them alone, and since a change may be
reverted weeks later, all of them are counted anew each time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from webapp.domain.insights import Figures, begins, to_text, weeks
from webapp.services.judge import newest_policy
from webapp.storage import Storage
from webapp.storage.models import SiteProperty
from webapp.storage.queries import insights as queries
from webapp.storage.unit_of_work import UnitOfWork


def count(storage: Storage, now: datetime) -> Figures:
    """Count the figures and keep them; gives them. Raises Busy."""
    window = storage.transact(newest_policy, now).standing.active_window
    with storage.read() as connection:
        since = begins(now)
        counted = weeks(
            queries.decided_since(connection, since),
            queries.cast_since(connection, since - window),
            queries.modes(connection),
            window,
            now,
        )
        figures = Figures(now, counted, queries.backlog(connection, now))
    storage.transact(lambda uow: _keep(uow, to_text(figures)), now)
    return figures


def _keep(uow: UnitOfWork, text: str) -> None:
    kept = update(SiteProperty).where(SiteProperty.name == queries.KEPT).values(value=text)
    if not uow.run(kept).rowcount:
        uow.run(insert(SiteProperty), {"name": queries.KEPT, "value": text})
