"""Keeping the database itself: reindexing, backing up, restoring, and moving from SQLite to PostgreSQL."""

from webapp.services.upkeep.backups import Restored, Unfit, backup, restore
from webapp.services.upkeep.moving import Copied, copy_to
from webapp.services.upkeep.reindexing import Progress, Reindexed, reindex

__all__ = ["Copied", "Progress", "Reindexed", "Restored", "Unfit", "backup", "copy_to", "reindex", "restore"]
