"""Lines of JSON as rows: an object a line."""

import orjson

from schemas.catalogue_file.lines import is_text
from schemas.catalogue_file.rows import Row, RowFault


class JsonRows:
    """Takes the lines of a file one by one; each is a row of its own."""

    begins = 1
    pending = ""
    is_open = False

    def take(self, number: int, line: str) -> Row | RowFault | None:
        """Return the row of this line, or what is wrong with it; an empty line is none."""
        self.begins = number
        if not line.strip():
            return None
        if not is_text(line):
            return RowFault(number, "not_utf8", "not UTF-8")
        try:
            fields = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return RowFault(number, "not_json", f"not JSON: {error.msg} at character {error.pos + 1}")
        if not isinstance(fields, dict):
            return RowFault(number, "not_an_object", "a row is a JSON object")
        return Row(number, fields)

    def close(self) -> None:
        """Every line ends its row."""
