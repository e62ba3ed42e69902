# SPDX-License-Identifier: Apache-2.0
"""Clusters of databases, their instances and snapshots: what a scan of them would give."""

import pytest

from bartizan.model.facts.estate import Share, Store
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import ServicePort
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
CLUSTER, INSTANCE = f"{RDS}:cluster:c", f"{RDS}:db:one"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"


def places() -> Described:
    return new("aws_db_subnet_group.g", name="g", subnet_ids=[SUBNET])


def cluster(**more: object) -> Described:
    values: Described = {
        "cluster_identifier": "c", "engine": "aurora-postgresql", "db_subnet_group_name": "g",
        "vpc_security_group_ids": [GROUP], "storage_encrypted": True, "kms_key_id": KEY,
    }  # fmt: skip
    return new("aws_rds_cluster.c", "port", **values | more)


def instance(*, public: bool = False) -> Described:
    refers = {"cluster_identifier": referring("aws_rds_cluster.c.id")}
    return new("aws_rds_cluster_instance.i", "port", refers=refers, identifier="one",
               publicly_accessible=public)  # fmt: skip


def snapshot(*shared: str) -> Described:
    return new("aws_db_cluster_snapshot.s", "db_cluster_snapshot_arn", "kms_key_id",
               db_cluster_identifier="c", db_cluster_snapshot_identifier="s",
               shared_accounts=[*shared])  # fmt: skip


def test_a_cluster_listens_where_its_instances_stand() -> None:
    found = laid(places(), cluster(tags={"data": "customers"}), instance(public=True))

    store = only(found, Store, arn=CLUSTER)
    port, inside = (
        only(found, ServicePort, thing=CLUSTER),
        only(found, ServicePort, thing=INSTANCE),
    )
    (interface,) = port.interfaces
    assert store.tags == {"data": "customers"}
    assert (port.port, port.network, port.public) == (5432, VPC, True)
    assert inside.interfaces == port.interfaces
    assert only(found, Interface, id=interface).groups == (GROUP,)
    assert only(found, Interface, id=interface).public
    assert found.gaps == ()
    assert misfits(found) == []


def test_records_are_named_as_a_scan_names_them() -> None:
    found = laid(places(), cluster(), instance(), snapshot())

    (whole,) = found.overlay.of("AWS::RDS::DBCluster")
    (one,) = found.overlay.of("AWS::RDS::DBInstance")
    (taken,) = found.overlay.of("AWS::RDS::DBClusterSnapshot")
    (shared,) = found.overlay.of("AWS::RDS::DBClusterSnapshotAttributes")
    assert (whole.id, whole.body["DBClusterArn"]) == (CLUSTER, CLUSTER)
    assert (one.id, one.body["DBInstanceArn"]) == (INSTANCE, INSTANCE)
    assert (one.body["DBInstanceIdentifier"], one.body["DBClusterIdentifier"]) == ("one", "c")
    assert one.body["Engine"] == whole.body["Engine"] == "aurora-postgresql"
    assert one.body["StorageEncrypted"] is whole.body["StorageEncrypted"] is True
    assert taken.id == taken.body["DBClusterSnapshotArn"] == shared.id
    assert taken.body["DBClusterSnapshotIdentifier"] == "s"
    assert (taken.body["DBClusterIdentifier"], taken.body["SnapshotType"]) == ("c", "manual")


def test_a_snapshot_that_is_there_has_the_key_that_is_known() -> None:
    one = change(
        "aws_db_snapshot.s",
        after={"db_instance_identifier": "d", "db_snapshot_identifier": "s", "kms_key_id": KEY},
    )

    found = laid(one)

    assert only(found, Store, arn=f"{RDS}:snapshot:s").key == KEY
    assert found.gaps == ()


def test_a_port_that_nothing_tells_is_named() -> None:
    found = laid(places(), cluster(engine="odd"), instance())

    assert operations(found) == ["aws_rds_cluster_instance.i.port"]


def test_another_group_of_a_cluster_is_that_of_its_instances() -> None:
    made = laid(places(), cluster(), instance())
    (interface,) = only(made, ServicePort, thing=INSTANCE).interfaces
    held = (*HELD, *made.overlay.put.values())
    before = {"cluster_identifier": "c", "arn": CLUSTER, "vpc_security_group_ids": [GROUP]}
    after = before | {"vpc_security_group_ids": ["sg-default"], "port": 6000}

    found = laid(change("aws_rds_cluster.c", before=before, after=after), records=held)

    assert only(found, Interface, id=interface).groups == ("sg-default",)
    assert only(found, ServicePort, thing=INSTANCE).interfaces == (interface,)
    assert only(found, ServicePort, thing=CLUSTER).port == 6000


