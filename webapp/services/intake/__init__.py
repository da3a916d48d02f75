"""Other people's data, again and again: what a source changes is merged, what clashes is suggested, nothing is lost."""

from webapp.interchange.records import FormatError
from webapp.services.intake.files import FORMATS, FileImport, import_files
from webapp.services.intake.run import SourceInfo, run
from webapp.services.intake.summary import Remarks, Summary
from webapp.services.intake.waiting import offer_waiting

__all__ = [
    "FORMATS",
    "FileImport",
    "FormatError",
    "Remarks",
    "SourceInfo",
    "Summary",
    "import_files",
    "offer_waiting",
    "run",
]
