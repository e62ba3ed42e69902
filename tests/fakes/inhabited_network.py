# SPDX-License-Identifier: Apache-2.0
"""Small networks by chance with what stands in them, and changes of all of that."""

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.network import Interface, Rule, SecurityGroup
from bartizan.model.facts.service import Balancer, Front, ServicePort
from bartizan.model.packet import ANY, TCP
from bartizan.model.table import Row
from tests.fakes.dice import Dice
from tests.fakes.drawn_network import ACCOUNTS, OUTSIDE, PORTS, REGIONS, WIDE
from tests.fakes.generated_network import rows as network_rows
from tests.fakes.generated_network import unread
from tests.fakes.network_estate import database, front, function, instance, service, workload

SPARE = ("sg-90", "sg-91")
"""Groups that nobody holds at first."""
_FUNCTIONS = ("f-0", "f-1", "f-2")
_NEEDS = ("nothing", "credentials", "unknown")

_Held = dict[type[Row], list[Any]]


def inhabited(dice: Dice) -> Facts:
    """Draw networks with instances, services, functions and groups to spare."""
    rows = network_rows(dice, balanced=dice.chance(50), readable=dice.chance(60))
    return Facts.of([*_things(dice, rows), *_spare(dice)])


def _things(dice: Dice, rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        alone = isinstance(row, Interface) and row.kind == "interface" and row.thing[:3] != "arn"
        if isinstance(row, Interface) and alone and dice.chance(70):
            yield structs.replace(row, thing=instance(row.id))
            yield workload(instance(row.id), running=not dice.chance(10))
        else:
            yield row
        if isinstance(row, Interface) and dice.chance(20):
            name = database(row.id)
            yield service(name, row.id, port=dice.one((22, 443, 53)), needs=dice.one(_NEEDS))
            if dice.chance(50):
                yield _credential(name)
    for name in _FUNCTIONS:
        yield workload(function(name), "AWS::Lambda::Function", anonymous=dice.chance(20))
    if dice.chance(50):
        target = function(dice.one(_FUNCTIONS))
        yield front("api", "AWS::ApiGateway::RestApi", target, public=not dice.chance(20))


def _credential(thing: str) -> Credential:
    return Credential(
        id=f"{thing}/password", lies_in="", field="", kind="password", authenticates=thing, key="",
        length=8, account=ACCOUNTS[0],
    )  # fmt: skip


def _spare(dice: Dice) -> Iterator[Row]:
    for name in SPARE:
        yield SecurityGroup(
            id=name, network="vpc-0", account=ACCOUNTS[0], region=REGIONS[0], name=name, tags={}
        )
        for number in range(dice.below(3)):
            yield _rule(dice, name, number)


def _rule(dice: Dice, owner: str, number: int) -> Rule:
    first, last = dice.one((*PORTS, (440, 450)))
    peer = dice.one((*WIDE, *OUTSIDE, "10.0.0.6/32", "sg-0", *SPARE))
    return Rule(
        owner=owner, id=f"{owner}#{number}", direction=dice.one(("in", "out")), number=0,
        allow=True, protocol=dice.one((ANY, TCP)), first=first, last=last,
        peer_kind="group" if peer.startswith("sg-") else "range", peer=peer, description="",
    )  # fmt: skip


def rebuilt(dice: Dice, facts: Facts, *, most: int = 3) -> Facts:
    """Return facts with up to `most` changes, of which many have no part in any step."""
    held: _Held = {kind: list(facts.rows(kind)) for kind in TABLES if facts.rows(kind)}
    for number in range(1 + dice.below(most)):
        dice.one((_spared, _spared, _of_thing, _of_thing, _taken, _gap))(dice, held, number)
    return Facts.of(row for rows in held.values() for row in rows)


def _spared(dice: Dice, held: _Held, number: int) -> None:
    """Change a rule of a group to spare, add one, or take all away; or add a group."""
    name = dice.one((*SPARE, "sg-92"))
    match dice.below(4):
        case 0:
            held[Rule] = [row for row in held.get(Rule, ()) if row.owner != name]
        case 1:
            first = held.get(SecurityGroup, [])[:1]
            held.setdefault(SecurityGroup, []).extend(
                structs.replace(row, id=name, name="new") for row in first
            )
        case _:
            held.setdefault(Rule, []).append(_rule(dice, name, 100 + number))


def _of_thing(dice: Dice, held: _Held, number: int) -> None:
    """Change what runs or listens somewhere, or add a thing that nothing leads to."""
    del number
    match dice.below(6):
        case 0:
            _changed(dice, held, Workload, anonymous=(True, False))
        case 1:
            _changed(dice, held, Workload, running=(True, False))
        case 2:
            _changed(dice, held, Front, public=(True, False))
        case 3:
            _changed(dice, held, ServicePort, needs=_NEEDS)
        case 4:
            held.setdefault(Workload, []).append(
                workload(function("f-new"), "AWS::Lambda::Function")
            )
        case _:
            named = [row.thing for row in held.get(ServicePort, ())]
            thing = dice.one([*named, database("other")])
            held.setdefault(Credential, []).append(_credential(thing))


def _taken(dice: Dice, held: _Held, number: int) -> None:
    """Give a group to an interface or a load balancer, or let a rule name it."""
    name = dice.one((*SPARE, "sg-92", "sg-0"))
    match dice.below(4):
        case 0:
            _changed(dice, held, Interface, groups=((name,), ("sg-1", name)))
        case 1:
            _changed(dice, held, Balancer, groups=((name,),))
        case 2:
            held.setdefault(Rule, []).append(
                structs.replace(_rule(dice, "sg-0", 200 + number), peer_kind="group", peer=name)
            )
        case _:
            _changed(dice, held, SecurityGroup, name=("renamed",))


def _gap(dice: Dice, held: _Held, number: int) -> None:
    """Fail to read something, of networks or of anything else."""
    del number
    row = unread(dice)
    if dice.chance(50):
        row = structs.replace(row, service="s3", kind="AWS::S3::Bucket", resource="")
    held.setdefault(Unread, []).append(row)


def _changed(dice: Dice, held: _Held, kind: type[Row], **choices: tuple[object, ...]) -> None:
    """Give a row one of some values of each named column."""
    if rows := held.get(kind):
        at = dice.below(len(rows))
        values = {column: dice.one(some) for column, some in choices.items()}
        rows[at] = structs.replace(rows[at], **values)
