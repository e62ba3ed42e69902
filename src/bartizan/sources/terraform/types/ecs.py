# SPDX-License-Identifier: Apache-2.0
"""ECS: clusters, the definitions of tasks, and the services that keep tasks of them running.

Records are answers of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html
"""

import functools
import json
from collections.abc import Iterator, Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.ecs_network import TASK, leave, stand
from bartizan.sources.terraform.types.revised import revision, spelled
from bartizan.sources.terraform.types.whole import Whole
from bartizan.sources.terraform.value import Hidden

_SERVICE, _SERVICE_ARN = "AWS::ECS::Service", "AWS::ECS::ServiceArn"
_TASK_ARN = "AWS::ECS::TaskArn"
_DEFINITION, _DEFINITION_ARN = "AWS::ECS::TaskDefinition", "AWS::ECS::TaskDefinitionArn"
_SECRETS = (
    "containerDefinitions[].environment[].value",
    "containerDefinitions[].command[]",
    "containerDefinitions[].entryPoint[]",
)
_SPELLED = {
    name.lower(): name
    for name in (
        *("name", "image", "essential", "privileged", "user", "command", "entryPoint"),
        *("environment", "value", "secrets", "valueFrom"),
        *("portMappings", "containerPort", "hostPort", "protocol"),
    )
}
_FIRST = "default"
"""The cluster of a service for which none is named."""

_kind = functools.partial(Kind, service="ecs")
_keep = functools.partial(keep, service="ecs")


def _cluster(thing: Thing, _draft: Draft) -> Body:
    return {
        "clusterName": thing.name(),
        "status": "ACTIVE",
        "tags": thing.tags("key", "value"),
    }


def _definition_arn(thing: Thing) -> str:
    return thing.arn("ecs", f"task-definition/{thing.name('family')}:{revision(thing, 'family')}")


def _definition_names(thing: Thing) -> Mapping[str, str]:
    arn = _definition_arn(thing)
    return {"arn": arn, "arn_without_revision": arn.rpartition(":")[0], "id": thing.name("family")}


def _definition(thing: Thing, draft: Draft) -> None:
    arn = _definition_arn(thing)
    if draft.peek(_DEFINITION, arn) and not isinstance(thing.values.get("revision"), int):
        # Somebody else has made revisions of this family, so that the number is not known.
        thing.gaps["revision"] = Hidden.UNKNOWN
    text = arn.rpartition(":")[2]
    body: Body = {
        "taskDefinitionArn": arn,
        "family": thing.name("family"),
        "revision": int(text) if text.isdigit() else revision(thing, "family"),
        "taskRoleArn": thing.text("task_role_arn"),
        "executionRoleArn": thing.text("execution_role_arn"),
        "containerDefinitions": _containers(thing),
        "status": "ACTIVE",
    }
    clean = redact(body, _SECRETS, key=draft.key)
    _keep(thing, draft, _DEFINITION_ARN, arn, body={"taskDefinitionArn": arn})
    _keep(thing, draft, _DEFINITION, arn, body=clean)


def _containers(thing: Thing) -> list[Json]:
    """Return the containers of a task, whose members the code calls as the API does."""
    text = thing.text("container_definitions")
    try:
        found = json.loads(text) if text else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        thing.gaps["container_definitions"] = Hidden.UNKNOWN
        return []
    return [spelled(one, _SPELLED) for one in found]


def _no_definition(thing: Thing, draft: Draft) -> None:
    """Take a revision away: it can be started no more, unless the code lets it stay."""
    if not thing.flag("skip_destroy"):
        for kind in (_DEFINITION_ARN, _DEFINITION):
            draft.drop(kind, _definition_arn(thing))


def _cluster_of(thing: Thing) -> str:
    """Return the ARN of the cluster of a service, which may be named by either."""
    held = thing.text("cluster") if thing.said("cluster") else ""
    if "cluster" in thing.gaps:
        return thing.identity("cluster")
    if held.startswith("arn:"):
        return held
    return thing.here("ecs", f"cluster/{held or _FIRST}")


def _service_arn(thing: Thing) -> str:
    held = thing.values.get("id")
    if isinstance(held, str) and held.startswith("arn:"):
        return held
    return thing.arn("ecs", f"service/{last(_cluster_of(thing))}/{thing.name()}")


def _definition_of(thing: Thing, draft: Draft) -> str:
    """Return the ARN of the task definition of a service: named whole, by family and revision, or
    by its family alone, which means the latest revision.
    """
    held = thing.text("task_definition")
    if not held or (held.startswith("arn:") and held.rpartition(":")[2].isdigit()):
        return held
    name = held if held.startswith("arn:") else thing.here("ecs", f"task-definition/{held}")
    if name.rpartition("/")[2].count(":"):
        return name
    revisions = [
        int(number)
        for one in draft.held(_DEFINITION)
        if one.startswith(f"{name}:") and (number := one.rpartition(":")[2]).isdigit()
    ]
    if not revisions:
        thing.gaps["task_definition"] = Hidden.UNKNOWN
        return ""
    return f"{name}:{max(revisions)}"


