# SPDX-License-Identifier: Apache-2.0
"""Techniques over containers of ECS."""

from bartizan.model.step import Condition
from bartizan.reason.authz.aws.steps.over import clusters_and_roles, workloads
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_ECS = "arn:{partition}:ecs:{region}:{account}:"
_SERVICE = "ecs-tasks.amazonaws.com"
_DEFINITION = _ECS + "task-definition/{new}:1"
_CLUSTER = Need(action="ecs:CreateCluster", resource=_ECS + "cluster/{new}")
_REGISTER = Need(action="ecs:RegisterTaskDefinition", resource=_DEFINITION)
_NEW_CLUSTER = _ECS + "cluster/{new}"
_OVER = clusters_and_roles(_SERVICE)
_EXEC = Condition(
    text="the task was started with command execution on", key="assume:ecs-exec", effort=1
)


def _run(action: str, cluster: str) -> Need:
    return Need(action=action, resource=_DEFINITION, context=(("ecs:cluster", cluster),))


TECHNIQUES = (
    handing(
        "ecs-new-service-and-cluster",
        "Make a cluster and a service that runs as the role",
        _CLUSTER,
        _REGISTER,
        Need(
            action="ecs:CreateService",
            resource=_ECS + "service/{new}/{new}",
            context=(("ecs:cluster", _NEW_CLUSTER),),
        ),
        service=_SERVICE,
        refs=("ecs-001",),
        attack="T1610",
        effort=3,
        how="A container of a new service runs with the credentials of the task's role.",
    ),
    handing(
        "ecs-new-task-and-cluster",
        "Make a cluster and a task that runs as the role",
        _CLUSTER,
        _REGISTER,
        _run("ecs:RunTask", _NEW_CLUSTER),
        service=_SERVICE,
        refs=("ecs-002",),
        attack="T1610",
        effort=3,
        how="A container of a new task runs with the credentials of the task's role.",
    ),
    handing(
        "ecs-new-service",
        "Make a service in a cluster that runs as the role",
        _REGISTER,
        Need(
            action="ecs:CreateService",
            resource=_ECS + "service/{cluster_name}/{new}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        service=_SERVICE,
        refs=("ecs-003",),
        attack="T1610",
        over=_OVER,
        how="A container of a new service runs with the credentials of the task's role.",
    ),
    handing(
        "ecs-new-task",
        "Run a task in a cluster as the role",
        _REGISTER,
        _run("ecs:RunTask", "{cluster}"),
        service=_SERVICE,
        refs=("ecs-004",),
        attack="T1610",
        over=_OVER,
        how="A container of a new task runs with the credentials of the task's role.",
    ),
    handing(
        "ecs-start-task",
        "Start a task on a host of a cluster as the role",
        _REGISTER,
        _run("ecs:StartTask", "{cluster}"),
        service=_SERVICE,
        refs=("ecs-005",),
        attack="T1610",
        over=_OVER,
        effort=3,
        how="A container of a new task runs on a registered host with the task's role.",
    ),
    handing(
        "ecs-override-task",
        "Run an existing task definition with the role in its place",
        Need(
            action="ecs:RunTask",
            resource="{task_definition}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        service=_SERVICE,
        refs=("ecs-008",),
        attack="T1610",
        over=clusters_and_roles(_SERVICE, definitions=True),
        how="A run may override the command and the role of a task definition that exists.",
    ),
    handing(
        "ecs-override-start-task",
        "Start an existing task definition on a host with the role in its place",
        Need(
            action="ecs:StartTask",
            resource="{task_definition}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        service=_SERVICE,
        refs=("ecs-009",),
        attack="T1610",
        effort=3,
        over=clusters_and_roles(_SERVICE, definitions=True),
        how="A start may override the command and the role of a task definition that exists.",
    ),
    handing(
        "ecs-own-host",
        "Register a host with a cluster and start a task on it as the role",
        Need(action="ecs:RegisterContainerInstance", resource="{cluster}"),
        Need(
            action="ecs:StartTask",
            resource="{task_definition}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        service=_SERVICE,
        refs=("ecs-007",),
        attack="T1610",
        effort=4,
        over=clusters_and_roles(_SERVICE, definitions=True),
        how="Tasks on a host of the attacker's own hand their role's credentials to that host.",
    ),
    changing(
        "ecs-execute-command",
        "Run a command in a container",
        Need(
            action="ecs:ExecuteCommand",
            resource="{cluster}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        Need(
            action="ecs:ExecuteCommand",
            resource="{workload}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        Need(
            action="ecs:DescribeTasks",
            resource="{workload}",
            context=(("ecs:cluster", "{cluster}"),),
        ),
        kind="AWS::ECS::Task",
        refs=("ecs-006",),
        attack="T1609",
        conditions=(_EXEC,),
        over=workloads("AWS::ECS::Task"),
        how="The agent opens a shell in the container, beside the credentials of the task's role.",
    ),
)
