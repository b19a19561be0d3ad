"""Builds the reference page of what an order's status, its saga and its stock may be together."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from aioutlet.order_states.exploration import Exploration, explore
from aioutlet.order_states.world import Triple, World
from aioutlet.pages.markdown import code, page, table
from domain.fulfilment.state import State
from domain.warehouse.state import HoldPhase
from schemas.errors import AIOutletError
from schemas.order import OrderStatus

LEAD = """\
The status of an order, the state of its [saga](saga.md) and its stock in the warehouse change one after another. These
are all the combinations that can occur, and what may still happen to each; no other can. The page is found by trying
everything: from a new order on, whatever may happen next is tried in every order, with the functions that the shop
runs (`aioutlet/order_states/`). Messages come in any order between different senders, deadlines pass before or after
the answer, providers fail, answer late or never, others take the stock, reservations expire, customers cancel, admins
ship and operators retry. `tests/unit/test_order_states.py` shows of every state that status, saga, stock and money
agree, and that an end can be reached.

**Stock** is what has become of the order's hold: none before it is asked for, short when there was too little,
committed when the goods have left. **May stay** says whether an order can be at rest so, with nothing under way.
**Cancel** and **ship** are the answers to a customer and to an admin; *ignored* means that it is so already, or that
everything is being undone. A refusal is named by its [code](errors.md). Where there are several answers, they depend on
what is under way. A change names only what is different afterwards."""
HEADS = ("order", "saga", "stock", "may stay", "cancel", "ship", "what may change it")
PLACES: Mapping[object, int] = {
    value: place for kind in (OrderStatus, State, HoldPhase) for place, value in enumerate(kind)
}


def order_states_page() -> str:
    """Return the page of all combinations."""
    explored = explore()
    rows = _rows(explored)
    size = f"{len(rows)} combinations, of {len(explored.worlds):,} states of everything under way, with one retry."
    return page("Order states", LEAD, size, table(HEADS, rows))


def _rows(explored: Exploration) -> list[tuple[str, ...]]:
    resting = {explored.triples[number] for number in explored.at_rest}
    cancel = _answers(explored, explored.machine.people.cancel)
    ship = _answers(explored, explored.machine.people.ship)
    return [
        (
            *map(_word, triple),
            "yes" if triple in resting else "",
            ", ".join(sorted(cancel[triple])),
            ", ".join(sorted(ship[triple])),
            "<br>".join(_changes(triple, explored.changes[triple])),
        )
        for triple in sorted(set(explored.triples), key=_place)
    ]


def _answers(explored: Exploration, ask: Callable[[World], World | AIOutletError]) -> Mapping[Triple, set[str]]:
    answers: defaultdict[Triple, set[str]] = defaultdict(set)
    for world, triple in zip(explored.worlds, explored.triples, strict=True):
        answer = ask(world)
        if isinstance(answer, AIOutletError):
            answers[triple].add(code(answer.code))
        else:
            answers[triple].add("ignored" if answer == world else "accepted")
    return answers


def _changes(triple: Triple, changes: set[tuple[str, Triple]]) -> Iterator[str]:
    for name, to in sorted(changes, key=lambda change: (change[0], _place(change[1]))):
        different = (_word(after) for before, after in zip(triple, to, strict=True) if before != after)
        yield f"{name}: {', '.join(different)}"


def _place(triple: Triple) -> tuple[int, ...]:
    """Sort as the types name their values."""
    return tuple(PLACES.get(part, -1) for part in triple)


def _word(part: OrderStatus | State | HoldPhase | None) -> str:
    return (part or "none") if isinstance(part, HoldPhase | None) else code(part)
