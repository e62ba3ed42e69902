# SPDX-License-Identifier: Apache-2.0
"""Facts of load balancers, endpoints and fronts from short descriptions."""

from collections.abc import Iterable

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
from tests.fakes.network_words import Description, Lines, Words


def endpoints(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        available, preserves = not words.flag("unavailable"), words.flag("preserves")
        kind, network = words.plain
        yield Endpoint(
            id=name, kind=kind, network=network, service=words.get("service"),
            interfaces=words.items("interfaces"), private_names=False, preserves_client=preserves,
            available=available, name=name, **words.place,
        )  # fmt: skip


def endpoint_services(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        yield EndpointService(
            id=f"vpce-svc-{name}", name=name, balancers=words.items("balancers"),
            acceptance=False, principals=("*",), **words.place,
        )  # fmt: skip


_CROSS = {"yes": True, "no": False, "unread": None}


def balancers(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        facing, unfiltered = words.flag("internet-facing"), words.flag("unfiltered-private-link")
        kind, network = words.plain
        yield Balancer(
            arn=name, kind=kind, internet_facing=facing, network=network,
            subnets=words.items("subnets"), groups=words.items("groups"),
            interfaces=words.items("interfaces"),
            cross_zone=_CROSS[words.get("cross", "yes")],
            filters_private_link=not unfiltered, name=name, tags={}, **words.place,
        )  # fmt: skip


def listeners(section: Lines) -> Iterable[Row]:
    """Read `TCP 443 tg-1 tg-2` of a balancer."""
    for balancer, lines in section.items():
        for line in lines:
            words = Description(line)
            authenticates = words.flag("authenticates")
            protocol, port, *groups = words.plain
            yield Listener(
                arn=f"{balancer}#{port}", balancer=balancer, protocol=protocol, port=int(port),
                target_groups=tuple(groups), authenticates=authenticates,
            )  # fmt: skip


def target_groups(section: Lines) -> Iterable[Row]:
    """Read `instance TCP 80 [preserves=yes] [cross=no]`, then a target on each line."""
    for name, (head, *targets) in section.items():
        words = Description(head)
        kind, protocol, port = words.plain
        cross = words.get("cross")
        yield TargetGroup(
            arn=name, kind=kind, network=words.get("network", "vpc-1"), protocol=protocol,
            port=int(port), preserves_client=_CROSS[words.get("preserves", "unread")],
            cross_zone=_CROSS[cross] if cross else None, **words.place,
        )  # fmt: skip
        for line in targets:
            target = Description(line)
            healthy = not target.flag("unhealthy")
            at, *own = target.plain
            yield Target(
                group=name, id=at, port=int(own[0]) if own else int(port),
                zone=target.get("zone"), healthy=healthy,
            )  # fmt: skip


def fronts(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        closed = words.flag("private")
        yield Front(
            id=name, kind=words.plain[0], name=name, public=not closed,
            authenticates=words.get("authenticates", "unknown"),
            forwards_to=words.items("to"), network=words.get("network"), **words.place,
        )  # fmt: skip
