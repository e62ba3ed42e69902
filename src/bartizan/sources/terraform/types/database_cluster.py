# SPDX-License-Identifier: Apache-2.0
"""Clusters of databases, the instances in them, and snapshots with whom they are shared.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html and
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html
"""

import functools
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.database import (
    INSTANCE,
    port_of,
    regroup,
    stand,
    subnet_group,
)
from bartizan.sources.terraform.types.ec2 import objects_of, text_of
from bartizan.sources.terraform.types.interface import chosen_groups
from bartizan.sources.terraform.value import Hidden

_CLUSTER = "AWS::RDS::DBCluster"

_kind = functools.partial(Kind, service="rds")
_keep = functools.partial(keep, service="rds")


def _cluster_arn(thing: Thing) -> str:
    return thing.arn("rds", f"cluster:{thing.name('cluster_identifier')}")


def _cluster_names(thing: Thing) -> Mapping[str, str]:
    name = thing.name("cluster_identifier")
    return {"arn": _cluster_arn(thing), "id": name, "cluster_identifier": name}


def _cluster(thing: Thing, draft: Draft) -> None:
    name, arn = thing.name("cluster_identifier"), _cluster_arn(thing)
    held = draft.peek(_CLUSTER, arn)
    engine = thing.text("engine") if thing.said("engine") else text_of(held, "Engine")
    body: Body = {
        "DBClusterIdentifier": name,
        "DBClusterArn": arn,
        "Engine": engine,
        "IAMDatabaseAuthenticationEnabled": thing.flag("iam_database_authentication_enabled"),
        "TagList": thing.tags(),
    }
    port = (thing.number("port") if thing.said("port") else 0) or port_of(engine)
    if port and (thing.said("port") or not held):
        body["Port"] = port
    if thing.said("storage_encrypted"):
        body["StorageEncrypted"] = thing.flag("storage_encrypted")
    if thing.said("kms_key_id"):
        body["KmsKeyId"] = thing.member("kms_key_id")
    if thing.said("db_subnet_group_name"):
        body["DBSubnetGroup"] = thing.text("db_subnet_group_name")
    if not held and thing.said("db_cluster_instance_class"):
        # RDS makes the instances of such a cluster, and names them.
        thing.gaps["db_cluster_instance_class"] = Hidden.UNKNOWN
    groups = _groups_of(thing, draft, held, str(body.get("DBSubnetGroup", "")))
    body["VpcSecurityGroups"] = _told(groups)
    _keep(thing, draft, _CLUSTER, arn, body=body)
    for one in _members(draft, name, arn):
        member = draft.body(INSTANCE, one) or {}
        before = member["VpcSecurityGroups"]
        member["VpcSecurityGroups"] = _told(groups)
        if before != member["VpcSecurityGroups"]:
            regroup(thing, draft, member, before=_groups(before), groups=groups)


def _groups_of(thing: Thing, draft: Draft, held: Mapping[str, Json], place: str) -> list[str]:
    """Return the security groups of a cluster, which its instances have from it."""
    if held and not thing.said("vpc_security_group_ids"):
        return _groups(held.get("VpcSecurityGroups"))
    if thing.said("vpc_security_group_ids") and (found := thing.members("vpc_security_group_ids")):
        return sorted(found)
    subnets = objects_of(subnet_group(thing, draft, place), "Subnets")
    first = text_of(subnets[0], "SubnetIdentifier") if subnets else ""
    return chosen_groups(thing, draft, first, "vpc_security_group_ids")


def _groups(told: Json) -> list[str]:
    held = objects_of({"groups": told}, "groups")
    return sorted(text_of(one, "VpcSecurityGroupId") for one in held)


def _told(groups: list[str]) -> list[Json]:
    return [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups]


def _members(draft: Draft, cluster: str, beside: str) -> Iterator[str]:
    """Yield the instances of a cluster; `beside` is the ARN of something in its place."""
    place = beside.split(":")[:5]
    for one in list(draft.matching(INSTANCE, cluster, "DBClusterIdentifier")):
        if one.split(":")[:5] == place:
            yield one


def _no_cluster(thing: Thing, draft: Draft) -> None:
    draft.drop(_CLUSTER, _cluster_arn(thing))


def _instance_arn(thing: Thing) -> str:
    return thing.arn("rds", f"db:{thing.name('identifier')}")


