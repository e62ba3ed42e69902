# SPDX-License-Identifier: Apache-2.0
"""Clusters, task definitions and services of ECS: what a scan of them would give."""

import json
import re

from msgspec import structs

from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Target
from bartizan.model.laid import Laid
from bartizan.model.record import Record
from bartizan.model.secret import MARKER
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
CANARY = "hunter2-canary-value"
CONTAINERS = json.dumps(
    [
        {
            "name": "app",
            "image": "app",
            "privileged": True,
            "command": ["run", CANARY],
            "Environment": [{"Name": "PASSWORD", "Value": CANARY}],
            "logConfiguration": {"options": {"token": CANARY}},
        }
    ]
)
DEFINITION: Described = {
    "family": "app",
    "task_role_arn": ROLE,
    "execution_role_arn": f"{ROLE}-start",
    "container_definitions": CONTAINERS,
}


def started() -> list[Described]:
    """A cluster, and a service of two tasks in it, all of them new."""
    service = new(
        "aws_ecs_service.s",
        refers={
            "cluster": referring("aws_ecs_cluster.c.id"),
            "task_definition": referring("aws_ecs_task_definition.t.arn"),
        },
        name="web",
        desired_count=2,
        network_configuration=[{"subnets": ["subnet-1"], "assign_public_ip": True}],
        tags={"team": "a"},
    )
    return [
        new("aws_ecs_cluster.c", name="main"),
        new("aws_ecs_task_definition.t", "revision", "arn_without_revision", **DEFINITION),
        service,
    ]


def test_a_service_runs_as_the_role_of_its_new_task_definition() -> None:
    found = laid(*started())

    service = only(found, Workload, kind="AWS::ECS::Service")
    assert service.arn == f"{ECS}:service/main/web"
    assert (service.role, service.running, service.public, service.privileged) == (
        ROLE, True, True, True,
    )  # fmt: skip
    assert service.related == {
        "cluster": f"{ECS}:cluster/main",
        "task-definition": f"{ECS}:task-definition/app:1",
        "execution-role": f"{ROLE}-start",
    }
    assert service.tags == {"team": "a"}
    assert found.gaps == ()
    (cluster,) = found.overlay.of("AWS::ECS::Cluster")
    assert (cluster.id, cluster.body["clusterName"]) == (f"{ECS}:cluster/main", "main")
    assert [one.id for one in found.overlay.of("AWS::ECS::ClusterArn")] == [cluster.id]


def test_a_service_has_a_task_of_its_own() -> None:
    found = laid(*started())

    assert kinds(found, "AWS::ECS") == [
        f"AWS::ECS::{one}"
        for one in (
            "Cluster", "ClusterArn", "Service", "ServiceArn",
            "Task", "TaskArn", "TaskDefinition", "TaskDefinitionArn",
        )
    ]  # fmt: skip
    (listed,) = found.overlay.of("AWS::ECS::TaskArn")
    (whole,) = found.overlay.of("AWS::ECS::Task")
    assert listed.body == {"taskArn": listed.id}
    assert (whole.id, whole.body["taskArn"]) == (listed.id, listed.id)
    task = only(found, Workload, kind="AWS::ECS::Task")
    assert task.arn.startswith(f"{ECS}:task/main/")
    assert (task.role, task.running) == (ROLE, True)
    assert task.related["cluster"] == f"{ECS}:cluster/main"


def test_what_a_container_is_given_is_not_kept() -> None:
    found = laid(*started())

    assert misfits(found) == []
    assert CANARY not in repr(found)
    assert MARKER in repr(found)


def test_a_task_definition_is_told_as_a_scan_tells_it() -> None:
    found = laid(*started())

    (listed,) = found.overlay.of("AWS::ECS::TaskDefinitionArn")
    (whole,) = found.overlay.of("AWS::ECS::TaskDefinition")
    assert listed.body == {"taskDefinitionArn": listed.id}
    assert {name: held for name, held in whole.body.items() if name != "containerDefinitions"} == {
        "taskDefinitionArn": listed.id,
        "family": "app",
        "revision": 1,
        "taskRoleArn": ROLE,
        "executionRoleArn": f"{ROLE}-start",
        "status": "ACTIVE",
    }


def test_containers_that_cannot_be_read_are_named() -> None:
    for text in ("{", '{"name": "app"}', "[1]", "[" * 2000):
        one = new("aws_ecs_task_definition.t", "revision", family="a", container_definitions=text)

        assert operations(laid(one)) == ["aws_ecs_task_definition.t.container_definitions"]


