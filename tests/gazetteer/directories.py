"""Small postcode directories of both kinds, made for the tests: real postcodes, in few rows."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from webapp.gazetteer import Place, of_postcode
from webapp.gazetteer.loaded import Loaded
from webapp.gazetteer.loading import load

CODE_POINT = (
    "EH6 6AA,10,326812,676300\n"
    "G33 4RZ,10,266000,665500\n"
    "KY15 4AA,10,337400,714400\n"
    "ZZ99 9ZZ,90,0,0\n"
)
HEADS = "pcd,pcds,doterm,oseast1m,osnrth1m,osgrdind,oscty,oslaua,lat,long\n"
DIRECTORY = HEADS + (
    "EH6  6AA,EH6 6AA,,0326812,0676300,1,S99999999,S12000036,55.973800,-3.173900\n"
    "G33 4RZ,G33 4RZ,,0266000,0665500,1,S99999999,S12000050,55.862300,-4.141900\n"
    "CV37 6AA,CV376AA,,420000,255000,1,E10000031,E07000221,52.193000,-1.708000\n"
    "BT1 1AA,BT1 1AA,,0333800,0374500,1,N99999999,N09000003,54.600000,-5.930000\n"
    "EH6 6ZZ,EH6 6ZZ,199606,0326812,0676300,1,S99999999,S12000036,55.973800,-3.173900\n"
    "IM1 1AA,IM1 1AA,,,,9,L99999999,M99999999,99.999999,0.000000\n"
)
NAMES = "LAD23CD,LAD23NM\nS12000036,City of Edinburgh\nS12000050,North Lanarkshire\nN09000003,Belfast\nS99999999,None\n"
COUNTIES = "CTY20CD,CTY20NM\nE10000031,Warwickshire\n"


def written(folder: Path, name: str, text: str) -> Path:
    """A file of this text; packed where its name says so."""
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


def archived(folder: Path, name: str, **members: str) -> Path:
    """An archive of these tables, and of something else."""
    file = folder / name
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("README.txt", "not a table")
        archive.writestr("Doc/heads.csv", "PC,PQ,EA,NO\nPostcode,Quality,Eastings,Northings\n")
        for member, text in members.items():
            archive.writestr(f"Data/{member}.csv", text)
    return file


def loaded(target: Path, *files: Path) -> Loaded:
    """What loading these files did."""
    return load(files, target, lambda count: None)


def found(text: str) -> Place:
    """Where a postcode is taken to be."""
    place = of_postcode(text)
    assert place is not None
    return place


def rows(target: Path) -> list[tuple[object, ...]]:
    """All that is kept of postcodes."""
    with closing(sqlite3.connect(target)) as connection:
        return connection.execute("SELECT * FROM postcode ORDER BY code").fetchall()
