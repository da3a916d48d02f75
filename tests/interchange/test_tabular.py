"""Reading delimited files: every row comes out, as a Row or as a Refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.interchange.records import FormatError, Refused
from webapp.interchange.tabular import Layout, Row, rows

NHS = Layout("windows-1252", "¬", "")


def read(folder: Path, content: bytes, layout: Layout = Layout(), needed: str = "") -> list[Row | Refused]:  # noqa: B008 (frozen)
    path = folder / "file.csv"
    path.write_bytes(content)
    return list(rows(path, layout, frozenset(needed.split())))


def test_windows_file_with_its_own_delimiter_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, "Id¬Name\r\n1¬Cornwell’s “Chemists” – Café\r\n".encode("windows-1252"), NHS)
    assert found == [Row("file.csv", 2, {"Id": "1", "Name": "Cornwell’s “Chemists” – Café"})]


def test_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfId,Name\n1,A\n", needed="Id")


def test_quoted_cells_hold_delimiters_and_lines(tmp_path: Path) -> None:
    (first, second) = read(tmp_path, b'Id,Name\n1,"A, B\nand C"\n2,D\n')
    assert isinstance(first, Row)
    assert first.cells["Name"] == "A, B\nand C"
    assert second == Row("file.csv", 4, {"Id": "2", "Name": "D"})


def test_a_quote_is_text_where_the_file_quotes_nothing(tmp_path: Path) -> None:
    (row,) = read(tmp_path, '1¬2\r\n"The¬Firs\r\n'.encode("windows-1252"), NHS)
    assert isinstance(row, Row)
    assert row.cells == {"1": '"The', "2": "Firs"}


@pytest.mark.parametrize("line", [b"1", b"1,A,extra"])
def test_wrong_number_of_columns_refuses_the_row_and_reads_on(tmp_path: Path, line: bytes) -> None:
    refused, row = read(tmp_path, b"Id,Name\n" + line + b"\n2,B\n")
    assert isinstance(refused, Refused)
    assert refused.row == 2
    assert refused.raw == tuple(line.decode().split(","))
    assert "columns where the heading has 2" in refused.reason
    assert isinstance(row, Row)


def test_bytes_of_another_encoding_refuse_the_row_and_are_kept_readable(tmp_path: Path) -> None:
    refused, row = read(tmp_path, b"Id,Name\n1,Caf\xe9\n2,B\n")
    assert isinstance(refused, Refused)
    assert refused.raw == ("1", "Caf\\xe9")
    assert "utf-8" in refused.reason
    assert isinstance(row, Row)


def test_a_cell_too_long_to_hold_refuses_the_row_and_reads_on(tmp_path: Path) -> None:
    refused, row = read(tmp_path, b"Id,Name\n1," + b"x" * 200_000 + b"\n2,B\n")
    assert isinstance(refused, Refused)
    assert isinstance(row, Row)


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    assert read(tmp_path, b"Id,Name\n\n,\n1,A\n") == [Row("file.csv", 4, {"Id": "1", "Name": "A"})]


def test_a_missing_column_stops_before_the_first_row(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no column Postcode; it has Id, Name"):
        read(tmp_path, b"Id,Name\n1,A\n", needed="Id Postcode")


def test_a_column_twice_an_empty_file_and_no_file_stop_too(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="twice: Id"):
        read(tmp_path, b"Id,Id\n")
    with pytest.raises(FormatError, match="no heading"):
        read(tmp_path, b"")
    with pytest.raises(FormatError, match=r"gone\.csv can't be opened"):
        list(rows(tmp_path / "gone.csv", Layout(), frozenset()))
