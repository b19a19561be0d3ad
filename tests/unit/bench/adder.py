"""A worker that does what it is told in no time: `python -m tests.unit.bench.adder [trouble]`."""

import sys

from bench.sampling import Sample
from bench.workers import serve, start_worker


async def main(*trouble: str) -> None:
    """Ten things a second, or what the command line asks for."""

    async def work(seconds: float) -> Sample:
        match trouble:
            case ("fails",):
                raise ZeroDivisionError("what went wrong")
            case ("babbles",):
                sys.stdout.write("no JSON\n")
        return Sample(round(seconds * 10), seconds, {"p99": 1.5})

    await serve(work)


if __name__ == "__main__":
    start_worker(main)
