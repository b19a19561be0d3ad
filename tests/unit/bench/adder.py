"""A worker that does what it is told in no time: `python -m tests.unit.bench.adder [trouble]`."""

import asyncio
import sys

from bench.sampling import Sample
from bench.workers import serve


async def work(seconds: float) -> Sample:
    """Ten things a second, or what the command line asks for."""
    match sys.argv[1:]:
        case ["fails"]:
            raise ZeroDivisionError("what went wrong")
        case ["babbles"]:
            sys.stdout.write("no JSON\n")
    return Sample(round(seconds * 10), seconds, {"p99": 1.5})


if __name__ == "__main__":
    asyncio.run(serve(work))