def test_a_service_that_names_no_cluster_is_in_the_usual_one() -> None:
    found = laid(new("aws_ecs_service.s", "cluster", name="web", desired_count=0))

    row = only(found, Workload, kind="AWS::ECS::Service")
    assert row.arn == f"{ECS}:service/default/web"
    assert row.related == {"cluster": f"{ECS}:cluster/default"}


def test_a_service_of_the_old_form_of_arns_is_the_same_one() -> None:
    old = f"{ECS}:service/web"
    held = record("AWS::ECS::Service", old, serviceName="web", desiredCount=1)
    values = {"name": "web", "id": old, "cluster": "main", "desired_count": 0}

    found = laid(change("aws_ecs_service.s", before=values, after=values), records=(held,))
    moved = change("aws_ecs_service.s", before=values, after=values | {"task_definition": ""})

    assert not only(laid(moved, records=(held,)), Workload).running
    assert only(found, Workload).arn == old


def test_a_changed_task_definition_is_the_next_revision() -> None:
    made = laid(*started())
    arn = f"{ECS}:task-definition/app:1"
    before = DEFINITION | {"arn": arn, "revision": 1}
    definition = change(
        "aws_ecs_task_definition.t",
        before=before,
        after=DEFINITION | {"task_role_arn": f"{ROLE}-2"},
        unknown={"arn": True, "revision": True, "id": True},
        actions=("delete", "create"),
        computed=("arn", "revision", "id"),
    )
    service = change(
        "aws_ecs_service.s",
        before={"name": "web", "cluster": f"{ECS}:cluster/main", "task_definition": arn},
        after={"name": "web", "cluster": f"{ECS}:cluster/main", "desired_count": 1},
        unknown={"task_definition": True},
        refers={"task_definition": referring("aws_ecs_task_definition.t.arn")},
    )

    found = laid(definition, service, records=tuple(made.overlay.put.values()))

    assert {row.role for row in facts(found).rows(Workload)} == {f"{ROLE}-2"}
    latest = only(found, Workload, kind="AWS::ECS::TaskDefinition")
    assert (latest.arn, latest.running) == (f"{ECS}:task-definition/app:2", False)


def test_a_service_may_name_the_family_alone() -> None:
    held = tuple(laid(*started()).overlay.put.values())
    arn = f"{ECS}:cluster/main"
    values = {"name": "job", "cluster": arn, "task_definition": "app", "desired_count": 0}

    found = laid(change("aws_ecs_service.j", after=values), records=held)
    other = laid(
        change("aws_ecs_service.j", after=values | {"task_definition": "none"}), records=held
    )

    service = only(found, Workload, name="job")
    assert (service.role, service.running) == (ROLE, False)
    for name in ("app:1", f"{ECS}:task-definition/app"):
        one = change("aws_ecs_service.j", after=values | {"task_definition": name})
        related = only(laid(one, records=held), Workload, name="job").related
        assert related["task-definition"] == f"{ECS}:task-definition/app:1"
    assert operations(other) == ["aws_ecs_service.j.task_definition"]


def test_a_service_that_stops_or_goes_leaves_no_task() -> None:
    held = tuple(laid(*started()).overlay.put.values())
    values = {"name": "web", "cluster": f"{ECS}:cluster/main", "task_definition": "app:1"}
    stopped = change("aws_ecs_service.s", before=values, after=values | {"desired_count": 0})
    gone = [
        change("aws_ecs_service.s", before=values | {"id": f"{ECS}:service/main/web"}),
        change("aws_ecs_cluster.c", before={"name": "main", "arn": f"{ECS}:cluster/main"}),
        change("aws_ecs_task_definition.t", before=DEFINITION | {"revision": 1}),
    ]

    idle, none = laid(stopped, records=held), laid(*gone, records=held)

    assert not only(idle, Workload, kind="AWS::ECS::Service").running
    assert kinds(idle, "AWS::ECS::Task") == [
        "AWS::ECS::TaskDefinition",
        "AWS::ECS::TaskDefinitionArn",
    ]
    assert kinds(none, "AWS::ECS") == []


def test_a_definition_that_the_code_keeps_stays() -> None:
    held = tuple(laid(*started()).overlay.put.values())
    before = DEFINITION | {"revision": 1, "skip_destroy": True}

    found = laid(change("aws_ecs_task_definition.t", before=before), records=held)

    assert only(found, Workload, kind="AWS::ECS::TaskDefinition").role == ROLE


