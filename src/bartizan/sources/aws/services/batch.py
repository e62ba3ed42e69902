# SPDX-License-Identifier: Apache-2.0
"""Batch: the definitions of jobs, which say as whom they run, and the queues that take jobs."""

from collections.abc import Iterator, Mapping

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, mapping, objects, rows, tags, text
from bartizan.sources.aws.facts.workload import role_arn, workload
from bartizan.sources.aws.service import Service

DEFINITION = "AWS::Batch::JobDefinition"
QUEUE = "AWS::Batch::JobQueue"

_RANGES = "nodeProperties.nodeRangeProperties[]"
_TASKS = "ecsProperties.taskProperties[].containers[]"
_PODS = ("eksProperties.podProperties", f"{_RANGES}.eksProperties.podProperties")
_CONTAINERS = (
    "containerProperties",
    _TASKS,
    f"{_RANGES}.container",
    f"{_RANGES}.{_TASKS}",
)
SECRETS = (
    "parameters.*",
    *(f"{one}.environment[].value" for one in _CONTAINERS),
    *(f"{one}.command[]" for one in _CONTAINERS),
    *(f"{one}.logConfiguration.options.*" for one in _CONTAINERS),
    *(f"{one}.firelensConfiguration.options.*" for one in (_CONTAINERS[1], _CONTAINERS[3])),
    *(
        f"{one}.{held}[].{member}"
        for one in _PODS
        for held in ("containers", "initContainers")
        for member in ("env[].value", "command[]", "args[]")
    ),
)
"""Places in a definition that may hold secrets."""

_CALLS = (
    Call(
        service="batch",
        operation="DescribeJobDefinitions",
        kind=DEFINITION,
        scope=Scope.REGION,
        parameters={"status": "'ACTIVE'"},
        items="jobDefinitions",
        id="item.jobDefinitionArn",
        secrets=SECRETS,
    ),
    Call(
        service="batch",
        operation="DescribeJobQueues",
        kind=QUEUE,
        scope=Scope.REGION,
        items="jobQueues",
        id="item.jobQueueArn",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: a job runs as the role of its definition, in a queue that is enabled.

    Source: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html
    """
    yield from rows(records, DEFINITION, _definition)
    yield from rows(records, QUEUE, _queue)


def _definition(record: Record) -> Iterator[Row]:
    """Yield what a job of this definition would run as; nothing runs by itself."""
    held = list(_parts(record.body))
    roles = [text(one, "jobRoleArn") or text(one, "taskRoleArn") for one in held]
    yield workload(
        record,
        name=record.id.rpartition("/")[2],
        role=role_arn(record, next(filter(None, roles), "")),
        running=False,
        tags=tags(record.body, "tags"),
        privileged=any(
            flag(one, "privileged")
            for part in held
            for one in (part, *objects(part, "containers"))
        ),
    )


def _parts(body: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield what says something of the containers of a job: those of its nodes, too."""
    yield mapping(body, "containerProperties")
    yield from objects(body, "ecsProperties", "taskProperties")
    for nodes in objects(body, "nodeProperties", "nodeRangeProperties"):
        yield mapping(nodes, "container")
        yield from objects(nodes, "ecsProperties", "taskProperties")


def _queue(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "jobQueueName"),
        role="",
        running=text(body, "state") in ("", "ENABLED"),
        tags=tags(body, "tags"),
    )


SERVICE = Service(name="Batch", calls=_CALLS, normalise=normalise)
