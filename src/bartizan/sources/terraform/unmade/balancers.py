# SPDX-License-Identifier: Apache-2.0
"""Load balancers that newly send on to machines that nobody knows.

Auto Scaling registers the machines that it starts with target groups, so that a group with no
target that is known may have such.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record, Records
from bartizan.sources.terraform.unmade.machines import Machines, gaps
from bartizan.sources.terraform.unmade.way import dicts

_V2 = "AWS::ElasticLoadBalancingV2"
_BALANCER, _LISTENER, _RULE = f"{_V2}::LoadBalancer", f"{_V2}::Listener", f"{_V2}::ListenerRule"
_GROUP, _HEALTH = f"{_V2}::TargetGroup", f"{_V2}::TargetHealth"
_ACTIONS = {_LISTENER: "DefaultActions", _RULE: "Actions"}
_PASSED = ("Port", "Protocol")
"""What else of a listener says what it takes."""


def balancers(laid: Laid, records: Records, now: Machines) -> Iterator[Unread]:
    """Yield a gap for each listener or rule that newly sends on to what may be the machines."""
    if now.shut:
        return
    targets = _targets(laid.overlay, now)
    for kind in _ACTIONS:
        was = {one.id: one for one in records.of(kind)}
        for one in laid.overlay.of(kind):
            sent = _sent(one) & targets
            before = was.get(one.id)
            if not sent or (before is not None and sent <= _sent(before) and _same(before, one)):
                continue
            yield from gaps(
                laid,
                one,
                (one.id,),
                reason=f"it sends on to {min(sent).rpartition(':')[2]}, and which machines are "
                "in that the snapshot does not tell",
            )


def groups_before(records: Records, now: Machines) -> frozenset[str]:
    """Return the security groups of balancers that send on to what may be the machines."""
    if now.shut:
        return frozenset()
    targets = _targets(records, now)
    sending = {
        _balancer(one) for kind in _ACTIONS for one in records.of(kind) if _sent(one) & targets
    }
    found: set[str] = set()
    for one in records.of(_BALANCER):
        held = one.body.get("SecurityGroups")
        if one.id.partition(":loadbalancer/")[2] in sending and isinstance(held, list):
            found.update(name for name in held if isinstance(name, str))
    return frozenset(found)


def _balancer(listener: Record) -> str:
    """Return the end of the ARN of the balancer that a listener, or a rule of one, is of.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-authentication-access-control.html
    """
    if isinstance(arn := listener.body.get("LoadBalancerArn"), str):
        return arn.partition(":loadbalancer/")[2]
    named = listener.id.partition(":listener-rule/")[2]
    return "/".join(named.split("/")[:3])


def _targets(records: Records, machines: Machines) -> frozenset[str]:
    """Return the target groups of which no target is known, where machines may be in."""
    known = {
        one.id for one in records.of(_HEALTH) if dicts(one.body.get("TargetHealthDescriptions"))
    }
    return frozenset(
        one.id
        for one in records.of(_GROUP)
        if one.id not in known
        and one.body.get("TargetType") in ("instance", "ip")
        and one.body.get("VpcId") in machines.networks
    )


def _sent(listener: Record) -> frozenset[str]:
    """Return the target groups that a listener or a rule sends on to."""
    found: set[Json] = set()
    for action in dicts(listener.body.get(_ACTIONS[listener.kind])):
        forward = action.get("ForwardConfig")
        parts: list[Mapping[str, Json]] = [action]
        parts += dicts(forward.get("TargetGroups")) if isinstance(forward, dict) else []
        found.update(str(part["TargetGroupArn"]) for part in parts if part.get("TargetGroupArn"))
    return frozenset(map(str, found))


def _same(before: Record, after: Record) -> bool:
    return all(before.body.get(name) == after.body.get(name) for name in _PASSED)
