"""Other people's data, again and again: what a source changes is merged, what clashes is suggested, nothing is lost."""

from webapp.services.intake.files import FileImport, import_files
from webapp.services.intake.run import SourceInfo, run
from webapp.services.intake.summary import Summary
from webapp.services.intake.waiting import offer_waiting

__all__ = [
    "FileImport",
    "SourceInfo",
    "Summary",
    "import_files",
    "offer_waiting",
    "run",
]
