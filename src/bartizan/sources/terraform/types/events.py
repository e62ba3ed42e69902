# SPDX-License-Identifier: Apache-2.0
"""EventBridge: buses and who may put events on them, rules, schedules, and what they start.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html and
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
"""

import functools
import json
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep, listed, parsed
from bartizan.sources.terraform.types.ec2 import without
from bartizan.sources.terraform.types.whole import Whole

_BUS, _RULE, _TARGETS = "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Events::RuleTargets"
_SCHEDULE, _LISTED = "AWS::Scheduler::Schedule", "AWS::Scheduler::ScheduleSummary"
_DEFAULT = "default"
"""The bus and the group of what names none."""

_kind = functools.partial(Kind, service="events")
_keep = functools.partial(keep, service="events")


def _bus(thing: Thing, _draft: Draft) -> Body:
    return {"Name": thing.name()}


def _bus_of(thing: Thing) -> str:
    """Return the name of the bus of an object, which may be named by its ARN."""
    name = thing.text("event_bus_name") if thing.said("event_bus_name") else ""
    if "event_bus_name" in thing.gaps:
        raise UntoldError("event_bus_name")
    return name.rpartition("/")[2] or _DEFAULT


def _bus_body(thing: Thing, draft: Draft) -> tuple[str, Body]:
    """Return ARN and record of the bus of an object, to be changed in place.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    arn = thing.here("events", f"event-bus/{_bus_of(thing)}")
    body = draft.body(_BUS, arn)
    if body is None:
        raise UntoldError("event_bus_name")
    return arn, body


def _policy(thing: Thing, draft: Draft) -> None:
    _bus_body(thing, draft)[1]["Policy"] = thing.document("policy")


def _no_policy(thing: Thing, draft: Draft) -> None:
    _bus_body(thing, draft)[1].pop("Policy", None)


def _statements(thing: Thing, draft: Draft) -> tuple[str, Body, list[Json]]:
    """Return a bus with the statements of its policy but for one.

    Raises:
        UntoldError: the policy cannot be read.
    """
    arn, body = _bus_body(thing, draft)
    # Its record carries no policy where there is none, and null where it is hidden.
    text = body.get("Policy", "")
    if text is None:
        raise UntoldError("policy")
    held = parsed(text) if isinstance(text, str) and text else {}
    if not isinstance(held, dict):
        raise UntoldError("policy")
    statements = listed(held, "Statement")
    without(statements, "Sid", [thing.identity("statement_id")])
    return arn, body, statements


def _permission(thing: Thing, draft: Draft) -> None:
    """Add a statement to the policy of a bus, as `PutPermission` writes it.

    Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
    """
    arn, body, statements = _statements(thing, draft)
    principal = thing.identity("principal")
    root = f"arn:{thing.place.partition}:iam::{principal}:root"
    statement: dict[str, Json] = {
        "Sid": thing.identity("statement_id"),
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": root},
        "Action": thing.text("action") or "events:PutEvents",
        "Resource": arn,
    }
    for block in thing.blocks("condition"):
        test: Json = {block.text("key"): block.text("value")}
        statement["Condition"] = {block.text("type"): test}
    _write(body, [*statements, statement])


def _no_permission(thing: Thing, draft: Draft) -> None:
    _, body, statements = _statements(thing, draft)
    _write(body, statements)


def _write(body: Body, statements: list[Json]) -> None:
    """Put statements into the policy of a bus; without any it has none."""
    body.pop("Policy", None)
    if statements:
        body["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": statements})


def _rule_path(bus: str, rule: str) -> str:
    """Return how the ARN of a rule ends.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
    """
    return f"rule/{rule}" if bus == _DEFAULT else f"rule/{bus}/{rule}"


def _rule_arn(thing: Thing) -> str:
    return thing.arn("events", _rule_path(_bus_of(thing), thing.name()))


def _rule(thing: Thing, draft: Draft) -> None:
    arn = _rule_arn(thing)
    off = thing.values.get("is_enabled") is not None and not thing.flag("is_enabled")
    if thing.said("state"):
        off = thing.text("state") == "DISABLED"
    body: Body = {
        "Name": thing.name(),
        "Arn": arn,
        "EventBusName": _bus_of(thing),
        "State": "DISABLED" if off else "ENABLED",
        "RoleArn": thing.text("role_arn"),
    }
    _keep(thing, draft, _RULE, arn, body=body)
    if not draft.peek(_TARGETS, arn):
        _keep(thing, draft, _TARGETS, arn, body={"Targets": []})


def _no_rule(thing: Thing, draft: Draft) -> None:
    for kind in (_RULE, _TARGETS):
        draft.drop(kind, _rule_arn(thing))


def _rule_names(thing: Thing) -> Mapping[str, str]:
    bus, name = _bus_of(thing), thing.name()
    own = name if bus == _DEFAULT else f"{bus}/{name}"
    return {"arn": _rule_arn(thing), "id": own, "name": name}


def _targets(thing: Thing, draft: Draft) -> tuple[list[Json], str]:
    """Return the targets of a rule, to be changed in place, without the one meant, and its id.

    Raises:
        UntoldError: the rule is neither in the snapshot nor in the change.
    """
    rule = thing.identity("rule").rpartition("/")[2]
    body = draft.body(_TARGETS, thing.here("events", _rule_path(_bus_of(thing), rule)))
    if body is None:
        raise UntoldError("rule")
    held = listed(body, "Targets")
    name = thing.called("target_id")
    without(held, "Id", [name])
    return held, name


def _target(thing: Thing, draft: Draft) -> None:
    held, name = _targets(thing, draft)
    told: Body = {"Id": name, "Arn": thing.text("arn"), "RoleArn": thing.text("role_arn")}
    held.append({**told, **_task(thing.blocks("ecs_target"))})


def _task(blocks: list[Thing]) -> Body:
    """Return what a target says of the task that it starts; nothing where that is no task."""
    named = [block.text("task_definition_arn") for block in blocks]
    return {"EcsParameters": {"TaskDefinitionArn": named[0]}} if named else {}


def _no_target(thing: Thing, draft: Draft) -> None:
    _targets(thing, draft)


def _schedule_arn(thing: Thing) -> str:
    return thing.arn("scheduler", f"schedule/{_group(thing)}/{thing.name()}")


def _group(thing: Thing) -> str:
    return (thing.text("group_name") if thing.said("group_name") else "") or _DEFAULT


def _schedule(thing: Thing, draft: Draft) -> None:
    arn = _schedule_arn(thing)
    told: Body = {
        "Name": thing.name(),
        "Arn": arn,
        "GroupName": _group(thing),
        "State": (thing.text("state") if thing.said("state") else "") or "ENABLED",
    }
    target: dict[str, Json] = {}
    for block in thing.blocks("target"):
        target = {
            "Arn": block.text("arn"),
            "RoleArn": block.text("role_arn"),
            **_task(block.blocks("ecs_parameters")),
        }
    keep(thing, draft, _LISTED, arn, body=told, service="scheduler")
    keep(thing, draft, _SCHEDULE, arn, body={**told, "Target": target}, service="scheduler")


def _no_schedule(thing: Thing, draft: Draft) -> None:
    for kind in (_LISTED, _SCHEDULE):
        draft.drop(kind, _schedule_arn(thing))


KINDS = (
    Whole(
        type="aws_cloudwatch_event_bus",
        service="events",
        record=_BUS,
        resource="event-bus/{name}",
        body=_bus,
        member="Arn",
    ).kind(),
    _kind(
        type="aws_cloudwatch_event_bus_policy",
        put=_policy,
        take=_no_policy,
        record=_BUS,
        part=True,
    ),
    _kind(
        type="aws_cloudwatch_event_permission",
        put=_permission,
        take=_no_permission,
        record=_BUS,
        part=True,
    ),
    _kind(
        type="aws_cloudwatch_event_rule",
        put=_rule,
        take=_no_rule,
        record=_RULE,
        rank=1,
        names=_rule_names,
    ),
    _kind(
        type="aws_cloudwatch_event_target",
        put=_target,
        take=_no_target,
        record=_TARGETS,
        part=True,
    ),
    Kind(
        type="aws_scheduler_schedule",
        put=_schedule,
        take=_no_schedule,
        record=_SCHEDULE,
        service="scheduler",
        names=lambda thing: {"arn": _schedule_arn(thing), "name": thing.name()},
    ),
)