def test_what_is_not_known_of_tasks_is_named() -> None:
    definition = change(
        "aws_ecs_task_definition.t",
        after={"family": "app"},
        unknown={"container_definitions": True, "task_role_arn": True},
    )
    service = change("aws_ecs_service.s", after={"name": "web"}, unknown={"cluster": True})

    found = laid(definition, service)

    assert operations(found) == [
        "aws_ecs_task_definition.t.container_definitions",
        "aws_ecs_task_definition.t.task_role_arn",
        "aws_ecs_service.s.cluster",
    ]


def test_a_family_that_somebody_else_has_made_revisions_of_is_told() -> None:
    held = tuple(laid(*started()).overlay.put.values())
    again = new("aws_ecs_task_definition.other", "revision", **DEFINITION)

    found = laid(again, records=held)

    assert operations(found) == ["aws_ecs_task_definition.other.revision"]


NETWORK = {"subnets": [SUBNET], "security_groups": [GROUP], "assign_public_ip": True}
BEHIND = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/g/1"


def kept(**members: object) -> tuple[Record, ...]:
    """A snapshot with a service of one task that has an interface, and a group of targets."""
    service = new(
        "aws_ecs_service.s",
        refers={"cluster": referring("aws_ecs_cluster.c.id")},
        name="web",
        desired_count=1,
        network_configuration=[NETWORK],
        **members,
    )
    group = change(
        "aws_lb_target_group.g",
        after={"arn": BEHIND, "name": "g", "port": 80, "vpc_id": VPC, "target_type": "ip"},
    )
    made = laid(new("aws_ecs_cluster.c", name="main"), group, service)
    put = made.overlay.put
    return (*(one for one in HELD if one.key not in put), *map(scanned, put.values()))


def scanned(one: Record) -> Record:
    """Return a record as a scan has it, where the interface has an id that no code tells."""
    text = re.sub(r"eni-\w{17}", "eni-0a", json.dumps({"id": one.id, **one.body}))
    body = json.loads(text.replace('"Port": 80}', '"Port": 80, "AvailabilityZone": "z"}'))
    return structs.replace(one, id=body.pop("id"), body=body)


def service(before: Described, after: Described) -> Described:
    """A change of the service that is kept."""
    common = {"name": "web", "cluster": f"{ECS}:cluster/main", "desired_count": 1}
    return change("aws_ecs_service.s", before=common | before, after=common | after)


def interface(found: Laid) -> Interface:
    """Return the interface of the only task."""
    return only(found, Interface, thing=only(found, Workload, kind="AWS::ECS::Task").arn)


def test_a_task_has_an_interface_in_a_subnet_of_its_service() -> None:
    found = laid(records=kept(load_balancer=[{"target_group_arn": BEHIND, "container_port": 80}]))

    own = interface(found)
    assert (own.subnet, own.groups, own.attached) == (SUBNET, (GROUP,), True)
    assert list(own.public) == list(own.addresses)
    target = only(found, Target)
    assert (target.id, target.port, target.group) == (own.addresses[0], 80, BEHIND)


def test_what_a_service_says_of_its_network_changes_its_tasks_interface() -> None:
    held = kept()
    network = {"network_configuration": [NETWORK]}
    other = {"network_configuration": [{"subnets": [SUBNET], "security_groups": ["sg-default"]}]}

    same = laid(service(network, network), records=held)
    changed = laid(service(network, other), records=held)

    assert interface(same) == interface(laid(records=held))
    assert interface(changed).id == interface(same).id == "eni-0a"
    assert interface(changed).groups == ("sg-default",)
    assert not interface(changed).public


def test_a_service_that_stops_takes_its_interfaces_with_it() -> None:
    held = kept()
    before = {"network_configuration": [NETWORK]}

    found = laid(service(before, before | {"desired_count": 0}), records=held)

    name = interface(laid(records=held)).id
    assert name not in {row.id for row in facts(found).rows(Interface)}


def test_a_service_that_leaves_a_group_of_targets_is_none_of_them() -> None:
    behind = {"load_balancer": [{"target_group_arn": BEHIND, "container_port": 80}]}
    network = {"network_configuration": [NETWORK]}
    held = kept(**behind)

    stays = laid(service(network | behind, network | behind), records=held)
    leaves = laid(service(network | behind, network), records=held)

    assert facts(stays).rows(Target) == facts(laid(records=held)).rows(Target) != ()
    assert not facts(leaves).rows(Target)


def test_a_task_in_subnets_that_nobody_read_is_told() -> None:
    one = {"network_configuration": [NETWORK | {"subnets": ["subnet-other"]}]}

    found = laid(service({}, one))

    assert operations(found) == ["aws_ecs_service.s.subnet_id"]
