"""Time functions that take turns, and write tables of what comes out.

A round calls each function for some milliseconds. What is compared is the ratio within each round, and its median over
all rounds: a machine that changes its speed changes both sides of a ratio. Time is CPU time, so that other processes
take none of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from statistics import median, quantiles
from time import thread_time
from typing import NamedTuple

ROUNDS, BLOCK = 101, 0.002


class Times(NamedTuple):
    """The microseconds of a request in each round."""

    rounds: list[float]

    @property
    def median(self) -> float:
        """Return the median of all rounds."""
        return median(self.rounds)

    def ratio(self, other: Times) -> tuple[float, float]:
        """Return the median of the ratios to another in the same round, and half the range of their middle half."""
        ratios = [mine / its for mine, its in zip(self.rounds, other.rounds)]
        low, middle, high = quantiles(ratios, n=4)
        return middle, (high - low) / 2


def compare(works: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, Times]:
    """Return the times of functions that take turns."""
    calls = {name: max(1, round(BLOCK / min(_time(work, 3) for _ in range(3)))) for name, work in works.items()}
    found = {name: Times([]) for name in works}
    gc.collect()
    gc.freeze()  # what one application has built is no work for the others
    for _ in range(rounds):
        for name, work in works.items():
            found[name].rounds.append(_time(work, calls[name]) * 1e6)
    return found


def _time(work: Callable[[], object], calls: int) -> float:
    """Return the seconds of CPU time of a call, averaged over many."""
    start = thread_time()
    for _ in range(calls):
        work()
    return (thread_time() - start) / calls


def table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    columns = list(names)
    head = f"| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)
