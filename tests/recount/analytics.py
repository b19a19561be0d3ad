"""An answer with the figures of the shop beside a recount of the log: every figure of every hour or day, and of all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.recount.figures import FORMATS, Figures, Recount

Answer = dict[str, Any]
TOP = 10
OWN = ("pieces", "placed/")
"""Sums of which only averages are told."""


def check_analytics(answer: Answer, recount: Recount) -> int:
    """See that an answer is what the recount gives; return how many figures it has."""
    return check_all_analytics([answer], recount)


def check_all_analytics(answers: Sequence[Answer], recount: Recount) -> int:
    """See that answers which cover all of the time are what the recount gives; return how many figures they have."""
    [by] = {answer["by"] for answer in answers}
    seen = [_check_span(answer, recount.figures(by), recount.pieces(by), recount) for answer in answers]
    assert recount.figures(by).keys() <= set().union(*seen)
    return sum(map(_leaves, (part for answer in answers for part in (*answer["items"], answer["total"]))))


def _check_span(answer: Answer, figures: Figures, pieces: Figures, recount: Recount) -> set[str]:
    """See that an answer is what the recount gives of its hours or days; return their names."""
    items = {_time(item["start"]).strftime(FORMATS[answer["by"]]): item for item in answer["items"]}
    for bucket, item in items.items():
        check_period(item, figures.get(bucket, Counter()), pieces.get(bucket, Counter()), recount)
    own_figures, own_pieces = (_sum(each[bucket] for bucket in items if bucket in each) for each in (figures, pieces))
    check_period(answer["total"], own_figures, own_pieces, recount)
    return set(items)


def check_period(item: Answer, figures: Counter[str], pieces: Counter[str], recount: Recount) -> None:
    """See that one hour or day, or all of them, are told as they were recounted."""
    about = item["start"], item["end"]
    assert _told(item) == {name: n for name, n in figures.items() if not name.startswith(OWN)}, about
    assert item["orders"]["piecesPerOrder"] == _ratio(figures["pieces"], figures["orders"]), about
    for currency, basket in item["baskets"].items():
        average = figures[f"placed/{currency}"] / figures[f"orders/{currency}"]
        assert basket["average"] == pytest.approx(average, abs=0.006), about
    for currency, revenue in item["revenue"].items():
        captured, refunded = figures[f"captured/{currency}"], figures[f"refunded/{currency}"]
        assert (revenue["net"], revenue["refundRate"]) == (captured - refunded, _ratio(refunded, captured)), about
    begun = figures["carts"] - figures["carts/handedOver"]
    assert item["carts"]["conversion"] == _ratio(figures["carts/ordered"], begun), about
    check_top(item, pieces)
    _check_stock(item, recount)


def check_top(item: Answer, pieces: Mapping[str, int]) -> None:
    """See that no count is too high, none lower by more than is said, and no product left out that has more."""
    listed, missed = [(each["productId"], each["pieces"]) for each in item["topProducts"]], item["piecesMissed"]
    assert listed == ranked(dict(listed))[:TOP]
    assert [each for each in listed if not pieces[each[0]] - missed <= each[1] <= pieces[each[0]]] == []
    if missed:
        least = listed[-1][1] + missed
        assert [each for each, n in pieces.items() if n > least and each not in dict(listed)] == []
    else:
        assert listed == ranked(pieces)[:TOP]


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return names and counts, the highest first, equal ones by name."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _told(item: Answer) -> dict[str, int]:
    """Return the sums that an answer tells, by the names of the recount; what is 0 is left out."""
    orders, carts = item["orders"], item["carts"]
    sums = {
        "orders": orders["placed"],
        "charges": orders["charges"],
        "refunds": orders["refunds"],
        "carts": carts["begun"],
        **{f"status/{status}": n for status, n in orders["byStatus"].items()},
        **{f"captured/{currency}": each["captured"] for currency, each in item["revenue"].items()},
        **{f"refunded/{currency}": each["refunded"] for currency, each in item["revenue"].items()},
        **{f"orders/{currency}": each["orders"] for currency, each in item["baskets"].items()},
        **{f"carts/{state}": carts[state] for state in ("open", "ordered", "abandoned", "handedOver")},
    }
    return {name: n for name, n in sums.items() if n}


def _check_stock(item: Answer, recount: Recount) -> None:
    start, end = (_time(item[name]).replace(tzinfo=None) for name in ("start", "end"))
    shipped, on_hand = recount.stock(start, end)
    stock = item["stock"]
    assert stock["shipped"] == shipped
    assert stock["averageOnHand"] == pytest.approx(on_hand, abs=0.01)
    assert stock["turn"] == (pytest.approx(shipped / on_hand, abs=1e-4) if on_hand else None)


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    summed: Counter[str] = Counter()
    for each in counts:
        summed.update(each)
    return summed


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) else 1
