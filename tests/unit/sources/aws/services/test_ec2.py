# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.estate import Share, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.services.ec2 import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

_PLACE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:"
_PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/a/p"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
_SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-1"
_IMAGE = "arn:aws:ec2:eu-west-1::image/ami-1"

_PROFILES = aws_record("AWS::IAM::InstanceProfile", _PROFILE, {"Roles": [{"Arn": _ROLE}]})


def _instance(**body: Json) -> Record:
    plain: dict[str, Json] = {"InstanceId": "i-1", "State": {"Name": "running"}}
    return aws_record("AWS::EC2::Instance", f"{_PLACE}instance/i-1", plain | body)


def test_an_instance_acts_as_the_role_in_its_profile() -> None:
    instance = _instance(
        IamInstanceProfile={"Arn": _PROFILE}, Tags=[{"Key": "Name", "Value": "web"}]
    )
    (known,) = rows_of(SERVICE, Workload, instance, _PROFILES)
    (unknown,) = rows_of(SERVICE, Workload, instance)

    assert (known.role, known.name, known.running) == (_ROLE, "web", True)
    assert known.related == {"profile": _PROFILE}
    assert (unknown.role, unknown.related) == ("", {"profile": _PROFILE})


def test_a_role_names_its_profiles_where_they_are_not_listed() -> None:
    instance = _instance(IamInstanceProfile={"Arn": _PROFILE})
    role = aws_record("AWS::IAM::Role", _ROLE, {"InstanceProfileList": [{"Arn": _PROFILE}]})
    emptied = aws_record("AWS::IAM::InstanceProfile", _PROFILE, {"Roles": []})

    assert [row.role for row in rows_of(SERVICE, Workload, instance, role)] == [_ROLE]
    assert [row.role for row in rows_of(SERVICE, Workload, instance, role, emptied)] == [""]


@pytest.mark.parametrize(
    ("state", "running"),
    [("pending", True), ("running", True), ("stopped", False), ("stopping", False)],
)
def test_an_instance_that_is_stopped_does_not_run(state: str, *, running: bool) -> None:
    (found,) = rows_of(SERVICE, Workload, _instance(State={"Name": state}))

    assert found.running is running


@pytest.mark.parametrize("state", ["shutting-down", "terminated"])
def test_an_instance_that_is_gone_is_no_workload(state: str) -> None:
    assert rows_of(SERVICE, Workload, _instance(State={"Name": state})) == ()


