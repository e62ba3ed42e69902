# SPDX-License-Identifier: Apache-2.0
"""From facts to steps: what packets reach, and what that is worth, in a stable order."""

from collections.abc import Iterator, Sequence

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Front
from bartizan.model.known_port import written
from bartizan.model.ordering import in_order
from bartizan.model.packet import INTERNET
from bartizan.model.step import Ability, Step
from bartizan.reason.network.aws.steps import fronts, services
from bartizan.reason.network.aws.steps.arrivals import (
    FROM_INTERNET,
    arrivals,
    exposed,
    without_interfaces,
)
from bartizan.reason.network.aws.steps.door import Door, foothold
from bartizan.reason.network.aws.steps.engine import Engine
from bartizan.reason.network.aws.steps.inside import Inside
from bartizan.reason.network.aws.steps.pertinent import alike, pertinent
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.topology.unread import ADDRESSES


def steps(facts: Facts, _at: str = "") -> Iterator[Step]:
    """Yield every step that the networks of an estate give, or may give, without repeats.

    They do not depend on the time.
    """
    yield from _steps(pertinent(facts))


def again(before: Facts, known: Sequence[Step], facts: Facts, _at: str = "") -> Iterator[Step]:
    """Yield what `steps` yields for `facts`, where `known` is what it yielded for those `before`:
    all is derived anew unless nothing that has a part in any step is different.
    """
    now = pertinent(facts)
    yield from known if alike(pertinent(before), now) else _steps(now)


def _steps(facts: Facts) -> Iterator[Step]:
    if _anything(facts):
        yield from derive(facts, _compiled(facts))


def derive(facts: Facts, engine: Engine) -> Iterator[Step]:
    """Yield the steps as an engine decides what is reached."""
    yield from in_order(_all(Scene(facts, engine)))


def exposures(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield what the Internet surely reaches: interface, ports, and what passes packets on."""
    scene = Scene(facts, _compiled(facts))
    for row in exposed(scene, INTERNET):
        if row["certainty"] == "reachable":
            ports = written(row["protocol"], row["first"], row["last"])
            yield row["interface"], ports, row["via"]


def _compiled(facts: Facts) -> Engine:
    from bartizan.reason.network.aws.kernel.kernel import Kernel  # noqa: PLC0415 - slow to import

    return Kernel.compile(facts)


def _anything(facts: Facts) -> bool:
    """Tell whether anything is said of networks, if only that it could not be read."""
    if facts.rows(Interface) or any(row.public for row in facts.rows(Front)):
        return True
    return any(row.kind in ADDRESSES for row in facts.rows(Unread))


def _all(scene: Scene) -> Iterator[Step]:
    doors: list[Door] = []
    for door, step in arrivals(scene):
        doors.append(door)
        yield step
    inside = Inside(scene)
    doors += (door for held in inside.doors for door in held.members)
    yield from inside.steps()
    called = [*fronts.fronts(scene), *services.behind(scene, doors)]
    yield from called
    yield from fronts.exploited(scene, (step.grants for step in called))
    yield from _unseen(scene)


def _unseen(scene: Scene) -> Iterator[Step]:
    """Yield what may be reached of hosts whose interfaces could not be listed."""
    for host, missing in without_interfaces(scene):
        sends = foothold(Ability.SEND, f"{host.arn}:0-65535/tcp")
        yield Step(
            technique=FROM_INTERNET,
            needs=(foothold(Ability.START, INTERNET),),
            grants=sends,
            cost=1,
            evidence=(Evidence(subject=host.arn, why="has interfaces that could not be read"),),
            missing=missing,
        )
        yield from services.on_host(host, sends, "some port", exploit=True, signs_in=True)
