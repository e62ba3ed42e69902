# SPDX-License-Identifier: Apache-2.0
"""What was not read that may hide more of what a question means than an answer shows."""

from collections.abc import Iterator

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.reach import End

_LISTED = frozenset({"AWS::EC2::NetworkInterface"})
"""Kinds without which a group may have members that nobody sees."""
_EXPOSED = _LISTED | {
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::CloudFront::Distribution",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::Lambda::Function",
    "AWS::Lambda::Url",
    "AWS::AppRunner::Service",
}
"""Kinds without which something exposed may be missing from the list."""


def hidden(facts: Facts, *ends: End) -> tuple[str, ...]:
    """Say which listings could hide more of what the ends mean; nothing does of single ids."""
    if all(end.names == (end.text,) or end.what == "the Internet" for end in ends):
        return ()
    return tuple(sorted(set(_said(facts, _LISTED))))


def unexposed(facts: Facts) -> tuple[str, ...]:
    """Say which listings could hide something that is exposed."""
    return tuple(sorted(set(_said(facts, _EXPOSED))))


def unread(facts: Facts, name: str) -> tuple[str, ...]:
    """Say what of one thing could not be read, or which listings could hold it; `name` is its id
    or its ARN.
    """
    rows = facts.rows(Unread)
    own = [row for row in rows if row.resource and name in {row.resource, _last(row.resource)}]
    listings = [row for row in rows if row.kind in _LISTED and not row.resource]
    return tuple(sorted({_words(row) for row in own or listings}))


def _last(resource: str) -> str:
    return resource.rpartition("/")[2]


def _said(facts: Facts, kinds: frozenset[str]) -> Iterator[str]:
    yield from (_words(row) for row in facts.rows(Unread) if row.kind in kinds)


def _words(row: Unread) -> str:
    """Say what could not be read, by the call or, where what it gave makes no sense, the kind."""
    place = " ".join(part for part in (row.account, row.region) if part)
    where = f" in {place}" if place else ""
    thing = f" of {row.resource}" if row.resource else ""
    call = f"{row.service}:{row.operation}" if row.operation else row.kind
    return f"{call}{thing}{where}: {row.code}"
