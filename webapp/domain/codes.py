"""The short codes that people choose from; pages word them, services take no others. Source: `RULES.md`."""

from __future__ import annotations

CHOICES = ("approve", "reject", "abstain")
"""What a vote can be."""
REJECT_REASONS = ("not_true", "unclear", "unkind", "advertising", "private", "other")
"""Why somebody rejects."""
HOW_KNOWN = ("phoned", "visited", "website", "run_it", "other")
"""How somebody knows: on evidence and on confirmations."""
REPORTS = ("wrong", "closed", "harmful", "urgent", "other")
"""What a report says of a record; an urgent one is seen first."""
