"""Count what faults cost clients: workers that are killed or recycled, HUP, TERM with a new start, and all of them.

Each scenario has a gunicorn of its own. The clients keep their connections. One request of five writes its id to
SQLite; all are answered with what only this request has sent, or the answer is wrong. A connection that ends without a
whole answer is broken, and its request is sent again. A write that was acknowledged, but is not in the database, is
lost.
"""

from __future__ import annotations

import argparse
import http.client
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle

from deployed import PATIENCE, WORKERS, Site, running, wait

COLUMNS = ("scenario", "requests", "faults", "broken", "wrong", "acknowledged", "lost", "twice")
#: One request of so many writes.
CLIENTS, WRITES = 8, 5
#: Scenario → the faults that take turns, the requests from one to the next, and settings besides those of the example.
SCENARIOS: dict[str, tuple[list[Callable[[Site], None]], int, str]] = {
    "kill -9": ([Site.kill], 250, ""),
    "recycling": ([], 1000, "max_requests = 200\nmax_requests_jitter = 50"),
    "HUP": ([Site.reload], 500, ""),
    "TERM and start": ([Site.restart], 1000, ""),
    "all": ([Site.kill, Site.reload, Site.kill, Site.restart], 500, "max_requests = 400\nmax_requests_jitter = 50"),
}


@dataclass
class Tally:
    """What the clients of a scenario have seen."""

    sent: int = 0
    broken: int = 0
    wrong: int = 0
    acknowledged: list[str] = field(default_factory=list[str])


class Client:
    """A client that keeps its connection, and sends what was not answered again."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port, self.tally = port, tally
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection that is not opened again behind the back of the client."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.connect()
        connection.auto_open = 0
        return connection

    def send(self, ids: list[str]) -> None:
        """Send a request for each id."""
        for number, id in enumerate(ids):
            self.ask(id, write=number % WRITES == 0)

    def ask(self, id: str, *, write: bool) -> None:
        """Send a request until it is answered, and count what comes."""
        body = json.dumps({"id": id}) if write else None
        while not (answer := self.exchange(id, body)):
            self.tally.broken += 1
            self.connection = self.connect()
        self.tally.sent += 1
        if answer != (200, [id, id, id, id if write else None]):
            self.tally.wrong += 1
        elif write:
            self.tally.acknowledged.append(id)

    def exchange(self, id: str, body: str | None) -> tuple[int, object] | None:
        """Send a request once, and return the status and the data, or None without a whole answer."""
        if self.connection.sock is None:  # the server has announced that it closes
            self.connection = self.connect()
        headers = {"X-Id": id, "Content-Type": "application/json"}
        try:
            self.connection.request("POST" if body else "GET", f"/{id}?q={id}", body, headers)
            with self.connection.getresponse() as response:
                return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException):
            return None


def make_faults(scenario: str, site: Site, tallies: list[Tally], clients: list[Future[None]]) -> int:
    """Make one fault after the other while requests are sent, and return how many."""
    faults, apart, settings = SCENARIOS[scenario]
    made = 0
    for fault in cycle(faults):
        wait(lambda due=(made + 1) * apart: sum(tally.sent for tally in tallies) >= due or done(clients), 3600)
        if done(clients):
            break
        fault(site)
        made += 1
    for client in clients:
        client.result()
    return site.booted() - WORKERS if settings else made  # recycling has no other count


def done(clients: list[Future[None]]) -> bool:
    """Return whether all have sent their requests, or one has failed."""
    return all(client.done() for client in clients) or any(client.done() and client.exception() for client in clients)


def run(scenario: str, requests: int) -> list[str]:
    """Return the row of a scenario."""
    tallies = [Tally() for _ in range(CLIENTS)]
    with running(SCENARIOS[scenario][2]) as site, ThreadPoolExecutor(CLIENTS) as threads:
        ids = [f"{scenario[:3]}-{number}" for number in range(requests)]
        shares = [ids[number::CLIENTS] for number in range(CLIENTS)]
        clients = [threads.submit(Client(site.port, tally).send, share) for tally, share in zip(tallies, shares)]
        made = make_faults(scenario, site, tallies, clients)
        written = site.written()
    kept = [id for tally in tallies for id in tally.acknowledged]
    lost, twice = sum(not written[id] for id in kept), sum(count > 1 for count in written.values())
    sent, broken, wrong = (sum(counts) for counts in zip(*((each.sent, each.broken, each.wrong) for each in tallies)))
    return [scenario, *(f"{number:,}" for number in (sent, made, broken, wrong, len(kept), lost, twice))]


def main() -> None:
    """Print a row for each scenario, as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000, help="in all scenarios together")
    requests = parser.parse_args().requests // len(SCENARIOS)
    print(f"| {' | '.join(COLUMNS)} |\n|---|{'---:|' * (len(COLUMNS) - 1)}")
    for scenario in SCENARIOS:
        print(f"| {' | '.join(run(scenario, requests))} |", flush=True)


if __name__ == "__main__":
    main()
