# SPDX-License-Identifier: Apache-2.0
"""What is shared, what watches, and what leads outside becomes what a scan would tell."""

import pytest

from bartizan.model.facts.estate import Detector, Share, Store
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.laid import Laid
from bartizan.model.record import Record
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import facts, laid, new, only, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

OTHER = "222222222222"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
IMAGE, SNAPSHOT = f"arn:aws:ec2:{REGION}::image/ami-1", f"arn:aws:ec2:{REGION}::snapshot/snap-1"
UNIT = "arn:aws:organizations::000000000000:ou/o-1/ou-1"


def every(found: Laid) -> tuple[Record, ...]:
    """All records afterwards, of which those that were put are as the vendor's answers."""
    overlay = found.overlay
    assert not overlay.put or misfits(found) == []
    return tuple(row for kind in overlay.kinds() for row in overlay.of(kind))


def shares(found: Laid) -> list[tuple[str, str]]:
    return [(row.resource, row.with_whom) for row in facts(found).rows(Share)]


def _shared(share: str) -> list[Described]:
    refers = {"resource_share_arn": referring(share)}
    parts = (
        ("aws_ram_resource_association.r", {"resource_arn": KEY}),
        ("aws_ram_principal_association.p", {"principal": UNIT}),
    )
    return [
        change(address, after=after, unknown={"resource_share_arn": True}, refers=refers)
        for address, after in parts
    ]


def test_what_is_shared_is_open_to_whom_it_is_shared_with() -> None:
    share = new("aws_ram_resource_share.s", name="s")
    made = laid(share, *_shared("aws_ram_resource_share.s.arn"), records=())
    records = every(made)
    (arn,) = (row.id for row in records if row.kind == "AWS::RAM::ResourceShare")

    gone = laid(change("aws_ram_resource_share.s", before={"arn": arn}), records=records)
    own = {"resource_share_arn": arn}
    less = [
        laid(change(address, before=own | before), records=records)
        for address, before in (
            ("aws_ram_resource_association.r", {"resource_arn": KEY}),
            ("aws_ram_principal_association.p", {"principal": UNIT}),
        )
    ]

    assert made.gaps == ()
    assert shares(made) == [(KEY, "ou-1")]
    assert every(gone) == ()
    assert [shares(one) for one in less] == [[], []]


def test_with_whom_it_is_shared_is_never_guessed() -> None:
    hidden = change(
        "aws_ram_principal_association.p",
        after={"resource_share_arn": "arn:s"},
        unknown={"principal": True},
    )

    assert operations(laid(hidden, records=())) == ["aws_ram_principal_association.p.principal"]


OPENED: list[tuple[str, Described, tuple[str, str]]] = [
    ("aws_ami_launch_permission.p", {"image_id": "ami-1", "account_id": OTHER}, (IMAGE, OTHER)),
    ("aws_ami_launch_permission.p", {"image_id": "ami-1", "group": "all"}, (IMAGE, "all")),
    (
        "aws_ami_launch_permission.p",
        {"image_id": "ami-1", "organizational_unit_arn": UNIT},
        (IMAGE, "ou-1"),
    ),
    (
        "aws_snapshot_create_volume_permission.p",
        {"snapshot_id": "snap-1", "account_id": OTHER},
        (SNAPSHOT, OTHER),
    ),
]


@pytest.mark.parametrize(("address", "after", "share"), OPENED, ids=lambda one: str(one)[:60])
def test_an_image_or_snapshot_is_open_until_it_is_shut(
    address: str, after: Described, share: tuple[str, str]
) -> None:
    third = {name: value for name, value in after.items() if name.endswith("_id")}
    held = every(
        laid(change(address,
                    after=third | {"account_id": "333333333333"}), records=())
    )  # fmt: skip
    made = laid(change(address, after=after), records=held)

    gone = laid(change(address, before=after), records=every(made))

    assert shares(made) == [(share[0], "333333333333"), share]
    assert shares(gone) == [(share[0], "333333333333")]
    assert shares(laid(change(address, after=after), records=every(made))) == shares(made)


def test_whom_an_image_is_open_to_is_never_guessed() -> None:
    hidden = change(
        "aws_ami_launch_permission.p", after={"image_id": "ami-1"}, unknown={"account_id": True}
    )

    assert operations(laid(hidden, records=())) == ["aws_ami_launch_permission.p.account_id"]


def test_snapshots_that_are_open_to_all_are_shut_in_a_region() -> None:
    held = (
        record("AWS::EC2::Snapshot", SNAPSHOT, SnapshotId="snap-1", OwnerId=ACCOUNT),
        record(
            "AWS::EC2::SnapshotPermission", SNAPSHOT, SnapshotId="snap-1",
            CreateVolumePermissions=[{"Group": "all"}],
        ),
    )  # fmt: skip
    address, state = "aws_ebs_snapshot_block_public_access.b", {"state": "block-all-sharing"}
    shut = laid(change(address, after=state), records=held)
    elsewhere = laid(change(address, after=state | {"region": "us-east-1"}), records=held)

    opened = laid(change(address, before=state), records=every(shut))

    assert shares(shut) == []
    assert shares(opened) == shares(elsewhere) == [(SNAPSHOT, "all")]


@pytest.mark.parametrize("type_", ["aws_ebs_snapshot", "aws_ebs_snapshot_copy"])
def test_a_snapshot_has_the_key_that_aws_tells_of_it(type_: str) -> None:
    known = new(f"{type_}.s", encrypted=True, kms_key_id=KEY)
    made = laid(known, records=())
    store = only(made, Store)
    hidden = new(f"{type_}.s", volume_id="vol-1")
    hidden["change"]["after_unknown"] |= {"kms_key_id": True, "encrypted": True}

    gone = laid(
        change(f"{type_}.s", before={"id": store.arn.rpartition("/")[2]}), records=every(made)
    )

    assert store.arn.startswith(f"arn:aws:ec2:{REGION}::snapshot/snap-")
    assert (store.key, store.account) == (KEY, ACCOUNT)
    assert operations(laid(hidden, records=())) == [
        f"{type_}.s.encrypted",
        f"{type_}.s.kms_key_id",
    ]
    assert every(gone) == ()


