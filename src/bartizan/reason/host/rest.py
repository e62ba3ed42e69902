# SPDX-License-Identifier: Apache-2.0
"""What is not known of a host: a step that could exist in it, so that no path goes silently with
it, and what is to be said of it where an answer depends on it.
"""

from collections.abc import Iterable, Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import Host
from bartizan.model.step import Step
from bartizan.reason.host import place
from bartizan.reason.host.estate import Machine

REST = "unread-host"
_EFFORT = 5
"""Dear, so that a path which is told of goes first."""


def steps(machine: Machine) -> Iterator[Step]:
    """Yield that somebody on a host may be root there by what is not told of it."""
    missing = set(map(_lacking, machine.unread))
    if not machine.row.whole:
        missing.add(_rest_of(machine.id))
    if missing:
        yield Step(
            technique=REST,
            needs=(place.somebody(machine.id),),
            grants=place.user(machine.id, place.ROOT),
            cost=_EFFORT,
            evidence=(Evidence(subject=machine.id, why="is not told whole"),),
            missing=tuple(sorted(missing)),
        )


def unread(facts: Facts, needed: Iterable[Step]) -> Iterator[Unread]:
    """Yield a row for all that would have to be read of hosts to be sure of those steps in
    `needed` that are on hosts, without repeats. What is unread in the facts has its row.
    """
    hosts = {row.id: row for row in facts.rows(Host)}
    told = set(map(_lacking, facts.rows(Unread)))
    doubts = {
        (host, what)
        for step in needed
        # A step that makes requests of a cloud lacks what has rows there.
        if not step.asks
        for what in step.missing
        if what not in told
        for host in place.hosts(step)
        if host in hosts
    }
    for host, what in sorted(doubts):
        source = hosts[host].source
        rest = what == _rest_of(host)
        yield Unread(
            provider=source,
            account=host,
            region="",
            service="host",
            operation="",
            action="",
            kind="",
            resource=host,
            code="unmanaged" if rest else "not-understood",
            reason=f"{source} tells what it looks after, and not {what}" if rest else what,
        )


def _rest_of(host: str) -> str:
    return f"what else is on {host}"


def _lacking(row: Unread) -> str:
    """Name what was not read, as steps lack it."""
    return f"{row.operation or row.kind}: {row.reason}"
