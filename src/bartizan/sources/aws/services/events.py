# SPDX-License-Identifier: Apache-2.0
"""EventBridge: buses with their policies, and the rules and schedules that start things."""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import mapping, objects, rows, text, told
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

EVENT_BUS = "AWS::Events::EventBus"
RULE = "AWS::Events::Rule"
TARGETS = "AWS::Events::RuleTargets"
SCHEDULE = "AWS::Scheduler::Schedule"
_LISTED = "AWS::Scheduler::ScheduleSummary"

_CALLS = (
    Call(
        service="events",
        operation="ListEventBuses",
        kind=EVENT_BUS,
        scope=Scope.REGION,
        items="EventBuses",
        id="item.Arn",
    ),
    Call(
        service="events",
        operation="ListRules",
        kind=RULE,
        scope=Scope.REGION,
        each=EVENT_BUS,
        parameters={"EventBusName": "parent.Name"},
        items="Rules",
        id="item.Arn",
        absent=("ResourceNotFoundException",),
    ),
    Call(
        service="events",
        operation="ListTargetsByRule",
        kind=TARGETS,
        scope=Scope.REGION,
        each=RULE,
        parameters={"Rule": "parent.Name", "EventBusName": "parent.EventBusName"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
        secrets=(
            "Targets[].Input",
            "Targets[].InputTransformer.InputTemplate",
            "Targets[].HttpParameters.HeaderParameters.*",
            "Targets[].HttpParameters.QueryStringParameters.*",
        ),
    ),
    Call(
        service="scheduler",
        operation="ListSchedules",
        kind=_LISTED,
        scope=Scope.REGION,
        items="Schedules",
        id="item.Arn",
    ),
    Call(
        service="scheduler",
        operation="GetSchedule",
        kind=SCHEDULE,
        scope=Scope.REGION,
        each=_LISTED,
        parameters={"Name": "parent.Name", "GroupName": "parent.GroupName"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
        secrets=("Target.Input",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive the policies of event buses, and a trigger for each target of a rule or schedule
    that is switched on.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
    """
    enabled = {r.id for r in records.of(RULE) if r.body.get("State") != "DISABLED"}

    def targets(record: Record) -> Iterator[Row]:
        if record.id in enabled:
            for target in objects(record.body, "Targets"):
                yield Trigger(workload=_started(target), source=record.id)

    yield from rows(records, EVENT_BUS, _event_bus)
    yield from rows(records, TARGETS, targets)
    yield from rows(records, SCHEDULE, _schedule)


def _event_bus(record: Record) -> Iterator[Row]:
    policy = told(record.body, "Policy")
    yield from resource_policy(record, target=record.id, document=policy)


def _schedule(record: Record) -> Iterator[Row]:
    if text(record.body, "State") != "DISABLED":
        yield Trigger(workload=_started(mapping(record.body, "Target")), source=record.id)


def _started(target: Mapping[str, Json]) -> str:
    """Return what a target starts: a task of a definition where it names one, whose cluster is
    the target then; without its revision that is the latest one.

    Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html
    """
    return text(target, "EcsParameters", "TaskDefinitionArn") or text(target, "Arn")


SERVICE = Service(name="EventBridge", calls=_CALLS, normalise=normalise)
