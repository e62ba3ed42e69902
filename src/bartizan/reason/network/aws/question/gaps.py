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


def _said(facts: Facts, kinds: frozenset[str]) -> Iterator[str]:
    for row in facts.rows(Unread):
        if row.kind in kinds:
            place = " ".join(part for part in (row.account, row.region) if part)
            where = f" in {place}" if place else ""
            thing = f" of {row.resource}" if row.resource else ""
            yield f"{row.service}:{row.operation}{thing}{where}: {row.code}"
