# SPDX-License-Identifier: Apache-2.0
"""Load balancers as packets see them: nodes and listeners.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
"""

from collections.abc import Iterator, Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Balancer, Listener
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, number, objects, tags, text, texts
from bartizan.sources.aws.facts.network.gap import missing
from bartizan.sources.aws.facts.network.interface import NETWORK_INTERFACE
from bartizan.sources.aws.facts.network.node import Nodes
from bartizan.sources.aws.facts.network.view import made, needed

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LOAD_BALANCER_ATTRIBUTES = "AWS::ElasticLoadBalancingV2::LoadBalancerAttributes"
LOAD_BALANCER_TAGS = "AWS::ElasticLoadBalancingV2::LoadBalancerTags"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"

CROSS_ZONE = "load_balancing.cross_zone.enabled"
_TRUTH = {"true": True, "false": False}
_SIGNS_IN = frozenset({"authenticate-oidc", "authenticate-cognito", "jwt-validation"})


class _Beside(Struct, frozen=True):
    """What other records say of balancers and listeners."""

    attributes: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    rules: Mapping[str, tuple[Record, ...]]
    """Listener to its rules."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read them; a setting that is malformed counts as one that was not read."""
        rules: dict[str, tuple[Record, ...]] = {}
        for record in records.of(LISTENER_RULE):
            listener = listener_of(record.id)
            rules[listener] = (*rules.get(listener, ()), record)
        labels: dict[str, Mapping[str, str]] = {}
        for record in records.of(LOAD_BALANCER_TAGS):
            try:
                labels[record.id] = tags(record.body, "Tags")
            except MalformedBodyError:
                continue
        return cls(settings(records, LOAD_BALANCER_ATTRIBUTES), labels, rules)


def settings(records: Records, kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the attributes that records of `kind` hold, by the ARN of what they are of; those of
    a malformed record are as if it had not been read.
    """
    found: dict[str, Mapping[str, str]] = {}
    for record in records.of(kind):
        try:
            held = objects(record.body, "Attributes")
            found[record.id] = {text(one, "Key"): text(one, "Value") for one in held}
        except MalformedBodyError:
            continue
    return found


def listener_of(rule: str) -> str:
    """Return the ARN of the listener that a rule is of.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    """
    return rule.replace(":listener-rule/", ":listener/").rpartition("/")[0]


def balancers(records: Records, nodes: Nodes) -> Iterator[Row]:
    """Yield load balancers of the second generation, and their listeners."""
    beside = _Beside.of(records)
    yield from made(records.of(LOAD_BALANCER), lambda row: _balancer(row, beside, nodes))
    yield from made(records.of(LISTENER), lambda row: _listener(row, beside))


def _balancer(record: Record, beside: _Beside, nodes: Nodes) -> Iterator[Row]:
    body = record.body
    kind, found = needed(body, "Type"), nodes.of_thing(record.id)
    zones = objects(body, "AvailabilityZones")
    spread = _TRUTH.get(beside.attributes.get(record.id, {}).get(CROSS_ZONE, ""))
    yield Balancer(
        arn=record.id,
        kind=kind,
        internet_facing=text(body, "Scheme") == "internet-facing",
        network=needed(body, "VpcId"),
        account=record.account,
        region=record.region,
        subnets=tuple(sorted({text(one, "SubnetId") for one in zones} - {""})),
        groups=tuple(sorted(texts(body, "SecurityGroups"))),
        interfaces=found,
        # An application load balancer cannot have it off.
        cross_zone=True if kind == "application" else spread,
        filters_private_link=_filters(body),
        name=text(body, "LoadBalancerName"),
        tags=beside.labels.get(record.id, {}),
    )
    if not found and text(body, "State", "Code") in ("", "active", "active_impaired"):
        yield nameless(record)


def _filters(body: Mapping[str, Json]) -> bool:
    """Tell whether inbound rules hold for endpoints' packets: they do, unless switched off.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    said = text(body, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    return bool(texts(body, "SecurityGroups")) and said != "off"


def nameless(record: Record) -> Unread:
    """Return the row that says that no interface says it is one of a balancer's nodes."""
    return missing(
        record,
        kind=NETWORK_INTERFACE,
        resource=record.id,
        code="skipped",
        reason="no interface says that it is one of its nodes",
    )


def _listener(record: Record, beside: _Beside) -> Iterator[Row]:
    body = record.body
    chains = [objects(body, "DefaultActions")]
    chains += [objects(rule.body, "Actions") for rule in beside.rules.get(record.id, ())]
    forwarding = [chain for chain in chains if any(_forwarded(action) for action in chain)]
    groups = {group for chain in forwarding for action in chain for group in _forwarded(action)}
    yield Listener(
        arn=record.id,
        balancer=needed(body, "LoadBalancerArn"),
        # Those of gateway load balancers take all packets.
        protocol=text(body, "Protocol") or "GENEVE",
        port=number(body, "Port") if text(body, "Protocol") not in ("", "GENEVE") else 0,
        target_groups=tuple(sorted(groups)),
        authenticates=bool(forwarding)
        and all(any(text(one, "Type") in _SIGNS_IN for one in chain) for chain in forwarding),
    )


def _forwarded(action: Mapping[str, Json]) -> set[str]:
    """Return the target groups that an action may forward to; one of weight 0 gets nothing.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    """
    if text(action, "Type") != "forward":
        return set()
    held = objects(action, "ForwardConfig", "TargetGroups")
    if not held:
        return {text(action, "TargetGroupArn")} - {""}
    return {text(one, "TargetGroupArn") for one in held if one.get("Weight") != 0} - {""}