def test_an_image_has_the_key_of_its_disks() -> None:
    snapshot = record("AWS::EC2::Snapshot", SNAPSHOT, SnapshotId="snap-1", KmsKeyId=KEY)
    disk = [{"device_name": "/dev/sda1", "snapshot_id": "snap-1"}]
    image = new("aws_ami.a", name="web", ebs_block_device=disk)
    copied = new("aws_ami_copy.a", name="web", encrypted=True, kms_key_id=KEY)
    taken = new("aws_ami_from_instance.a", "ebs_block_device", name="web")

    made = laid(image, records=(snapshot,))
    (store,) = (row for row in facts(made).rows(Store) if "image/" in row.arn)
    gone = laid(change("aws_ami.a", before={"id": store.arn.rpartition("/")[2]}),
                records=every(made))  # fmt: skip

    assert (store.name, store.key) == ("web", KEY)
    assert every(gone) == (snapshot,)
    assert only(laid(copied, records=()), Store).key == KEY
    assert operations(laid(taken, records=())) == ["aws_ami_from_instance.a.ebs_block_device"]


WATCHING: list[tuple[str, Described, str, bool]] = [
    ("aws_cloudtrail.t", {"name": "t"}, f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/t", True),
    (
        "aws_cloudtrail.t",
        {"name": "t", "enable_logging": False},
        f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/t",
        False,
    ),
    ("aws_guardduty_detector.d", {}, f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/", True),
    (
        "aws_guardduty_detector.d",
        {"enable": False},
        f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/",
        False,
    ),
    ("aws_securityhub_account.h", {}, f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default", True),
    (
        "aws_accessanalyzer_analyzer.a",
        {"analyzer_name": "a"},
        f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/a",
        True,
    ),
    (
        "aws_config_configuration_recorder.r",
        {},
        f"arn:aws:config:{REGION}:{ACCOUNT}:recorder/default",
        False,
    ),
]


@pytest.mark.parametrize(
    ("address", "after", "arn", "on"), WATCHING, ids=lambda one: str(one)[:40]
)
def test_what_watches_is_on_as_it_is_written(
    address: str, after: Described, arn: str, *, on: bool
) -> None:
    made = laid(new(address, **after), records=())
    row = only(made, Detector)
    before = after | {"arn": row.arn, "id": row.arn.rpartition("/")[2]}

    gone = laid(change(address, before=before), records=every(made))

    assert row.arn.startswith(arn)
    assert (row.on, row.region, row.account) == (on, REGION, ACCOUNT)
    assert every(gone) == ()


def test_a_trail_of_all_regions_watches_all() -> None:
    made = laid(new("aws_cloudtrail.t", name="t", is_multi_region_trail=True), records=())

    assert only(made, Detector).region == "*"


def test_a_switch_that_is_not_known_yet_is_told() -> None:
    hidden = change("aws_cloudtrail.t", after={"name": "t"}, unknown={"enable_logging": True})

    assert operations(laid(hidden, records=())) == ["aws_cloudtrail.t.enable_logging"]


def test_a_recorder_records_once_it_is_started() -> None:
    recorder = new("aws_config_configuration_recorder.r", name="r")
    started = change(
        "aws_config_configuration_recorder_status.s", after={"name": "r", "is_enabled": True}
    )
    made = laid(recorder, started, records=())
    held = every(made)
    values = {"name": "r", "role_arn": "arn:r"}

    changed = laid(
        change("aws_config_configuration_recorder.r", before=values, after=values), records=held
    )
    stopped = laid(
        change(
            "aws_config_configuration_recorder_status.s",
            before={"name": "r", "is_enabled": True},
        ),
        records=held,
    )

    assert only(made, Detector).on
    assert only(changed, Detector).on
    assert not only(stopped, Detector).on


def test_a_gateway_leads_to_what_it_is_joined_to() -> None:
    gateway = new("aws_dx_gateway.g", name="home", amazon_side_asn="64512")
    joined = new(
        "aws_dx_gateway_association.j", "dx_gateway_association_id", associated_gateway_id="vgw-1",
        refers={"dx_gateway_id": referring("aws_dx_gateway.g.id")},
    )  # fmt: skip
    made = laid(gateway, joined, records=())
    site = only(made, RemoteSite)
    held = every(made)
    own = next(row.id for row in held if "#" in row.id).rpartition("#")[2]

    parted = laid(
        change(
            "aws_dx_gateway_association.j",
            before={"dx_gateway_id": site.id, "dx_gateway_association_id": own},
        ),
        records=held,
    )
    gone = laid(change("aws_dx_gateway.g", before={"id": site.id}), records=every(parted))

    assert made.gaps == ()
    assert (site.gateway, site.name, site.region) == ("vgw-1", "home", REGION)
    assert facts(parted).rows(RemoteSite) == ()
    assert every(gone) == ()


def test_what_aws_attaches_to_a_transit_gateway_is_told() -> None:
    joined = new(
        "aws_dx_gateway_association.j", "dx_gateway_association_id", associated_gateway_id="tgw-1",
        dx_gateway_id="g",
    )  # fmt: skip

    assert operations(laid(joined, records=())) == [
        "aws_dx_gateway_association.j.transit_gateway_attachment_id"
    ]
