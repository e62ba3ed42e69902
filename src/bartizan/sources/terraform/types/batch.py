# SPDX-License-Identifier: Apache-2.0
"""Batch: the definitions of jobs, and the queues that take jobs.

Records are answers of https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobDefinitions.html
and https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobQueues.html
"""

import functools
import json
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.revised import revision, spelled
from bartizan.sources.terraform.types.whole import Whole
from bartizan.sources.terraform.value import Hidden

_DEFINITION, _QUEUE = "AWS::Batch::JobDefinition", "AWS::Batch::JobQueue"
_PROPERTIES = (
    ("container_properties", "containerProperties"),
    ("ecs_properties", "ecsProperties"),
    ("node_properties", "nodeProperties"),
)
"""Arguments that hold JSON as the API takes it, and the members that it fills."""
_SPELLED = {
    name.lower(): name
    for name in (
        *("image", "command", "environment", "name", "value", "privileged", "containers"),
        *("jobRoleArn", "executionRoleArn", "taskProperties", "taskRoleArn", "ecsProperties"),
        *("nodeRangeProperties", "container"),
    )
}
_SECRETS = tuple(
    f"{one}.{member}"
    for one in (
        "containerProperties",
        "ecsProperties.taskProperties[].containers[]",
        "nodeProperties.nodeRangeProperties[].container",
        "nodeProperties.nodeRangeProperties[].ecsProperties.taskProperties[].containers[]",
    )
    for member in ("environment[].value", "command[]")
)

_keep = functools.partial(keep, service="batch")


def _arn(thing: Thing) -> str:
    return thing.arn("batch", f"job-definition/{thing.name()}:{revision(thing, 'name')}")


def _names(thing: Thing) -> Mapping[str, str]:
    arn = _arn(thing)
    return {"arn": arn, "arn_prefix": arn.rpartition(":")[0], "id": arn}


def _definition(thing: Thing, draft: Draft) -> None:
    """Put a revision. The one before it goes, unless the code lets it stay."""
    arn, before = _arn(thing), thing.before.get("arn")
    stays = thing.said("deregister_on_new_revision") and not thing.flag(
        "deregister_on_new_revision"
    )
    if isinstance(before, str) and before != arn and not stays:
        draft.drop(_DEFINITION, before)
    text = arn.rpartition(":")[2]
    body: Body = {
        "jobDefinitionArn": arn,
        "jobDefinitionName": thing.name(),
        "revision": int(text) if text.isdigit() else revision(thing, "name"),
        "status": "ACTIVE",
        "type": thing.text("type"),
        "tags": thing.tag_map(),
    }
    for argument, member in _PROPERTIES:
        if thing.said(argument):
            body[member] = _properties(thing, argument)
    _keep(thing, draft, _DEFINITION, arn, body=redact(body, _SECRETS, key=draft.key))


def _properties(thing: Thing, argument: str) -> Json:
    """Return what an argument says, whose JSON the provider takes in upper and lower case."""
    text = thing.text(argument)
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        thing.gaps[argument] = Hidden.UNKNOWN
        return {}
    return spelled(found, _SPELLED)


def _queue(thing: Thing, _draft: Draft) -> Body:
    return {
        "jobQueueName": thing.name(),
        "state": thing.text("state") if thing.said("state") else "ENABLED",
        "tags": thing.tag_map(),
    }


KINDS = (
    Kind(
        type="aws_batch_job_definition",
        put=_definition,
        take=lambda thing, draft: draft.drop(_DEFINITION, _arn(thing)),
        record=_DEFINITION,
        service="batch",
        names=_names,
    ),
    Whole(
        type="aws_batch_job_queue",
        service="batch",
        record=_QUEUE,
        resource="job-queue/{name}",
        body=_queue,
        member="jobQueueArn",
        id="arn",
    ).kind(),
)