def _instance(thing: Thing, draft: Draft) -> None:
    """Put an instance of a cluster, from which it has all but its public address."""
    arn = _instance_arn(thing)
    cluster = draft.peek(_CLUSTER, _of(thing, "cluster", "cluster_identifier"))
    if not cluster:
        raise UntoldError("cluster_identifier")
    held = draft.peek(INSTANCE, arn)
    place = held.get("DBSubnetGroup") or dict(
        subnet_group(thing, draft, text_of(cluster, "DBSubnetGroup"))
    )
    public = thing.said("publicly_accessible") and thing.flag("publicly_accessible")
    groups = _groups(cluster.get("VpcSecurityGroups"))
    body: Body = {
        "DBInstanceIdentifier": thing.name("identifier"),
        "DBInstanceArn": arn,
        "DBClusterIdentifier": cluster.get("DBClusterIdentifier"),
        "Engine": cluster.get("Engine"),
        "PubliclyAccessible": public,
        "DBSubnetGroup": place,
        "StorageEncrypted": cluster.get("StorageEncrypted"),
        "TagList": thing.tags(),
        "VpcSecurityGroups": _told(groups),
    }
    if port := cluster.get("Port"):
        endpoint = held.get("Endpoint")
        body["Endpoint"] = {**(endpoint if isinstance(endpoint, dict) else {}), "Port": port}
    elif not held:
        thing.gaps["port"] = Hidden.UNKNOWN
    _keep(thing, draft, INSTANCE, arn, body=body)
    if thing.said("publicly_accessible"):
        thing.settled("publicly_accessible")
    if not held:
        stand(thing, draft, body, groups)
    elif held.get("PubliclyAccessible") != public:
        regroup(thing, draft, body, before=groups, groups=groups)


def _of(thing: Thing, noun: str, argument: str) -> str:
    return thing.here("rds", f"{noun}:{thing.identity(argument)}")


def _no_instance(thing: Thing, draft: Draft) -> None:
    draft.drop(INSTANCE, _instance_arn(thing))


class _Words(Struct, frozen=True):
    """How the snapshots of one kind are called."""

    kind: str
    begin: str
    """`DBSnapshot`, as the names of its members begin."""
    of: tuple[str, str]
    """Kind and noun of what it is a snapshot of."""
    source: str
    """Argument that names what it is of."""
    member: str
    """The same as the record has it."""
    argument: str
    """Argument with its own name, and how that of its ARN begins."""
    noun: str


_ONE = _Words(
    "AWS::RDS::DBSnapshot", "DBSnapshot", (INSTANCE, "db"),
    "db_instance_identifier", "DBInstanceIdentifier", "db_snapshot", "snapshot",
)  # fmt: skip
_WHOLE = _Words(
    "AWS::RDS::DBClusterSnapshot", "DBClusterSnapshot", (_CLUSTER, "cluster"),
    "db_cluster_identifier", "DBClusterIdentifier", "db_cluster_snapshot", "cluster-snapshot",
)  # fmt: skip


def _snapshot_arn(words: _Words, thing: Thing) -> str:
    name = thing.identity(f"{words.argument}_identifier")
    return thing.arn("rds", f"{words.noun}:{name}", attribute=f"{words.argument}_arn")


def _snapshot(words: _Words, thing: Thing, draft: Draft) -> None:
    """Put a snapshot, and who may restore it.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html
    """
    arn, name = _snapshot_arn(words, thing), thing.identity(f"{words.argument}_identifier")
    kind, noun = words.of
    source = thing.identity(words.source)
    told = source if source.startswith("arn:") else thing.here("rds", f"{noun}:{source}")
    held = draft.peek(kind, told)
    body: Body = {
        f"{words.begin}Identifier": name,
        f"{words.begin}Arn": arn,
        words.member: source.rpartition(":")[2],
        "SnapshotType": "manual",
        "Status": "available",
        "TagList": thing.tags(),
    }
    if thing.said("kms_key_id"):
        body["KmsKeyId"] = thing.member("kms_key_id")
    elif "KmsKeyId" in held:
        body["KmsKeyId"] = held["KmsKeyId"]
    elif held.get("StorageEncrypted") is not False and not draft.peek(words.kind, arn):
        thing.gaps["kms_key_id"] = Hidden.UNKNOWN
    shared = sorted(thing.texts("shared_accounts")) if thing.said("shared_accounts") else []
    attribute: Json = {"AttributeName": "restore", "AttributeValues": list[Json](shared)}
    attributes: Body = {
        f"{words.begin}Identifier": name,
        f"{words.begin}Attributes": [attribute],
    }
    _keep(thing, draft, words.kind, arn, body=body)
    _keep(thing, draft, f"{words.kind}Attributes", arn, body=attributes)


def _no_snapshot(words: _Words, thing: Thing, draft: Draft) -> None:
    for kind in (words.kind, f"{words.kind}Attributes"):
        draft.drop(kind, _snapshot_arn(words, thing))


KINDS = (
    _kind(
        type="aws_rds_cluster",
        put=_cluster,
        take=_no_cluster,
        record=_CLUSTER,
        rank=4,
        names=_cluster_names,
    ),
    _kind(
        type="aws_rds_cluster_instance",
        put=_instance,
        take=_no_instance,
        record=INSTANCE,
        rank=5,
    ),
    *(
        _kind(
            type=f"aws_{words.argument}",
            put=functools.partial(_snapshot, words),
            take=functools.partial(_no_snapshot, words),
            record=words.kind,
            rank=6,
        )
        for words in (_ONE, _WHOLE)
    ),
)
