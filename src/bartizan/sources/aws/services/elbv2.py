# SPDX-License-Identifier: Apache-2.0
"""Elastic Load Balancing, both generations: load balancers, listeners, what they forward to."""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import objects, rows, text, texts
from bartizan.sources.aws.facts.network.balancer import (
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    LOAD_BALANCER_ATTRIBUTES,
    LOAD_BALANCER_TAGS,
)
from bartizan.sources.aws.facts.network.target import (
    CLASSIC,
    CLASSIC_ATTRIBUTES,
    TARGET_GROUP,
    TARGET_GROUP_ATTRIBUTES,
    TARGET_HEALTH,
)
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service


def _call(
    operation: str,
    *,
    kind: str,
    items: str,
    id: str,  # noqa: A002 - as the table calls it
    each: str = "",
    parameters: Mapping[str, str] | None = None,
    service: str = "elbv2",
    when: str = "",
    gone: str = "",
) -> Call:
    """Return a call; `gone` is the error that says that its parent is there no longer."""
    return Call(
        service=service,
        operation=operation,
        kind=kind,
        scope=Scope.REGION,
        action=f"elasticloadbalancing:{operation}",
        each=each,
        parameters=parameters or {},
        when=when,
        items=items,
        id=id,
        absent=(gone,) if gone else (),
    )


_CALLS = (
    _call(
        "DescribeLoadBalancers",
        kind=LOAD_BALANCER,
        items="LoadBalancers",
        id="item.LoadBalancerArn",
    ),
    _call(
        "DescribeLoadBalancerAttributes",
        kind=LOAD_BALANCER_ATTRIBUTES,
        each=LOAD_BALANCER,
        parameters={"LoadBalancerArn": "parent_id"},
        items="",
        id="parent_id",
        gone="LoadBalancerNotFound",
    ),
    _call(
        "DescribeTags",
        kind=LOAD_BALANCER_TAGS,
        each=LOAD_BALANCER,
        parameters={"ResourceArns": "[parent_id]"},
        items="TagDescriptions",
        id="item.ResourceArn",
        gone="LoadBalancerNotFound",
    ),
    _call(
        "DescribeListeners",
        kind=LISTENER,
        each=LOAD_BALANCER,
        parameters={"LoadBalancerArn": "parent_id"},
        items="Listeners",
        id="item.ListenerArn",
        gone="LoadBalancerNotFound",
    ),
    # Only application load balancers have rules beside the default one.
    _call(
        "DescribeRules",
        kind=LISTENER_RULE,
        each=LISTENER,
        parameters={"ListenerArn": "parent_id"},
        when="parent.Protocol == 'HTTP' || parent.Protocol == 'HTTPS'",
        items="Rules",
        id="item.RuleArn",
        gone="ListenerNotFound",
    ),
    _call(
        "DescribeTargetGroups",
        kind=TARGET_GROUP,
        items="TargetGroups",
        id="item.TargetGroupArn",
    ),
    _call(
        "DescribeTargetGroupAttributes",
        kind=TARGET_GROUP_ATTRIBUTES,
        each=TARGET_GROUP,
        parameters={"TargetGroupArn": "parent_id"},
        items="",
        id="parent_id",
        gone="TargetGroupNotFound",
    ),
    _call(
        "DescribeTargetHealth",
        kind=TARGET_HEALTH,
        each=TARGET_GROUP,
        parameters={"TargetGroupArn": "parent_id"},
        items="",
        id="parent_id",
        gone="TargetGroupNotFound",
    ),
    _call(
        "DescribeLoadBalancers",
        service="elb",
        kind=CLASSIC,
        items="LoadBalancerDescriptions",
        id="join('', ['arn:', partition, ':elasticloadbalancing:', region, ':', account,"
        " ':loadbalancer/', item.LoadBalancerName])",
    ),
    _call(
        "DescribeLoadBalancerAttributes",
        service="elb",
        kind=CLASSIC_ATTRIBUTES,
        each=CLASSIC,
        parameters={"LoadBalancerName": "parent.LoadBalancerName"},
        items="[LoadBalancerAttributes]",
        id="parent_id",
        gone="LoadBalancerNotFound",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive the load balancers, and a trigger for each function that one of them calls.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    """
    healths = {record.id: record for record in records.of(TARGET_HEALTH)}

    def target_group(record: Record) -> Iterator[Row]:
        if text(record.body, "TargetType") != "lambda" or record.id not in healths:
            return
        balancers = texts(record.body, "LoadBalancerArns")
        for target in objects(healths[record.id].body, "TargetHealthDescriptions"):
            for balancer in balancers:
                yield Trigger(workload=text(target, "Target", "Id"), source=balancer)

    yield from rows(records, LOAD_BALANCER, _load_balancer)
    yield from rows(records, TARGET_GROUP, target_group)
    yield from rows(records, CLASSIC, _classic)


def _classic(record: Record) -> Iterator[Row]:
    yield workload(
        record,
        name=text(record.body, "LoadBalancerName"),
        role="",
        running=True,
        public=text(record.body, "Scheme") == "internet-facing",
        related={"vpc": text(record.body, "VPCId")},
    )


def _load_balancer(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "LoadBalancerName"),
        role="",
        running=text(body, "State", "Code") in ("", "active", "active_impaired"),
        public=text(body, "Scheme") == "internet-facing",
        related={"vpc": text(body, "VpcId")},
    )


SERVICE = Service(name="Elastic Load Balancing", calls=_CALLS, normalise=normalise)
