"""Catalogue files: rows with their lines, whatever the pieces, the line ends and the marks they come with."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue_file import reader
from schemas.catalogue_file.csv_rows import ends_in_quotes
from schemas.catalogue_file.reader import CatalogueReader
from schemas.catalogue_file.rows import MAX_ROW, FileFormat, Row, RowFault
from schemas.catalogue_file.writer import write_header, write_rows
from schemas.errors import FileUnreadable
from schemas.product import PutProduct

CSV, JSON_LINES = FileFormat.CSV, FileFormat.JSON_LINES
HEADER = "productId,name,brand,price.amount,price.currency\n"
MILK, TEA = "milk,Whole milk,Acme,249,USD", "tea,Tea,,199,USD"
MILK_FIELDS = {"productId": "milk", "name": "Whole milk", "brand": "Acme", "price": {"amount": 249, "currency": "USD"}}
TEA_FIELDS = {"productId": "tea", "name": "Tea", "brand": None, "price": {"amount": 199, "currency": "USD"}}


def read(form: FileFormat, *pieces: bytes) -> list[Row | RowFault]:
    reading = CatalogueReader(form)
    found = [row for piece in pieces for row in reading.feed(piece)]
    return found + reading.close()


def read_csv(text: str) -> list[Row | RowFault]:
    return read(CSV, text.encode())


def faults(found: list[Row | RowFault]) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in found if isinstance(each, RowFault)]


def lines(found: list[Row | RowFault]) -> list[int]:
    return [each.line for each in found if isinstance(each, Row)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
@pytest.mark.parametrize("last", ["", "\n"], ids=["no last end", "last end"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_is_read_as_programs_write_it(mark: bytes, end: str, last: str, separator: str) -> None:
    text = f"{HEADER}{MILK}\n\n{TEA}{last}".replace("\n", end).replace(",", separator)
    assert read(CSV, mark + text.encode()) == [Row(2, MILK_FIELDS), Row(4, TEA_FIELDS)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CR LF"])
def test_lines_of_json_are_read(mark: bytes, end: bytes) -> None:
    text = end.join([orjson.dumps(MILK_FIELDS), b"", orjson.dumps(TEA_FIELDS)])
    assert read(JSON_LINES, mark + text) == [Row(1, MILK_FIELDS), Row(3, TEA_FIELDS)]


def test_a_row_has_the_line_on_which_it_begins() -> None:
    rows = 'a,"one\ntwo, ""three""\r\n",,1,USD\nb,"4\n5\n6",,1,USD\nc,d,,1,USD\n'
    found = read_csv(HEADER + rows)
    assert lines(found) == [2, 5, 8]
    assert [row.fields["name"] for row in found if isinstance(row, Row)] == ['one\ntwo, "three"\n', "4\n5\n6", "d"]


def test_an_empty_cell_clears_or_says_nothing_or_is_refused() -> None:
    header = (
        "productId,name,department,category,brand,description,price.amount,price.currency,picture,forSale,attributes\n"
    )
    [row] = read_csv(f"{header}p{',' * 10}")
    assert row == Row(
        2,
        {
            "productId": "p",
            "name": "",
            "department": "",
            "category": "",
            "brand": None,
            "description": None,
            "picture": None,
            "attributes": None,
        },
    )


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("forSale", "true", True),
        ("forSale", "FALSE", False),
        ("forSale", "yes", "yes"),
        ("attributes", '"{""a"":""1"",""b"":""2""}"', {"a": "1", "b": "2"}),
        ("attributes", "a: 1", "a: 1"),
        ("price.amount", "12", {"amount": 12}),
        ("price.amount", "12.99", {"amount": "12.99"}),
        ("price.amount", "-1", {"amount": "-1"}),
        ("price.amount", "٣", {"amount": "٣"}),
        ("price.amount", "9" * 5_000, {"amount": "9" * 5_000}),
    ],
)
def test_a_cell_is_read_as_its_column_says(column: str, cell: str, value: Any) -> None:
    [row] = read_csv(f"productId,{column}\np,{cell}")
    assert isinstance(row, Row)
    assert row.fields[column.partition(".")[0]] == value
    assert row.fields.keys() == {"productId", column.partition(".")[0]}


def test_a_row_that_cannot_be_read_costs_no_other() -> None:
    rows = [
        "a,A,,1",
        "b,B,,1,USD,7",
        'c,"C"c,,1,USD',
        'd,5" nail,,1,USD',
        "milk,M,,1,USD",
        "milk,Again,,1,USD",
        ",,,,",
        "e,E,,1,USD",
    ]
    found = read_csv(HEADER + "\n".join(rows))
    assert faults(found) == [
        (2, "wrong_number_of_cells"),
        (3, "wrong_number_of_cells"),
        (4, "malformed_row"),
        (7, "duplicate"),
    ]
    assert lines(found) == [5, 6, 9]


def test_what_is_not_utf8_is_one_row() -> None:
    assert faults(found := read(CSV, HEADER.encode(), b"a,Caf\xe9,,1,USD\n", b"b,B,,1,USD")) == [(2, "not_utf8")]
    assert lines(found) == [3]
    assert faults(read(CSV, HEADER.encode(), b'a,"one\nCaf\xe9\n",,1,USD\nb,B,,1,USD')) == [(2, "not_utf8")]
    assert faults(read(JSON_LINES, b'{"productId":"\xff"}\n{}')) == [(1, "not_utf8")]


def test_a_duplicate_names_the_first_line() -> None:
    [_, fault] = read_csv(HEADER + MILK + "\n" + MILK)
    assert fault == RowFault(3, "duplicate", "the product stands in line 2 already", "productId", "milk")


@pytest.mark.parametrize(
    ("line", "code"), [("{", "not_json"), ("[1]", "not_an_object"), ("1", "not_an_object"), ('{"a": NaN}', "not_json")]
)
def test_a_line_that_is_no_object_is_a_fault(line: str, code: str) -> None:
    assert faults(read(JSON_LINES, f'{{"productId":"a"}}\n{line}\n{{"productId":"b"}}'.encode())) == [(2, code)]


@pytest.mark.parametrize(
    "header",
    ["", "\n", "name,brand\n", "productId,colour\n", "productId,name,name\n", '"productId"x,name\n', "[\n", "\xff\n"],
)
def test_a_file_with_another_header_cannot_be_read(header: str) -> None:
    with pytest.raises(FileUnreadable):
        read(CSV, header.encode("latin-1"))


def test_a_quote_that_does_not_end_is_one_fault_at_its_row() -> None:
    assert faults(read_csv(f'{HEADER}{MILK}\na,"A,,1,USD\nb,B,,1,USD')) == [(3, "quote_not_closed")]


@pytest.mark.parametrize("size", [1_000, 2 * MAX_ROW])
def test_a_row_is_kept_only_up_to_a_length(size: int) -> None:
    many_lines = "line\n" * MAX_ROW
    for form, text in (
        (CSV, f'{HEADER}{MILK}\na,"{many_lines}",,1,USD\n{TEA}\n'),
        (CSV, f"{HEADER}{MILK}\na,{'x' * MAX_ROW},,1,USD\n{TEA}\n"),
        (JSON_LINES, f"\n\n{'x' * (MAX_ROW + 1)}\n{{}}\n"),
    ):
        content = text.encode()
        pieces = [content[at : at + size] for at in range(0, len(content), size)]
        assert faults(read(form, *pieces)) == [(3, "row_too_long")]


@pytest.mark.parametrize("size", [7, 1_000])
def test_a_file_has_only_so_many_products(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(reader, "MAX_PRODUCTS", 2)
    content = f"{HEADER}{MILK}\n{MILK}\n{TEA}\na,A,,1,USD\nb,B,,1,USD\n".encode()
    found = read(CSV, *(content[at : at + size] for at in range(0, len(content), size)))
    assert (lines(found), faults(found)) == ([2, 4], [(3, "duplicate"), (5, "too_many_rows")])


@pytest.mark.parametrize(
    ("line", "in_quotes", "ends"),
    [
        ("a,b", False, False),
        ("a,b", True, True),
        ('"a,b', False, True),
        ('"a,b"', False, False),
        ('a"', True, False),
        ('a"","', True, False),
        ('a","b', True, True),
        ('a,"",b', False, False),
        ('a,""",b', False, True),
        ('a 5" nail', False, False),
        ('"a"b "c,d', False, False),
        ('"', False, True),
        ('""', False, False),
        ('"""', False, True),
    ],
)
def test_a_quoted_cell_goes_on_where_its_quote_is_not_closed(line: str, in_quotes: bool, ends: bool) -> None:
    assert ends_in_quotes(line, ",", in_quotes=in_quotes) is ends


