"""Every case: which figures it measures, and how to run it."""

from collections.abc import Awaitable, Callable, Sequence

from bench.cases import append, doors, freshness, orders, pages, reading
from bench.cases.catching_up import catching_up
from bench.cases.growing import growing
from bench.cases.importing import importing
from bench.cases.processor import processor
from bench.cases.projector import projector
from bench.cases.rebuild import rebuild
from bench.cases.relay import relay
from bench.cases.sealing import placing_sealed
from bench.cases.signing import placing_signed
from bench.cases.start import starting
from bench.sampling import Course, Result

Case = Callable[[Course], Awaitable[Sequence[Result]]]
CASES: dict[str, Case] = {
    "B1": append.one_event,
    "B1b": append.four_processes,
    "B2": append.one_caller,
    "B4": append.three_events,
    "B5": importing,
    "B6": reading.reading_log,
    "B7": reading.folding_stream,
    "B8": relay,
    "B9": processor,
    "B11": projector,
    "B12": rebuild,
    "B13": doors.placing,
    "B14": doors.asking,
    "B15": pages.joining,
    "B16": freshness.seeing,
    "B17": orders.finishing,
    "B18": placing_signed,
    "B19": placing_sealed,
    "B20": catching_up,
    "B21": growing,
    "B23": starting,
}