def test_a_cluster_for_which_no_group_is_written_has_the_usual_one_and_keeps_it() -> None:
    plain = cluster()
    chosen = ("vpc_security_group_ids", "storage_encrypted", "kms_key_id", "port")
    for name in chosen:
        plain["change"]["after"].pop(name, None)
        plain["change"]["after_unknown"][name] = True
    plain["computed"] += chosen
    inside = instance()
    del inside["change"]["after"]["publicly_accessible"]
    inside["change"]["after_unknown"]["publicly_accessible"] = True
    inside["computed"] += ("publicly_accessible",)
    made = laid(places(), plain, inside)
    values = {"cluster_identifier": "c", "arn": CLUSTER}

    found = laid(
        change("aws_rds_cluster.c", before=values, after=values | {"tags": {"a": "b"}}),
        records=(*HELD, *made.overlay.put.values()),
    )

    for one in (made, found):
        (interface,) = only(one, ServicePort, thing=INSTANCE).interfaces
        assert only(one, Interface, id=interface).groups == ("sg-default",)
    assert only(found, Store, arn=CLUSTER).tags == {"a": "b"}
    assert (made.gaps, found.gaps) == ((), ())


def test_an_instance_that_gets_a_public_address_has_one() -> None:
    made = laid(places(), cluster(), instance())
    held = (*HELD, *made.overlay.put.values())
    values = {"cluster_identifier": "c", "identifier": "one", "arn": INSTANCE}

    found = laid(
        change("aws_rds_cluster_instance.i", before=values,
               after=values | {"publicly_accessible": True}),
        records=held,
    )  # fmt: skip

    (interface,) = only(found, ServicePort, thing=INSTANCE).interfaces
    assert only(found, Interface, id=interface).public
    assert only(found, ServicePort, thing=CLUSTER).public


def test_what_goes_leaves_no_record() -> None:
    made = laid(places(), cluster(), instance(), snapshot())
    gone = laid(
        change("aws_rds_cluster.c", before={"cluster_identifier": "c", "arn": CLUSTER}),
        change("aws_rds_cluster_instance.i", before={"identifier": "one", "arn": INSTANCE}),
        change("aws_db_cluster_snapshot.s", before={"db_cluster_snapshot_identifier": "s"}),
        records=(*HELD, *made.overlay.put.values()),
    )

    assert kinds(gone, "AWS::RDS") == ["AWS::RDS::DBSubnetGroup"]


@pytest.mark.parametrize("single", [True, False])
def test_a_snapshot_is_encrypted_as_its_source_and_open_to_whom_it_is_shared_with(
    single: bool,  # noqa: FBT001 - parametrized
) -> None:
    outside = "999999999999"
    if single:
        one = new("aws_db_instance.i", "port", identifier="d", engine="mysql", kms_key_id=KEY,
                  db_subnet_group_name="g", storage_encrypted=True)  # fmt: skip
        taken = new("aws_db_snapshot.s", "db_snapshot_arn", "kms_key_id",
                    db_instance_identifier="d", db_snapshot_identifier="s",
                    shared_accounts=[outside])  # fmt: skip
        arn = f"{RDS}:snapshot:s"
    else:
        one, taken = cluster(), snapshot(outside)
        arn = f"{RDS}:cluster-snapshot:s"

    found = laid(places(), one, taken)

    assert only(found, Store, arn=arn).key == KEY
    share = only(found, Share)
    assert (share.resource, share.with_whom) == (arn, outside)
    assert found.gaps == ()
    assert misfits(found) == []


def test_a_snapshot_that_is_no_longer_shared_is_not() -> None:
    made = laid(places(), cluster(), snapshot("all"))
    values = {"db_cluster_snapshot_identifier": "s", "db_cluster_identifier": "c"}

    found = laid(
        change("aws_db_cluster_snapshot.s", before=values, after=values | {"shared_accounts": []}),
        records=(*HELD, *made.overlay.put.values()),
    )

    assert facts(found).rows(Share) == ()
    assert only(found, Store, arn=f"{RDS}:cluster-snapshot:s").key == KEY


def test_what_is_not_known_is_named() -> None:
    plain = cluster(engine="mysql", db_cluster_instance_class="db.m5d.large")
    keyless = new("aws_db_snapshot.s", "kms_key_id", db_instance_identifier="d",
                  db_snapshot_identifier="s")  # fmt: skip
    odd = change(
        "aws_rds_cluster.o",
        after={"cluster_identifier": "o", "engine": "aurora-mysql"},
        unknown={"vpc_security_group_ids": True},
    )
    astray = new("aws_rds_cluster_instance.i", identifier="i", cluster_identifier="none")

    found = laid(places(), plain, keyless, odd, astray)

    assert sorted(operations(found)) == [
        "aws_db_snapshot.s.kms_key_id",
        "aws_rds_cluster.c.db_cluster_instance_class",
        "aws_rds_cluster.o.vpc_security_group_ids",
        "aws_rds_cluster_instance.i.cluster_identifier",
    ]