def _service_body(thing: Thing, draft: Draft) -> Body:
    daemon = thing.text("scheduling_strategy") == "DAEMON"
    body: Body = {
        "serviceName": thing.name(),
        "clusterArn": _cluster_of(thing),
        "status": "ACTIVE",
        "taskDefinition": _definition_of(thing, draft),
        # One on each host of the cluster, of which there is at least one that matters.
        "desiredCount": 1 if daemon else thing.number("desired_count"),
        "enableExecuteCommand": thing.flag("enable_execute_command"),
        "tags": thing.tags("key", "value"),
    }
    for block in thing.blocks("network_configuration"):
        public = block.flag("assign_public_ip")
        body["networkConfiguration"] = {
            "awsvpcConfiguration": {
                "subnets": list[Json](sorted(block.texts("subnets"))),
                "securityGroups": list[Json](sorted(block.members("security_groups"))),
                "assignPublicIp": "ENABLED" if public else "DISABLED",
            }
        }
    return body


def _service(thing: Thing, draft: Draft) -> None:
    arn = _service_arn(thing)
    before = _network(draft.peek(_SERVICE, arn))
    body = {"serviceArn": arn, **_service_body(thing, draft)}
    _keep(thing, draft, _SERVICE_ARN, arn, body={"serviceArn": arn})
    _keep(thing, draft, _SERVICE, arn, body=body)
    running = list(_tasks(draft, str(body["clusterArn"]), thing.name()))
    if not body["desiredCount"]:
        for one in running:
            _no_task(draft, one)
        return
    for one in running:
        (draft.body(TASK, one) or {})["taskDefinitionArn"] = body["taskDefinition"]
    tasks = running or [_run(thing, draft, body)]
    stand(thing, draft, tasks, before=before, new=not running)


def _network(service: Mapping[str, Json]) -> Mapping[str, Json]:
    held = service.get("networkConfiguration")
    found = held.get("awsvpcConfiguration") if isinstance(held, dict) else None
    return found if isinstance(found, dict) else {}


def _run(thing: Thing, draft: Draft, service: Mapping[str, Json]) -> str:
    """Put a task that a service starts and return its ARN; however many there will be, they are
    alike.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """
    cluster = str(service["clusterArn"])
    digest = thing.made("task").rpartition("-")[2]
    arn = f"{cluster.replace(':cluster/', ':task/')}/{digest}"
    body: Body = {
        "taskArn": arn,
        "clusterArn": cluster,
        "group": f"service:{thing.name()}",
        "taskDefinitionArn": service["taskDefinition"],
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "enableExecuteCommand": service["enableExecuteCommand"],
    }
    _keep(thing, draft, _TASK_ARN, arn, body={"taskArn": arn})
    _keep(thing, draft, TASK, arn, body=body)
    return arn


def _tasks(draft: Draft, cluster: str, service: str) -> Iterator[str]:
    """Yield the ARNs of the tasks of a service."""
    for one in list(draft.matching(TASK, f"service:{service}", "group")):
        if draft.peek(TASK, one).get("clusterArn") == cluster:
            yield one


def _no_task(draft: Draft, arn: str) -> None:
    leave(draft, arn)
    for kind in (_TASK_ARN, TASK):
        draft.drop(kind, arn)


def _no_service(thing: Thing, draft: Draft) -> None:
    arn = _service_arn(thing)
    for one in _tasks(draft, _cluster_of(thing), thing.name()):
        _no_task(draft, one)
    for kind in (_SERVICE_ARN, _SERVICE):
        draft.drop(kind, arn)


def _service_names(thing: Thing) -> Mapping[str, str]:
    arn = _service_arn(thing)
    return {"arn": arn, "id": arn}


KINDS = (
    Whole(
        type="aws_ecs_cluster",
        service="ecs",
        record="AWS::ECS::Cluster",
        resource="cluster/{name}",
        body=_cluster,
        member="clusterArn",
        id="arn",
        listing="AWS::ECS::ClusterArn",
        listed=("clusterArn",),
    ).kind(),
    _kind(
        type="aws_ecs_task_definition",
        put=_definition,
        take=_no_definition,
        record=_DEFINITION,
        rank=1,
        names=_definition_names,
    ),
    _kind(
        type="aws_ecs_service",
        put=_service,
        take=_no_service,
        record=_SERVICE,
        rank=7,
        names=_service_names,
    ),
)
