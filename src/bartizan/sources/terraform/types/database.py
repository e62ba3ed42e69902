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
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface, show
from bartizan.sources.terraform.value import Hidden

INSTANCE, _GROUP = "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"
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


def _subnet_group(thing: Thing, draft: Draft) -> None:
    name = thing.name()
    subnets = sorted(thing.texts("subnet_ids"))
    network = text_of(peek(draft, SUBNET, subnets[0]), "VpcId") if subnets else ""
    body: Body = {
        "DBSubnetGroupName": name,
        "VpcId": network,
        "Subnets": [{"SubnetIdentifier": one} for one in subnets],
    }
    _keep(thing, draft, _GROUP, thing.arn("rds", f"subgrp:{name}"), body=body)


def _no_subnet_group(thing: Thing, draft: Draft) -> None:
    draft.drop(_GROUP, thing.arn("rds", f"subgrp:{thing.name()}"))


def port_of(engine: str) -> int:
    """Return the port that an engine listens on unless somebody says otherwise; 0 for unknown."""
    return _PORTS.get(engine.partition("-ee")[0].partition("-se")[0], 0)


def subnet_group(thing: Thing, draft: Draft, name: str) -> Mapping[str, Json]:
    """Return the subnets of a database: of a group in the change, else as another database in the
    same group has them.

    Raises:
        UntoldError: nothing tells them.
    """
    found = draft.peek(_GROUP, thing.here("rds", f"subgrp:{name}")) if name else None
    if found:
        return found
    for one in draft.held(INSTANCE):
        group = draft.peek(INSTANCE, one).get("DBSubnetGroup")
        if name and isinstance(group, dict) and group.get("DBSubnetGroupName") == name:
            return group
    raise UntoldError("db_subnet_group_name")


def _instance(thing: Thing, draft: Draft) -> None:
    name = thing.name("identifier")
    arn = thing.arn("rds", f"db:{name}")
    held = draft.peek(INSTANCE, arn)
    group = (
        held.get("DBSubnetGroup")
        if held
        else dict(subnet_group(thing, draft, thing.identity("db_subnet_group_name")))
    )
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
    port = written or port_of(engine)
    if port:
        endpoint = held.get("Endpoint")
        body["Endpoint"] = {**(endpoint if isinstance(endpoint, dict) else {}), "Port": port}
    elif not held:
        thing.gaps["port"] = Hidden.UNKNOWN
    before = [text_of(one, "VpcSecurityGroupId") for one in objects_of(held, "VpcSecurityGroups")]
    groups = sorted(before)
    if not held or thing.said("vpc_security_group_ids"):
        first = next(iter(_subnets(body)), "")
        groups = sorted(chosen_groups(thing, draft, first, "vpc_security_group_ids"))
    body["VpcSecurityGroups"] = [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups]
    if thing.said("kms_key_id"):
        body["KmsKeyId"] = thing.member("kms_key_id")
    _keep(thing, draft, INSTANCE, arn, body=body)
    thing.settled("publicly_accessible")
    if not held:
        stand(thing, draft, body, groups)
    elif groups != sorted(before) or held.get("PubliclyAccessible") != body["PubliclyAccessible"]:
        regroup(thing, draft, body, before=before, groups=groups)


def _subnets(database: Mapping[str, Json]) -> list[str]:
    place = database.get("DBSubnetGroup")
    held = objects_of(place, "Subnets") if isinstance(place, dict) else []
    return [text_of(one, "SubnetIdentifier") for one in held]


def stand(thing: Thing, draft: Draft, database: Mapping[str, Json], groups: list[str]) -> None:
    """Put a database's interface into one of its subnets; AWS will choose which."""
    subnets = _subnets(database)
    if not subnets:
        return
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
    show(draft, name, "publicly_accessible", wanted=database.get("PubliclyAccessible") is True)


def regroup(
    thing: Thing,
    draft: Draft,
    database: Mapping[str, Json],
    *,
    before: list[str],
    groups: list[str],
) -> None:
    """Change the groups and the public address of a database's interface, which nothing but its
    place and its groups tells; where several may be it, that cannot be told.
    """
    subnets = _subnets(database)
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
    show(draft, name, "publicly_accessible", wanted=database.get("PubliclyAccessible") is True)


def _no_instance(thing: Thing, draft: Draft) -> None:
    draft.drop(INSTANCE, thing.arn("rds", f"db:{thing.name('identifier')}"))


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
        record=INSTANCE,
        rank=4,
    ),
)
