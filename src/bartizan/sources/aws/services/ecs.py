# SPDX-License-Identifier: Apache-2.0
"""ECS: clusters, services, tasks and the definitions that say as whom they run."""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Workload
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, mapping, number, objects, rows, tags, text
from bartizan.sources.aws.facts.image import taking
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

CLUSTER = "AWS::ECS::Cluster"
SERVICE_KIND = "AWS::ECS::Service"
TASK = "AWS::ECS::Task"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
_CLUSTER_ARN = "AWS::ECS::ClusterArn"
_SERVICE_ARN = "AWS::ECS::ServiceArn"
_TASK_ARN = "AWS::ECS::TaskArn"
_TASK_DEFINITION_ARN = "AWS::ECS::TaskDefinitionArn"


def _cluster_in(arn: str) -> str:
    """Return the expression for the cluster in an ARN; old ones leave the default cluster out."""
    parts = f"split({arn}, '/')"
    return f"(length({parts}) == `3` && {parts}[1]) || 'default'"


_CALLS = (
    Call(
        service="ecs",
        operation="ListClusters",
        kind=_CLUSTER_ARN,
        scope=Scope.REGION,
        items="clusterArns[].{clusterArn: @}",
        id="item.clusterArn",
    ),
    Call(
        service="ecs",
        operation="DescribeClusters",
        kind=CLUSTER,
        scope=Scope.REGION,
        each=_CLUSTER_ARN,
        parameters={"clusters": "[parent.clusterArn]"},
        items="clusters",
        id="item.clusterArn",
    ),
    Call(
        service="ecs",
        operation="ListServices",
        kind=_SERVICE_ARN,
        scope=Scope.REGION,
        each=_CLUSTER_ARN,
        parameters={"cluster": "parent.clusterArn"},
        items="serviceArns[].{serviceArn: @}",
        id="item.serviceArn",
        absent=("ClusterNotFoundException",),
    ),
    Call(
        service="ecs",
        operation="DescribeServices",
        kind=SERVICE_KIND,
        scope=Scope.REGION,
        each=_SERVICE_ARN,
        parameters={
            "cluster": _cluster_in("parent.serviceArn"),
            "services": "[parent.serviceArn]",
        },
        items="services",
        id="item.serviceArn",
        absent=("ClusterNotFoundException",),
    ),
    Call(
        service="ecs",
        operation="ListTasks",
        kind=_TASK_ARN,
        scope=Scope.REGION,
        each=_CLUSTER_ARN,
        parameters={"cluster": "parent.clusterArn"},
        items="taskArns[].{taskArn: @}",
        id="item.taskArn",
        absent=("ClusterNotFoundException",),
    ),
    Call(
        service="ecs",
        operation="DescribeTasks",
        kind=TASK,
        scope=Scope.REGION,
        each=_TASK_ARN,
        parameters={"cluster": _cluster_in("parent.taskArn"), "tasks": "[parent.taskArn]"},
        items="tasks",
        id="item.taskArn",
        absent=("ClusterNotFoundException",),
        secrets=(
            "overrides.containerOverrides[].environment[].value",
            "overrides.containerOverrides[].command[]",
        ),
    ),
    Call(
        service="ecs",
        operation="ListTaskDefinitions",
        kind=_TASK_DEFINITION_ARN,
        scope=Scope.REGION,
        items="taskDefinitionArns[].{taskDefinitionArn: @}",
        id="item.taskDefinitionArn",
    ),
    Call(
        service="ecs",
        operation="DescribeTaskDefinition",
        kind=TASK_DEFINITION,
        scope=Scope.REGION,
        each=_TASK_DEFINITION_ARN,
        parameters={"taskDefinition": "parent.taskDefinitionArn"},
        items="[taskDefinition]",
        id="item.taskDefinitionArn",
        secrets=(
            "containerDefinitions[].environment[].value",
            "containerDefinitions[].command[]",
            "containerDefinitions[].entryPoint[]",
            "containerDefinitions[].healthCheck.command[]",
            "containerDefinitions[].dockerLabels.*",
            "containerDefinitions[].firelensConfiguration.options.*",
            "containerDefinitions[].logConfiguration.options.*",
            "volumes[].dockerVolumeConfiguration.driverOpts.*",
        ),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: services and tasks act as the task role of their definition, unless a task
    overrides it. A service takes its images anew with each deployment; a task that it has started
    takes none any more, so that only tasks of others have images.

    Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html, section
    "Container image resolution"
    """
    definitions = {record.id: record.body for record in records.of(TASK_DEFINITION)}

    def service(record: Record) -> Iterator[Row]:
        yield _service(record, definitions.get(text(record.body, "taskDefinition"), {}))

    def task(record: Record) -> Iterator[Row]:
        yield _task(record, definitions.get(text(record.body, "taskDefinitionArn"), {}))

    yield from rows(records, SERVICE_KIND, service)
    yield from rows(records, TASK, task)
    yield from rows(records, TASK_DEFINITION, _task_definition)


def _service(record: Record, definition: Mapping[str, Json]) -> Workload:
    body = record.body
    network = mapping(body, "networkConfiguration", "awsvpcConfiguration")
    row = workload(
        record,
        name=text(body, "serviceName"),
        role=text(definition, "taskRoleArn"),
        running=text(body, "status") != "INACTIVE" and number(body, "desiredCount") > 0,
        tags=tags(body, "tags"),
        public=text(network, "assignPublicIp") == "ENABLED",
        privileged=_privileged(definition),
        related={
            "cluster": text(body, "clusterArn"),
            "task-definition": text(body, "taskDefinition"),
            "execution-role": text(definition, "executionRoleArn"),
        },
    )
    return taking(row, _images(definition))


def _task(record: Record, definition: Mapping[str, Json]) -> Workload:
    body, changed = record.body, mapping(record.body, "overrides")
    execution = text(changed, "executionRoleArn") or text(definition, "executionRoleArn")
    row = workload(
        record,
        name=record.id.rpartition("/")[2],
        role=text(changed, "taskRoleArn") or text(definition, "taskRoleArn"),
        running=text(body, "lastStatus") not in ("STOPPED", "DELETED"),
        tags=tags(body, "tags"),
        privileged=_privileged(definition),
        related={
            "cluster": text(body, "clusterArn"),
            "task-definition": text(body, "taskDefinitionArn"),
            "execution-role": execution,
        },
    )
    of_service = text(body, "group").startswith("service:")
    return row if of_service else taking(row, _images(definition))


def _task_definition(record: Record) -> Iterator[Row]:
    """Yield what a task of this definition would run as; nothing runs by itself."""
    body = record.body
    row = workload(
        record,
        name=f"{text(body, 'family')}:{number(body, 'revision')}",
        role=text(body, "taskRoleArn"),
        running=False,
        privileged=_privileged(body),
        related={"execution-role": text(body, "executionRoleArn")},
    )
    yield taking(row, _images(body))


def _images(definition: Mapping[str, Json]) -> Iterator[str]:
    return (text(each, "image") for each in _containers(definition))


def _containers(definition: Mapping[str, Json]) -> tuple[Mapping[str, Json], ...]:
    return objects(definition, "containerDefinitions")


def _privileged(definition: Mapping[str, Json]) -> bool:
    """A container of it has the powers of its host."""
    return any(flag(each, "privileged") for each in _containers(definition))


SERVICE = Service(name="ECS", calls=_CALLS, normalise=normalise)
