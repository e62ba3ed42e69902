# SPDX-License-Identifier: Apache-2.0
"""Elastic Load Balancing: load balancers, listeners, and what they forward to."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import objects, rows, text, texts
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
TARGET_HEALTH = "AWS::ElasticLoadBalancingV2::TargetHealth"

_CALLS = (
    Call(
        service="elbv2",
        operation="DescribeLoadBalancers",
        kind=LOAD_BALANCER,
        scope=Scope.REGION,
        action="elasticloadbalancing:DescribeLoadBalancers",
        items="LoadBalancers",
        id="item.LoadBalancerArn",
    ),
    Call(
        service="elbv2",
        operation="DescribeListeners",
        kind=LISTENER,
        scope=Scope.REGION,
        action="elasticloadbalancing:DescribeListeners",
        each=LOAD_BALANCER,
        parameters={"LoadBalancerArn": "parent_id"},
        items="Listeners",
        id="item.ListenerArn",
        absent=("LoadBalancerNotFound",),
    ),
    Call(
        service="elbv2",
        operation="DescribeTargetGroups",
        kind=TARGET_GROUP,
        scope=Scope.REGION,
        action="elasticloadbalancing:DescribeTargetGroups",
        items="TargetGroups",
        id="item.TargetGroupArn",
    ),
    Call(
        service="elbv2",
        operation="DescribeTargetHealth",
        kind=TARGET_HEALTH,
        scope=Scope.REGION,
        action="elasticloadbalancing:DescribeTargetHealth",
        each=TARGET_GROUP,
        parameters={"TargetGroupArn": "parent_id"},
        id="parent_id",
        absent=("TargetGroupNotFound",),
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
