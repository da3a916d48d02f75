"""Lists of services: made by anybody, changed by their maker alone, kept for good once they belong to a person.

Law: a visitor's list is changed with its key, which lies in their browser and is stored as a hash only; with every
change it begins to last anew. No list changes a record.
"""

from webapp.services.lists.access import Maker, opens
from webapp.services.lists.entries import add_entry, move_entry, note_entry, remove_entry
from webapp.services.lists.making import Made, delete_list, forget_lists, keep_list, make_list, remove_list, word_list
from webapp.services.lists.sending import send_list

__all__ = [
    "Made",
    "Maker",
    "add_entry",
    "delete_list",
    "forget_lists",
    "keep_list",
    "make_list",
    "move_entry",
    "note_entry",
    "opens",
    "remove_entry",
    "remove_list",
    "send_list",
    "word_list",
]
