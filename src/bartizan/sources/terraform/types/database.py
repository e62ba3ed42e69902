# SPDX-License-Identifier: Apache-2.0
"""Databases of RDS and the subnets that they stand in.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    SUBNET,
    bodies,
    objects_of,
    peek,
    text_of,
)
from bartizan.sources.terraform.types.ec2_address import association, public
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface
from bartizan.sources.terraform.value import Hidden

_INSTANCE, _GROUP = "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"
_INTERFACE = "RDSNetworkInterface"
_PORTS = {
    "aurora-mysql": 3306, "aurora-postgresql": 5432, "mariadb": 3306, "mysql": 3306,
    "oracle": 1521, "postgres": 5432, "sqlserver": 1433,
}  # fmt: skip
"""Engine to the port that it listens on unless somebody says otherwise.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

_kind = functools.partial(Kind, service="rds")
_keep = functools.partial(keep, service="rds")


def _arn(thing: Thing, noun: str, name: str) -> str:
    known = thing.values.get("arn")
    if isinstance(known, str) and known:
        return known
    thing.account()
    return thing.place.arn("rds", f"{noun}:{name}", region=True)


def _subnet_group(thing: Thing, draft: Draft) -> None:
    name = thing.name()
    subnets = sorted(thing.texts("subnet_ids"))
    network = text_of(peek(draft, SUBNET, subnets[0]), "VpcId") if subnets else ""
    body: Body = {
        "DBSubnetGroupName": name,
        "VpcId": network,
        "Subnets": [{"SubnetIdentifier": one} for one in subnets],
    }
    _keep(thing, draft, _GROUP, _arn(thing, "subgrp", name), body=body)


def _no_subnet_group(thing: Thing, draft: Draft) -> None:
    draft.drop(_GROUP, _arn(thing, "subgrp", thing.name()))


def _group(thing: Thing, draft: Draft) -> Mapping[str, Json]:
    """Return the subnets of a database: of a group in the change, else as another database in the
    same group has them.

    Raises:
        UntoldError: nothing tells them.
    """
    name = thing.identity("db_subnet_group_name")
    found = draft.peek(_GROUP, thing.place.arn("rds", f"subgrp:{name}", region=True))
    if found:
        return found
    for one in draft.held(_INSTANCE):
        group = draft.peek(_INSTANCE, one).get("DBSubnetGroup")
        if isinstance(group, dict) and group.get("DBSubnetGroupName") == name:
            return group
    raise UntoldError("db_subnet_group_name")


def _instance(thing: Thing, draft: Draft) -> None:
    name = thing.name("identifier")
    arn = _arn(thing, "db", name)
    held = draft.peek(_INSTANCE, arn)
    group = held.get("DBSubnetGroup") if held else dict(_group(thing, draft))
    place = group if isinstance(group, dict) else {}
    engine = thing.text("engine") if thing.said("engine") else ""
    written = thing.number("port") if thing.said("port") else 0
    body: Body = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": arn,
        "Engine": engine,
        "PubliclyAccessible": thing.flag("publicly_accessible"),
        "DBSubnetGroup": place,
        "StorageEncrypted": thing.flag("storage_encrypted"),
        "IAMDatabaseAuthenticationEnabled": thing.flag("iam_database_authentication_enabled"),
        "TagList": thing.tags(),
    }
    port = written or _PORTS.get(engine.partition("-ee")[0].partition("-se")[0], 0)
    if port:
        endpoint = held.get("Endpoint")
        body["Endpoint"] = {**(endpoint if isinstance(endpoint, dict) else {}), "Port": port}
    elif not held:
        thing.gaps["port"] = Hidden.UNKNOWN
    subnets = [text_of(one, "SubnetIdentifier") for one in objects_of(place, "Subnets")]
    before = [text_of(one, "VpcSecurityGroupId") for one in objects_of(held, "VpcSecurityGroups")]
    groups = sorted(before)
    if not held or thing.said("vpc_security_group_ids"):
        first = subnets[0] if subnets else ""
        groups = sorted(chosen_groups(thing, draft, first, "vpc_security_group_ids"))
    body["VpcSecurityGroups"] = [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups]
    _keep(thing, draft, _INSTANCE, arn, body=body)
    if not held and subnets:
        _stand(thing, draft, subnets, groups)
    elif groups != sorted(before) or held.get("PubliclyAccessible") != body["PubliclyAccessible"]:
        _change(thing, draft, set(subnets), before=before, groups=groups)


def _stand(thing: Thing, draft: Draft, subnets: list[str], groups: list[str]) -> None:
    """Put a database's interface into one of its subnets; AWS will choose which."""
    name = thing.made("eni")
    draft.elsewhere[name] = tuple(subnets)
    new_interface(
        thing,
        draft,
        name=name,
        subnet=subnets[0],
        groups=groups,
        RequesterManaged=True,
        Status="in-use",
        Description=_INTERFACE,
    )
    _show(draft, name, public_one=thing.flag("publicly_accessible"))


def _show(draft: Draft, interface: str, *, public_one: bool) -> None:
    """Give an interface a public address, or take it away."""
    for body in bodies(draft, INTERFACE, interface, "publicly_accessible"):
        held = [body, *objects_of(body, "PrivateIpAddresses")]
        for one in held:
            one.pop("Association", None)
            if public_one:
                one["Association"] = association(public(interface), owner="amazon")


def _change(
    thing: Thing, draft: Draft, subnets: set[str], *, before: list[str], groups: list[str]
) -> None:
    """Change the groups and the public address of a database's interface, which nothing but its
    place and its groups tells; where several may be it, that cannot be told.
    """
    found = [
        one
        for one in draft.held(INTERFACE)
        if (body := draft.peek(INTERFACE, one)).get("Description") == _INTERFACE
        and body.get("SubnetId") in subnets
        and {text_of(group, "GroupId") for group in objects_of(body, "Groups")} == set(before)
    ]
    if len(found) != 1:
        thing.gaps["vpc_security_group_ids"] = Hidden.UNKNOWN
        return
    name = found[0].rpartition("/")[2]
    for held in bodies(draft, INTERFACE, name, "vpc_security_group_ids"):
        held["Groups"] = [{"GroupId": one} for one in groups]
    _show(draft, name, public_one=thing.flag("publicly_accessible"))


def _no_instance(thing: Thing, draft: Draft) -> None:
    draft.drop(_INSTANCE, _arn(thing, "db", thing.name("identifier")))


KINDS = (
    _kind(
        type="aws_db_subnet_group",
        put=_subnet_group,
        take=_no_subnet_group,
        record=_GROUP,
        rank=3,
        names=lambda thing: {"id": thing.name(), "name": thing.name()},
    ),
    _kind(
        type="aws_db_instance",
        put=_instance,
        take=_no_instance,
        record=_INSTANCE,
        rank=4,
    ),
)
