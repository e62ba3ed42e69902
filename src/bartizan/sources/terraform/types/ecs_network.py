# SPDX-License-Identifier: Apache-2.0
"""Interfaces of tasks that have one each, and the targets of load balancers that they are.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
"""

from collections.abc import Iterable, Iterator, Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import INTERFACE, objects_of, peek, put, text_of
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface, show

TASK = "AWS::ECS::Task"
_HEALTH = "AWS::ElasticLoadBalancingV2::TargetHealth"
_TARGETS = "TargetHealthDescriptions"
_ATTACHMENT, _INTERFACE = "ElasticNetworkInterface", "networkInterfaceId"


def stand(
    thing: Thing, draft: Draft, tasks: Iterable[str], *, before: Mapping[str, Json], new: bool
) -> None:
    """Give the tasks of a service their interfaces, in one of its subnets, as AWS will choose, and
    register them with its target groups. Those that were there, under a configuration `before`,
    keep theirs unless it is for other subnets, so that what stays the same is called the same.

    Raises:
        UntoldError: a subnet or a target group is neither in the snapshot nor in the change.
    """
    every = list(tasks)
    left = set(_addresses(draft, every))
    for block in thing.blocks("network_configuration"):
        subnets = sorted(block.texts("subnets"))
        moved = set(subnets) != _texts(before, "subnets")
        grouped = set(block.members("security_groups")) != _texts(before, "securityGroups")
        shown = block.flag("assign_public_ip") != (before.get("assignPublicIp") == "ENABLED")
        for task in every if subnets else ():
            if new or moved:
                leave(draft, task)
                _interface(block, draft, task, subnets)
            elif grouped or shown:
                _change(block, draft, task, subnets[0])
    _register(thing, draft, left, set(_addresses(draft, every)))


def leave(draft: Draft, task: str) -> None:
    """Take a task's interfaces away."""
    for name in interfaces_of(draft, task):
        for one in draft.found(INTERFACE, name):
            draft.drop(INTERFACE, one)


def interfaces_of(draft: Draft, task: str) -> list[str]:
    """Return the ids of the interfaces that a task has for itself."""
    return [
        text_of(detail, "value")
        for attachment in objects_of(draft.peek(TASK, task), "attachments")
        for detail in objects_of(attachment, "details")
        if detail.get("name") == _INTERFACE
    ]


def _interface(block: Thing, draft: Draft, task: str, subnets: list[str]) -> None:
    name = f"eni-{block.made(f'eni-{last(task)}').rpartition('-')[2]}"
    draft.elsewhere[name] = tuple(subnets)
    new_interface(
        block,
        draft,
        name=name,
        subnet=subnets[0],
        groups=chosen_groups(block, draft, subnets[0], "security_groups"),
        RequesterManaged=True,
        Status="in-use",
    )
    show(draft, name, "assign_public_ip", wanted=block.settled("assign_public_ip"))
    body: Body = draft.body(TASK, task) or {}
    told: Json = {"name": _INTERFACE, "value": name}
    body["attachments"] = [{"type": _ATTACHMENT, "status": "ATTACHED", "details": [told]}]


def _change(block: Thing, draft: Draft, task: str, subnet: str) -> None:
    groups = sorted(chosen_groups(block, draft, subnet, "security_groups"))
    for name in interfaces_of(draft, task):
        put(block, draft, (INTERFACE, name), {"Groups": [{"GroupId": one} for one in groups]})
        show(draft, name, "assign_public_ip", wanted=block.flag("assign_public_ip"))


def _register(thing: Thing, draft: Draft, left: set[str], here: set[str]) -> None:
    """Make the addresses that are `here` targets of the groups that a service names, and those
    which it has `left`, or of groups that it names no more, no longer.
    """
    wanted = {
        block.identity("target_group_arn"): block.number("container_port")
        for block in thing.blocks("load_balancer")
        if block.said("target_group_arn")
    }
    before = thing.before.get("load_balancer")
    for one in before if isinstance(before, list) else ():
        group = one.get("target_group_arn") if isinstance(one, dict) else None
        body = draft.body(_HEALTH, group) if isinstance(group, str) else None
        gone = left - here if group in wanted else left
        if body is not None:
            listed(body, _TARGETS)[:] = [
                one for one in listed(body, _TARGETS) if _id(one) not in gone
            ]
    for group, port in wanted.items():
        body = draft.body(_HEALTH, group)
        if body is None:
            raise UntoldError("load_balancer")
        held = listed(body, _TARGETS)
        for address in sorted(here - set(map(_id, held))):
            target: Json = {"Id": address, "Port": port}
            held.append({"Target": target, "TargetHealth": {"State": "healthy"}})


def _id(one: Json) -> str:
    target = one.get("Target") if isinstance(one, dict) else None
    return text_of(target, "Id") if isinstance(target, dict) else ""


def _addresses(draft: Draft, tasks: Iterable[str]) -> Iterator[str]:
    for task in tasks:
        for name in interfaces_of(draft, task):
            if address := text_of(peek(draft, INTERFACE, name), "PrivateIpAddress"):
                yield address


def _texts(place: Mapping[str, Json], member: str) -> set[str]:
    held = place.get(member)
    return {str(one) for one in held} if isinstance(held, list) else set()
