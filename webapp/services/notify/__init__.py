"""What goes by mail: whom a notice concerns, and what each letter to them says. Nothing is sent from here.

Its law: a letter goes to one person and names no other person's address. Who has no confirmed address, is banned
or was erased gets account letters only. Account letters carry nothing that their asker has typed, so that nobody
can write to a stranger through them. A list goes to an address that its sender typed; see `list_letter`.
"""

from webapp.services.notify.choice import choose_notices, person_of_token, stop_token
from webapp.services.notify.concern import address, rests_until
from webapp.services.notify.letter import Letter, letter, spoken_to
from webapp.services.notify.names import ACCOUNT, LISTS, NAMES, NOTICES, NotSent
from webapp.services.notify.words import moment_words, one_line

__all__ = [
    "ACCOUNT",
    "LISTS",
    "NAMES",
    "NOTICES",
    "Letter",
    "NotSent",
    "address",
    "choose_notices",
    "letter",
    "moment_words",
    "one_line",
    "person_of_token",
    "rests_until",
    "spoken_to",
    "stop_token",
]
