# SPDX-License-Identifier: Apache-2.0
"""ECS: clusters, services, tasks and the definitions that say as whom they run."""

from collections.abc import Iterator, Mapping

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, mapping, number, objects, rows, tags, text
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
    overrides it.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    definitions = {record.id: record.body for record in records.of(TASK_DEFINITION)}

    def service(record: Record) -> Iterator[Row]:
        body = record.body
        name = text(body, "taskDefinition")
        network = mapping(body, "networkConfiguration", "awsvpcConfiguration")
        yield workload(
            record,
            name=text(body, "serviceName"),
            role=text(definitions.get(name, {}), "taskRoleArn"),
            running=text(body, "status") != "INACTIVE" and number(body, "desiredCount") > 0,
            tags=tags(body, "tags"),
            public=text(network, "assignPublicIp") == "ENABLED",
            privileged=_privileged(definitions.get(name, {})),
            related={
                "cluster": text(body, "clusterArn"),
                "task-definition": name,
                "execution-role": text(definitions.get(name, {}), "executionRoleArn"),
            },
        )

    def task(record: Record) -> Iterator[Row]:
        body, changed = record.body, mapping(record.body, "overrides")
        name = text(body, "taskDefinitionArn")
        definition = definitions.get(name, {})
        execution = text(changed, "executionRoleArn") or text(definition, "executionRoleArn")
        yield workload(
            record,
            name=record.id.rpartition("/")[2],
            role=text(changed, "taskRoleArn") or text(definition, "taskRoleArn"),
            running=text(body, "lastStatus") not in ("STOPPED", "DELETED"),
            tags=tags(body, "tags"),
            privileged=_privileged(definition),
            related={
                "cluster": text(body, "clusterArn"),
                "task-definition": name,
                "execution-role": execution,
            },
        )

    yield from rows(records, SERVICE_KIND, service)
    yield from rows(records, TASK, task)
    yield from rows(records, TASK_DEFINITION, _task_definition)


def _task_definition(record: Record) -> Iterator[Row]:
    """Yield what a task of this definition would run as; nothing runs by itself."""
    body = record.body
    yield workload(
        record,
        name=f"{text(body, 'family')}:{number(body, 'revision')}",
        role=text(body, "taskRoleArn"),
        running=False,
        privileged=_privileged(body),
        related={"execution-role": text(body, "executionRoleArn")},
    )


def _privileged(definition: Mapping[str, Json]) -> bool:
    """A container of it has the powers of its host."""
    return any(flag(each, "privileged") for each in objects(definition, "containerDefinitions"))


SERVICE = Service(name="ECS", calls=_CALLS, normalise=normalise)
