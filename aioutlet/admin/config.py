"""`aioutlet admin config`: tax and shipping, deadlines and weights: what is in force, who changed it, and to what."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_table
from aioutlet.terminal import give_up

config = typer.Typer(no_args_is_help=True, help="Configuration: pricing, deadlines, trending.")
KeyArgument = Annotated[str, typer.Argument(help="pricing, deadlines or trending.", metavar="KEY")]


@config.command()
def get(
    key: Annotated[str | None, typer.Argument(help="pricing, deadlines or trending; all if left out.")] = None,
    version: Annotated[int | None, typer.Option(min=0, help="An earlier version; 0 is what was released.")] = None,
    value: Annotated[bool, typer.Option("--value", help="Only the value as JSON, to be edited and set.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what is in force under a key, or what was in one version of it."""
    if key is None:
        _list_keys(as_json=as_json)
        return
    path = f"/admin/config/{key}" + ("" if version is None else f"/versions/{version}")
    found = ask(lambda shop: shop.query(path))
    if value or as_json:
        print_json(found["value"] if value else found)
        return
    print_table(("", ""), _facts(found))
    print_table(("field", "value"), _fields(found["value"]))


@config.command("set")
def set_value(
    key: KeyArgument,
    file: Annotated[Path, typer.Option(allow_dash=True, help="JSON with the whole new value; - is standard input.")],
    reason: Annotated[str, typer.Option(help="Why, for the log.")],
    version: Annotated[int | None, typer.Option(min=0, help="The version it replaces; else the one in force.")] = None,
) -> None:
    """Replace the value of a key, for everything that begins from now on."""
    value = _read(file)
    expected = ask(lambda shop: shop.query(f"/admin/config/{key}"))["version"] if version is None else version
    body = {"value": value, "reason": reason, "version": expected}
    changed = ask(lambda shop: shop.command("PUT", f"/admin/config/{key}", body))
    is_same = changed["configVersion"] == expected
    typer.echo(f"{key}  version {changed['configVersion']}" + (" (as it was)" if is_same else ""))


@config.command()
def history(
    key: KeyArgument, limit: LimitOption = 20, cursor: CursorOption = None, as_json: JsonOption = False
) -> None:
    """List the versions of a key, the newest first: who set them, when and why."""
    found = ask(lambda shop: shop.query(f"/admin/config/{key}", {"limit": limit, "cursor": cursor}))
    if as_json:
        print_json({name: found[name] for name in ("versions", "total", "next")})
        return
    rows = ((each["version"], *_change(each)) for each in found["versions"])
    print_table(("version", "at", "by", "reason"), rows)
    if found["next"]:
        typer.echo(f"next page: --cursor {found['next']}")


def _list_keys(*, as_json: bool) -> None:
    found = ask(lambda shop: shop.query("/admin/config"))
    if as_json:
        print_json(found)
        return
    rows = ((each["key"], each["version"], *_change(each)) for each in found)
    print_table(("key", "version", "at", "by", "reason"), rows)


def _change(version: Mapping[str, Any]) -> tuple[str, str, str]:
    return (version["changedAt"] or "")[:19], version["by"] or "", version["reason"] or "as released"


def _facts(found: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    at, by, reason = _change(found)
    yield from (("key", found["key"]), ("version", found["version"]), ("set", f"{at} {by}".strip()), ("why", reason))


def _fields(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every value with the path that leads to it."""
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _fields(each, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", ", ".join(map(str, each)) if isinstance(each, list) else each


def _read(file: Path) -> dict[str, Any]:
    import json
    import sys

    try:
        value = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
    except OSError as error:
        give_up(f"{file} cannot be read ({error.strerror})")
    except ValueError as error:
        give_up(f"{file} is no JSON: {error}")
    if not isinstance(value, dict):
        give_up(f"{file} has no object; 'aioutlet admin config get KEY --value' prints one to begin with")
    return value