CHARACTERS = "ab ,;\t\"'\n\u2028\x85\x0b\x00{}:é\U0001f3e0"
"""What files, lines and cells are told apart by, and letters of one to four bytes; CR is read as LF."""
TEXTS, LINES = st.text(CHARACTERS, max_size=30), st.text(CHARACTERS, min_size=1, max_size=30)


@st.composite
def some_products(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = draw(st.lists(st.text("abc", min_size=1, max_size=5), max_size=6, unique=True))
    return [{"productId": product_id} | draw(CONTENT) for product_id in ids]


CONTENT = st.fixed_dictionaries(
    {
        "name": LINES,
        "department": LINES,
        "category": LINES,
        "brand": st.none() | LINES,
        "description": TEXTS,
        "price": st.fixed_dictionaries({"amount": st.integers(0, 10**12), "currency": st.sampled_from(["USD"])}),
        "picture": st.none() | st.text("ab-", min_size=1, max_size=5),
        "forSale": st.booleans(),
        "attributes": st.dictionaries(LINES, LINES, max_size=4),
    }
)


def cut(content: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(place % (len(content) + 1) for place in places)
    return [content[start:end] for start, end in zip([0, *ends], [*ends, len(content)], strict=True)]


@given(some_products(), st.sampled_from(FileFormat), st.lists(st.integers(0, 10_000), max_size=6))
def test_what_was_written_is_read_in_any_pieces(
    products: list[dict[str, Any]], form: FileFormat, places: list[int]
) -> None:
    content = write_header(form) + write_rows(form, products)
    found = read(form, *cut(content, places))
    assert not faults(found)
    assert [_as_stored(row.fields) for row in found if isinstance(row, Row)] == products


def _as_stored(fields: Any) -> dict[str, Any]:
    return dict(fields) | {"description": fields["description"] or "", "attributes": fields["attributes"] or {}}


@given(
    st.binary(max_size=200) | st.text('ab,"\r\n;{}', max_size=60).map(str.encode),
    st.sampled_from(FileFormat),
    st.lists(st.integers(0, 10_000), max_size=6),
)
def test_any_bytes_are_rows_and_faults_and_the_pieces_do_not_matter(
    content: bytes, form: FileFormat, places: list[int]
) -> None:
    content = HEADER.encode() + content if form is CSV else content
    found = read(form, content)
    assert read(form, *cut(content, places)) == found
    numbers = [each.line for each in found]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= len(content) + 1 for number in numbers)


@given(some_products(), st.sampled_from(["\n", "\r\n"]))
def test_line_ends_of_a_file_are_no_content(products: list[dict[str, Any]], end: str) -> None:
    content = write_header(CSV) + write_rows(CSV, products)
    turned = content.decode().replace("\r\n", "\n").replace("\n", end).encode()
    assert read(CSV, turned) == read(CSV, content)


def test_a_row_is_read_as_a_command() -> None:
    [row] = read_csv(HEADER + MILK)
    assert isinstance(row, Row)
    assert PutProduct.model_validate(dict(row.fields)).product_id == "milk"
