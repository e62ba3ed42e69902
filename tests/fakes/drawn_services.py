# SPDX-License-Identifier: Apache-2.0
"""Load balancers, endpoints to them and fronts by chance, in small networks that were drawn."""

from collections.abc import Iterator

from msgspec.structs import replace

from bartizan.model.facts.network import Interface, Network
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Front,
    Listener,
    Target,
    TargetGroup,
)
from bartizan.model.table import Row
from tests.fakes.drawn_network import ACCOUNTS, LOAD_BALANCER, ZONES, Drawn, interface

_NODES = {"network": "network_load_balancer", "application": "interface", "classic": "interface"}


def balancers(drawn: Drawn) -> Iterator[Row]:
    """Draw load balancers, and what sends to them."""
    dice = drawn.dice
    for number, network in enumerate(drawn.networks):
        if dice.chance(60):
            yield from _balancer(drawn, number, network)


def _balancer(drawn: Drawn, number: int, network: Network) -> Iterator[Row]:
    dice = drawn.dice
    kind = dice.one(("network", "network", "application", "classic"))
    arn, group = f"{LOAD_BALANCER}{number}", f"arn:tg/{number}"
    subnets = [row for row in drawn.subnets if row.network == network.id]
    others = [row for row in drawn.interfaces if row.kind == "interface"]
    nodes = [
        replace(interface(drawn, subnet, _NODES[kind]), thing=arn, forwards=False)
        for subnet in (subnets[at] for at in dice.some(range(len(subnets)), least=1, most=2))
    ]
    for node in nodes:
        drawn.interfaces[int(node.id.removeprefix("eni-"))] = node
    protocol = dice.one(("TCP", "TCP", "UDP", "TLS")) if kind == "network" else "HTTP"
    unnamed = not drawn.readable and dice.chance(8)
    yield Balancer(
        arn=arn, kind=kind, internet_facing=dice.chance(50), network=network.id,
        account=network.account, region=network.region,
        subnets=tuple(sorted({node.subnet for node in nodes})), groups=nodes[0].groups,
        interfaces=() if unnamed else tuple(node.id for node in nodes),
        cross_zone=dice.one((True, False, None)),
        filters_private_link=dice.chance(50), name="", tags={},
    )  # fmt: skip
    yield Listener(
        arn=f"{arn}/443", balancer=arn, protocol=protocol, port=dice.one((443, 53, 22)),
        target_groups=(group,), authenticates=False,
    )  # fmt: skip
    yield TargetGroup(
        arn=group, kind="ip", network=network.id, account=network.account, region=network.region,
        protocol="UDP" if protocol == "UDP" else "TCP", port=443,
        preserves_client=dice.one((True, False, False, None)),
        cross_zone=dice.one((True, False, None)),
    )  # fmt: skip
    for at in dice.some(range(len(others)), least=1, most=2):
        yield _target(drawn, group, others[at])
    yield from _private_link(drawn, number, arn)
    if dice.chance(30):
        yield _front(drawn, arn, network)


def _target(drawn: Drawn, group: str, row: Interface) -> Target:
    dice = drawn.dice
    by_address = dice.chance(70) or not row.thing
    return Target(
        group=group, id=row.addresses[0] if by_address else row.thing,
        port=dice.one((22, 443, 53)), zone=dice.one(("", "all", *ZONES)), healthy=True,
    )  # fmt: skip


def _private_link(drawn: Drawn, number: int, arn: str) -> Iterator[Row]:
    dice = drawn.dice
    if not dice.chance(35):
        return
    name = f"service-{number}"
    yield EndpointService(
        id=f"vpce-svc-{number}", name=name, account=ACCOUNTS[0], region="", balancers=(arn,),
        acceptance=False, principals=None,
    )  # fmt: skip
    subnet = dice.one(drawn.subnets)
    entry = interface(drawn, subnet, "vpc_endpoint", public=0)
    yield Endpoint(
        id=f"vpce-s{number}", kind="interface", network=subnet.network, account=subnet.account,
        region=subnet.region, service=name, interfaces=(entry.id,), private_names=False,
        preserves_client=False, available=not dice.chance(10), name="",
    )  # fmt: skip


def _front(drawn: Drawn, arn: str, network: Network) -> Front:
    dice = drawn.dice
    held = dice.one((arn, *(row.id for row in drawn.interfaces)))
    front = f"arn:front/{network.id}"
    if dice.chance(50):
        subnet = dice.one([row for row in drawn.subnets if row.network == network.id])
        node = interface(drawn, subnet, "interface", public=0)
        drawn.interfaces[-1] = replace(node, thing=front)
    return Front(
        id=front, kind="AWS::CloudFront::Distribution", account=network.account, region="",
        name="", public=not dice.chance(20), authenticates="nothing", forwards_to=(held,),
        network=network.id,
    )  # fmt: skip
