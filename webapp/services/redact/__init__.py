"""Redaction: a value is taken out of all history for privacy, and the chains still verify.

One moderator masks at once; a second one finishes, or it is lifted. See `RULES.md`, "History".
"""

from __future__ import annotations

from webapp.services.redact.chain import redacted_units
from webapp.services.redact.end import Finish, Lift, finish, lift
from webapp.services.redact.look import Found, look
from webapp.services.redact.mask import Mask, MaskDone, mask

__all__ = ["Finish", "Found", "Lift", "Mask", "MaskDone", "finish", "lift", "look", "mask", "redacted_units"]