@pytest.mark.parametrize(
    ("body", "public"),
    [
        ({}, False),
        ({"PublicIpAddress": "198.51.100.7"}, True),
        ({"Ipv6Address": "2001:db8::1"}, True),
        ({"NetworkInterfaces": [{"Association": {"PublicIp": "198.51.100.7"}}]}, True),
        ({"NetworkInterfaces": [{"Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}]}]}, True),
        ({"NetworkInterfaces": [{"PrivateIpAddress": "10.0.0.1"}]}, False),
    ],
)
def test_an_instance_is_public_by_any_of_its_addresses(
    body: dict[str, Json], *, public: bool
) -> None:
    (found,) = rows_of(SERVICE, Workload, _instance(**body))

    assert found.public is public


@pytest.mark.parametrize(
    ("options", "answers"),
    [
        ({}, True),
        ({"HttpTokens": "optional", "HttpEndpoint": "enabled"}, True),
        ({"HttpTokens": "required", "HttpEndpoint": "enabled"}, False),
        ({"HttpTokens": "optional", "HttpEndpoint": "disabled"}, False),
    ],
)
def test_the_metadata_service_answers_without_a_token_unless_told_otherwise(
    options: dict[str, Json], *, answers: bool
) -> None:
    (found,) = rows_of(SERVICE, Workload, _instance(MetadataOptions=options))

    assert found.metadata_v1 is answers


@pytest.mark.parametrize(
    ("options", "hops"),
    [
        ({}, 1),
        ({"HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"}, 2),
        ({"HttpPutResponseHopLimit": 2, "HttpEndpoint": "disabled"}, 0),
    ],
)
def test_an_answer_of_the_metadata_service_goes_as_far_as_it_is_told(
    options: dict[str, Json], hops: int
) -> None:
    (found,) = rows_of(SERVICE, Workload, _instance(MetadataOptions=options))

    assert found.metadata_hops == hops


@pytest.mark.parametrize("named", [{"Name": "p"}, {"Arn": _PROFILE}])
def test_a_launch_template_starts_what_its_default_version_says(named: Json) -> None:
    arn = f"{_PLACE}launch-template/lt-1"
    template = aws_record(
        "AWS::EC2::LaunchTemplate", arn, {"LaunchTemplateName": "t", "DefaultVersionNumber": 1}
    )
    versions = [
        aws_record(
            "AWS::EC2::LaunchTemplateVersion",
            f"{arn}#{number}",
            {"VersionNumber": number, "LaunchTemplateData": data},
        )
        for number, data in ((1, {"IamInstanceProfile": named}), (2, {}))
    ]
    (found,) = rows_of(SERVICE, Workload, template, *versions, _PROFILES)

    assert (found.arn, found.name, found.role, found.running) == (arn, "t", _ROLE, False)


def _shared(kind: str, name: str, field: str, *permissions: Json) -> Record:
    return aws_record(f"AWS::EC2::{kind}", name, {field: list(permissions)})


def test_a_snapshot_is_shared_with_those_who_may_make_a_volume_of_it() -> None:
    permission = _shared(
        "SnapshotPermission",
        _SNAPSHOT,
        "CreateVolumePermissions",
        {"Group": "all"},
        {"UserId": "222222222222"},
        {"UserId": ACCOUNT},
    )
    found = rows_of(SERVICE, Share, permission)

    assert [row.with_whom for row in found] == ["all", "222222222222"]
    assert {(row.resource, row.access, row.via) for row in found} == {
        (_SNAPSHOT, "read", "createVolumePermission")
    }


@pytest.mark.parametrize(
    ("state", "open_to"),
    [
        ("block-all-sharing", ["2"]),
        ("block-new-sharing", ["all", "2"]),
        ("unblocked", ["all", "2"]),
    ],
)
def test_a_block_of_public_sharing_hides_public_snapshots(state: str, open_to: list[str]) -> None:
    permission = _shared(
        "SnapshotPermission",
        _SNAPSHOT,
        "CreateVolumePermissions",
        {"Group": "all"},
        {"UserId": "2"},
    )
    block = aws_record("AWS::EC2::SnapshotBlockPublicAccess", _SNAPSHOT, {"State": state})

    assert [row.with_whom for row in rows_of(SERVICE, Share, permission, block)] == open_to


@pytest.mark.parametrize(
    ("permissions", "asked"), [([{"Group": "all"}], True), ([{"UserId": "2"}], False), ([], False)]
)
def test_the_block_is_asked_for_only_where_a_snapshot_is_public(
    permissions: list[Json], *, asked: bool
) -> None:
    (call,) = (one for one in SERVICE.calls if one.kind == "AWS::EC2::SnapshotBlockPublicAccess")

    assert search(call.when, {"parent": {"CreateVolumePermissions": permissions}}) is asked
    assert search(call.when, {"parent": {}}) is False


def test_an_image_may_be_shared_with_a_whole_organisation() -> None:
    permission = _shared(
        "ImageLaunchPermission",
        _IMAGE,
        "LaunchPermissions",
        {"OrganizationArn": "arn:aws:organizations::1:organization/o-1"},
        {"OrganizationalUnitArn": "arn:aws:organizations::1:ou/o-1/ou-2"},
    )

    assert [row.with_whom for row in rows_of(SERVICE, Share, permission)] == ["o-1", "ou-2"]


def test_a_group_that_nobody_knows_is_not_taken_for_nobody() -> None:
    permission = _shared(
        "ImageLaunchPermission", _IMAGE, "LaunchPermissions", {"Group": "some-new-group"}
    )

    assert rows_of(SERVICE, Share, permission) == ()
    assert [row.code for row in rows_of(SERVICE, Unread, permission)] == ["malformed"]


def test_a_disk_names_the_key_that_its_reader_needs() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    snapshot = aws_record(
        "AWS::EC2::Snapshot", _SNAPSHOT, {"SnapshotId": "snap-1", "KmsKeyId": key}
    )
    image = aws_record(
        "AWS::EC2::Image",
        _IMAGE,
        {"Name": "base", "BlockDeviceMappings": [{}, {"Ebs": {"SnapshotId": "snap-1"}}]},
    )
    managed = aws_record("AWS::KMS::Key", key, {"KeyManager": "AWS"})

    assert [(row.name, row.key) for row in rows_of(SERVICE, Store, snapshot, image)] == [
        ("snap-1", key),
        ("base", key),
    ]
    assert {row.key for row in rows_of(SERVICE, Store, snapshot, image, managed)} == {""}
