# SPDX-License-Identifier: Apache-2.0
"""From facts to steps: who becomes whom on hosts, in a stable order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.host import AuthorizedKey, Host
from bartizan.model.facts.identity import AccessKey
from bartizan.model.facts.network import Interface
from bartizan.model.step import Foothold, Step
from bartizan.reason.host import (
    bag,
    cloud,
    control,
    keys,
    permission,
    place,
    planting,
    power,
    rest,
    sudoing,
)
from bartizan.reason.host.cloud import Joined
from bartizan.reason.host.estate import Machine, machines
from bartizan.reason.host.tree import Tree

BECOME = "be-anybody"
SAME_NUMBER = "be-root-by-number"


def steps(facts: Facts, _at: str = "") -> Iterator[Step]:
    """Yield every step on the hosts of an estate, and between them and the cloud's machines,
    without repeats. They do not depend on the time.
    """
    yield from _sorted(_steps(facts, None))


def following(facts: Facts, others: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps on hosts that follow from those of other reasoners: who signs in where
    packets arrive, and whose code runs as root.
    """
    yield from _sorted(_following(facts, tuple(others), None))


def of_hosts(facts: Facts, others: Iterable[Step], only: frozenset[str]) -> frozenset[Step]:
    """Return all steps of `only` some hosts."""
    return frozenset((*_steps(facts, only), *_following(facts, tuple(others), only)))


def _steps(facts: Facts, only: frozenset[str] | None) -> Iterator[Step]:
    if not facts.rows(Host):
        return
    joined = cloud.joins(facts)
    principals = {row.id: row for row in facts.rows(AccessKey)}
    interfaces = _interfaces(facts)
    known: dict[str, AuthorizedKey] = {}
    for machine in machines(facts, only):
        tree = Tree(machine.id, machine.files)
        yield from _become(machine)
        yield from sudoing.steps(machine, tree)
        yield from power.steps(machine)
        yield from planting.steps(machine, tree)
        yield from keys.access_keys(machine, tree, principals)
        yield from rest.steps(machine)
        held = joined.get(machine.id)
        if held is not None:
            yield from cloud.steps(machine, held)
        if held is None or cloud.doors(held, interfaces, ()) is None:
            yield from keys.steps(machine, None)
        for row in machine.keys:
            if row.state != "absent" and row.fingerprint:
                known.setdefault(row.fingerprint, row)
    yield from keys.stolen(known)
    yield from control.steps(facts)
    yield from permission.steps(facts)
    yield from bag.steps(facts)


def _following(
    facts: Facts, others: tuple[Step, ...], only: frozenset[str] | None
) -> Iterator[Step]:
    if not facts.rows(Host):
        return
    joined = cloud.joins(facts)
    found = [
        (machine, joined[machine.id])
        for machine in machines(facts, joined if only is None else only)
        if machine.id in joined
    ]
    on: dict[str, list[tuple[Machine, Joined]]] = defaultdict(list)
    for machine, one in found:
        on[one.workload.arn].append((machine, one))
    yield from cloud.landing(others, on)
    held = {foothold for step in others for foothold in (*step.needs, step.grants)}
    sent = sorted(foothold for foothold in held if foothold.ability == place.SENDS)
    interfaces = _interfaces(facts)
    for machine, one in found:
        yield from _signing_in(machine, one, interfaces, sent)


def _signing_in(
    machine: Machine,
    joined: Joined,
    interfaces: Mapping[str, tuple[str, ...]],
    sent: Iterable[Foothold],
) -> Iterator[Step]:
    doors = cloud.doors(joined, interfaces, sent)
    if doors:
        yield from keys.steps(machine, doors, joined)


def _interfaces(facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Return the interfaces of each thing, by the last part of its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in facts.rows(Interface):
        if row.thing:
            found[row.thing.rpartition("/")[2]].append(row.id)
    return {thing: tuple(held) for thing, held in found.items()}


def _become(machine: Machine) -> Iterator[Step]:
    """Root is whoever it likes, and everybody is somebody."""
    root, somebody = place.user(machine.id, place.ROOT), place.somebody(machine.id)
    told = (Evidence(subject=machine.id, why="does what root says"),)
    for name in machine.users:
        own = place.user(machine.id, name)
        yield Step(technique=BECOME, needs=(root,), grants=own, cost=1, evidence=told)
    here = (Evidence(subject=machine.id, why="runs what its users start"),)
    for held in (root, *(who.foothold for who in machine.everybody)):
        if held != somebody:
            yield Step(technique=BECOME, needs=(held,), grants=somebody, cost=1, evidence=here)
    for row in machine.people.users.values():
        if row.uid == 0 and row.name != place.ROOT:
            yield Step(
                technique=SAME_NUMBER,
                needs=(place.user(machine.id, row.name),),
                grants=root,
                cost=1,
                evidence=(place.because(row, f"{row.name} has the number of root"),),
                missing=place.doubt(row, "uid"),
            )


def _sorted(found: Iterable[Step]) -> Iterator[Step]:
    yield from sorted(
        set(found),
        key=lambda step: (step.grants, step.needs, step.technique, step.cost, repr(step)),
    )
