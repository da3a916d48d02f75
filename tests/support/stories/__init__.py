"""The stories of the state machine: what people, moderators, sources and time may do, a module a part of life."""

from __future__ import annotations

from tests.support.stories.creating import Creating
from tests.support.stories.importing import Importing
from tests.support.stories.redacting import Redacting


class Stories(Creating, Importing, Redacting):
    """Whatever people may do, in any order."""
