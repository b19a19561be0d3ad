"""SQL over the log, or over what was exported of it: views of DuckDB that nothing can change."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb

from history.tables.columns import COLUMNS, lines_as_rows, quoted
from history.tables.views import create_views

READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
PARQUET, LINES = ".parquet", (".jsonl", ".ndjson")
Row = tuple[Any, ...]


class QueryRefused(Exception):
    """The SQL is wrong, or does more than read; the message says what, and what helps."""


class Answer(NamedTuple):
    """The rows of a query under the names of their columns."""

    columns: list[str]
    rows: list[Row]


class LogDatabase:
    """Answers one query after the other; times are in UTC."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Open these files: Parquet with the columns of the log, or JSON Lines of a replay; none is an empty log."""
        self._database = duckdb.connect()
        for statement in ("SET TimeZone = 'UTC'", *create_views(_rows_of(files))):
            self._database.execute(statement)
        allowed = ", ".join(map(quoted, files))
        for setting in (f"allowed_paths = [{allowed}]", "enable_external_access = false", "lock_configuration = true"):
            self._database.execute(f"SET {setting}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def ask(self, sql: str) -> Answer:
        """Return what a query finds.

        Raises:
            QueryRefused: It cannot be read, is not one query, or would change something.
        """
        try:
            statements = self._database.extract_statements(sql)
            if len(statements) != 1:
                raise QueryRefused("one query at a time, please" if statements else "say what to select")
            if statements[0].type not in READS:
                raise QueryRefused(
                    "the log is only read: begin with SELECT, WITH, FROM, DESCRIBE, SUMMARIZE or EXPLAIN"
                )
            found = self._database.execute(statements[0])
            return Answer([name for name, *_ in found.description or ()], found.fetchall())
        except duckdb.CatalogException as error:
            raise QueryRefused(f"{error}\n'show tables' lists the views of all events") from error
        except duckdb.BinderException as error:
            raise QueryRefused(f"{error}\n'describe order_created' lists the columns of a view") from error
        except duckdb.PermissionException as error:
            raise QueryRefused(f"{error}\nonly the log is read; --from takes files of a replay") from error
        except duckdb.Error as error:
            raise QueryRefused(str(error)) from error


def _rows_of(files: Sequence[Path]) -> str:
    if not files:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, (kind, _) in COLUMNS.items())
        return f"SELECT {empty} WHERE false"
    parquet = [path for path in files if path.suffix == PARQUET]
    lines = [path for path in files if path.suffix != PARQUET]
    rows = [lines_as_rows(lines)] if lines else []
    if parquet:
        rows.append(f"SELECT {', '.join(COLUMNS)} FROM read_parquet([{', '.join(map(quoted, parquet))}])")  # noqa: S608  # quoted
    return " UNION ALL ".join(rows)
