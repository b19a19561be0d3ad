"""What a browser accepts, as its headers say it (RFC 9110, 12.4)."""

from collections.abc import Iterable, Iterator

IDENTITY, ANY = "identity", "*"


def choose_coding(accepted: str, offered: Iterable[str]) -> str:
    """Return the first coding offered that `Accept-Encoding` accepts, else `identity`."""
    weights = dict(_weights(accepted))
    return next((each for each in offered if weights.get(each, weights.get(ANY, 0.0)) > 0), IDENTITY)


def accepts_html(accepted: str) -> bool:
    """Whether `Accept` names HTML, as that of a browser which opens a page does; `*/*` alone names nothing."""
    return dict(_weights(accepted)).get("text/html", 0.0) > 0


def _weights(header: str) -> Iterator[tuple[str, float]]:
    for part in header.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        yield name, next((_number(each[2:]) for each in parameters if each.startswith("q=")), 1.0)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
