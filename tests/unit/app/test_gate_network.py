# SPDX-License-Identifier: Apache-2.0
"""A change of a network is judged by the paths that it opens to what stands in it."""

from typing import Any

from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import UNREAD_KIND, Json, Record
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import record
from tests.fakes.network_records import network_records
from tests.fakes.planned_network import GROUP, INTERFACE, SUBNET, VPC, WRITTEN, applied
from tests.fakes.terraform_plan import ACCOUNT, Described, change, referring
from tests.unit.app.test_gate import ALL, judged
from tests.unit.app.test_gate import estate as vendor

EVERYBODY = "0.0.0.0/0"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"
TRUST: Json = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}


def estate(*, public: bool = True) -> tuple[Record, ...]:
    """An instance that is administrator, behind a group that lets in one office; in a private
    subnet there is no route to the Internet, and no public address.
    """
    held: dict[str, Any] = applied()
    held["Instances"][0]["IamInstanceProfile"] = {"Arn": PROFILE}
    group = held["SecurityGroups"][1]
    group["IpPermissions"] = []
    if not public:
        del held["RouteTables"][1]["Routes"][1]
        del held["NetworkInterfaces"][0]["PrivateIpAddresses"][0]["Association"]
        del held["Instances"][0]["PublicIpAddress"]
    return (
        *network_records(held),
        *all_asked(ACCOUNT),
        record(
            "AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT,
            Arn=f"arn:aws:iam::{ACCOUNT}:root",
        ),
        record(
            "AWS::IAM::Role", ROLE, RoleName="web", RoleId="AROAW", Path="/", Arn=ROLE,
            AssumeRolePolicyDocument=TRUST,
            RolePolicyList=[{"PolicyName": "p", "PolicyDocument": ALL}],
        ),
        record(
            "AWS::IAM::InstanceProfile", PROFILE, InstanceProfileName="web", Arn=PROFILE,
            Roles=[{"RoleName": "web", "Arn": ROLE}],
        ),
    )  # fmt: skip


def opened(block: str = EVERYBODY) -> Described:
    """The change of every day: a block of a group's lets more in."""
    before = WRITTEN["aws_security_group.web"] | {"ingress": []}
    rule = {"from_port": 8080, "to_port": 8080, "protocol": "tcp", "cidr_blocks": [block]}
    return change("aws_security_group.web", before=before, after=before | {"ingress": [rule]})


def said(found: Gate) -> str:
    return repr(found.comparison.appeared)


def test_a_group_that_is_opened_to_everybody_is_a_new_path_with_its_witness() -> None:
    found = judged(opened(), records=estate())

    assert found.judgement is Judgement.NEW
    assert found.gaps == ()
    assert GROUP in said(found)
    assert "8080" in said(found)
    assert ROLE in said(found)


def test_the_same_group_in_a_private_subnet_is_none() -> None:
    found = judged(opened(), records=estate(public=False))

    assert found.judgement is Judgement.CLEAN
    assert found.comparison.appeared == ()


def test_it_is_told_in_an_account_that_somebody_else_administers_already() -> None:
    """A vendor's role is a cheaper path to the same jewel."""
    found = judged(opened(), records=(*estate(), *vendor(ALL)[1:]))

    assert found.judgement is Judgement.NEW
    assert GROUP in said(found)


def test_a_group_that_is_opened_to_a_private_range_is_none() -> None:
    assert judged(opened("10.0.0.0/16"), records=estate()).judgement is Judgement.CLEAN


def test_a_route_to_the_internet_alone_opens_nothing_without_an_address() -> None:
    route = change(
        "aws_route.out",
        after={"route_table_id": "rtb-1", "destination_cidr_block": EVERYBODY,
               "gateway_id": "igw-1"},
    )  # fmt: skip

    assert judged(route, opened(), records=estate(public=False)).judgement is Judgement.CLEAN


def test_a_route_an_address_and_a_rule_together_open_what_none_of_them_does() -> None:
    """Each of them is innocent alone."""
    route = change(
        "aws_route.out",
        after={"route_table_id": "rtb-1", "destination_cidr_block": EVERYBODY,
               "gateway_id": "igw-1"},
    )  # fmt: skip
    address = change(
        "aws_eip.e", after={"network_interface": INTERFACE, "domain": "vpc"},
        unknown={"id": True, "public_ip": True},
    )  # fmt: skip
    address["computed"] = ("id", "public_ip")

    found = judged(route, address, opened(), records=estate(public=False))

    assert found.judgement is Judgement.NEW
    assert judged(route, address, records=estate(public=False)).judgement is Judgement.CLEAN


def new_instance(**more: object) -> list[Described]:
    """A group and an instance in it that AWS has not named yet."""
    rule = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": [EVERYBODY]}
    group = change(
        "aws_security_group.new",
        after={"name": "new", "vpc_id": VPC, "ingress": [rule]},
        unknown={"id": True, "arn": True, "egress": True},
    )
    group["computed"] = ("id", "arn", "egress")
    computed = ("id", "arn", "private_ip", "public_ip", "primary_network_interface_id")
    instance = change(
        "aws_instance.new",
        after={
            "subnet_id": SUBNET,
            "associate_public_ip_address": True,
            "iam_instance_profile": "web",
            "metadata_options": [{"http_tokens": "required", "http_put_response_hop_limit": 1}],
            **more,
        },
        unknown={
            **dict.fromkeys(computed, True),
            "vpc_security_group_ids": [True],
        },
        refers={"vpc_security_group_ids": referring("aws_security_group.new.id")},
    )
    instance["computed"] = computed
    return [group, instance]


def test_an_instance_that_has_no_name_yet_is_on_a_path_already() -> None:
    found = judged(*new_instance(), records=estate())

    assert found.gaps == ()
    assert found.judgement is Judgement.NEW


def test_an_address_is_told_to_be_unknown_where_rules_tell_addresses_apart() -> None:
    rule = change(
        "aws_security_group_rule.one",
        after={
            "security_group_id": "sg-default", "type": "ingress", "protocol": "tcp",
            "from_port": 1, "to_port": 1, "cidr_blocks": ["10.0.1.77/32"],
        },
    )  # fmt: skip

    found = judged(*new_instance(), rule, records=estate())

    assert [row.operation for row in found.gaps] == ["aws_instance.new.private_ip"]


def test_a_group_that_the_code_computes_cannot_be_told() -> None:
    group, instance = new_instance()
    instance["refers"] = {"vpc_security_group_ids": referring("local.groups")}

    found = judged(group, instance, records=estate())

    assert found.judgement is Judgement.UNKNOWN
    assert [row.operation for row in found.gaps] == ["aws_instance.new.vpc_security_group_ids[0]"]


def test_a_metadata_service_that_the_image_decides_on_is_told() -> None:
    group, instance = new_instance()
    del instance["change"]["after"]["metadata_options"]

    found = judged(group, instance, records=estate())

    assert "aws_instance.new.metadata_options" in [row.operation for row in found.gaps]


def test_a_default_group_that_was_not_read_is_told_and_never_absent() -> None:
    _, instance = new_instance()
    instance["change"]["after_unknown"]["vpc_security_group_ids"] = True
    instance["computed"] = (*instance["computed"], "vpc_security_group_ids")
    instance.pop("refers")
    known = tuple(one for one in estate() if "sg-default" not in one.id)

    found = judged(instance, records=known)

    assert [row.operation for row in found.gaps] == ["aws_instance.new.vpc_security_group_ids"]


def test_a_default_group_is_taken_where_none_is_named() -> None:
    _, instance = new_instance()
    instance["change"]["after_unknown"]["vpc_security_group_ids"] = True
    instance["computed"] = (*instance["computed"], "vpc_security_group_ids")
    instance.pop("refers")

    found = judged(instance, records=estate())

    assert found.gaps == ()
    assert found.judgement is Judgement.CLEAN


def scaled(*groups: str) -> tuple[Record, ...]:
    """What a state tells of an Auto Scaling group: its template, and no machines."""
    scaling = f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/a"
    row = Unread(
        provider="aws", account=ACCOUNT, region="eu-west-1", service="autoscaling", action="",
        operation="aws_autoscaling_group.a.instances", kind="AWS::EC2::NetworkInterface",
        resource="", code="not-known", reason="it is known only after the change is applied",
    )  # fmt: skip
    return (
        *(one for one in estate() if one.kind not in ("AWS::EC2::Instance", row.kind)),
        record(
            "AWS::AutoScaling::AutoScalingGroup", scaling, AutoScalingGroupName="a",
            AutoScalingGroupARN=scaling, DesiredCapacity=1, VPCZoneIdentifier=SUBNET,
            LaunchTemplate={"LaunchTemplateId": "lt-1", "Version": "$Latest"},
        ),
        record(
            "AWS::EC2::LaunchTemplateVersion", "lt-1#1", LaunchTemplateId="lt-1", VersionNumber=1,
            DefaultVersion=True,
            LaunchTemplateData={
                "IamInstanceProfile": {"Arn": PROFILE},
                "SecurityGroupIds": list[Json](groups),
            },
        ),
        record(UNREAD_KIND, row.operation, **structs.asdict(row)),
    )  # fmt: skip


def test_what_lets_more_in_to_machines_that_nobody_knows_cannot_be_told() -> None:
    found = judged(opened(), records=scaled(GROUP))

    assert found.judgement is Judgement.UNKNOWN
    (row,) = found.gaps
    assert row.operation == "aws_security_group.web"
    assert GROUP in row.reason


def test_a_group_that_these_machines_are_not_in_is_no_matter_of_theirs() -> None:
    assert judged(opened(), records=scaled("sg-default")).judgement is Judgement.CLEAN
    assert judged(opened(), records=scaled()).judgement is Judgement.UNKNOWN


def test_letting_in_less_or_the_same_to_unknown_machines_is_no_news() -> None:
    before = WRITTEN["aws_security_group.web"]
    wide = {"from_port": 0, "to_port": 9000, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}
    narrow = {"from_port": 80, "to_port": 80, "protocol": "tcp", "cidr_blocks": ["10.0.1.0/24"]}
    after = change(
        "aws_security_group.web",
        before=before | {"ingress": [wide]},
        after=before | {"ingress": [narrow]},
    )
    rule: Json = {
        "IpProtocol": "tcp", "FromPort": 0, "ToPort": 9000,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
    }  # fmt: skip
    records = [
        structs.replace(one, body={**one.body, "IpPermissions": [rule]})
        if one.body.get("GroupId") == GROUP
        else one
        for one in scaled(GROUP)
    ]

    assert judged(after, records=tuple(records)).judgement is Judgement.CLEAN


def test_machines_that_come_to_be_in_a_group_are_told_with_their_template() -> None:
    """The default group lets its own members in, and `$Latest` is what the next machine gets."""
    template = {
        "id": "lt-1", "name": "t", "latest_version": 1, "default_version": 1,
        "arn": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1",
        "vpc_security_group_ids": [GROUP], "iam_instance_profile": [{"arn": PROFILE}],
        "metadata_options": [{"http_tokens": "required"}],
    }  # fmt: skip
    moved = change(
        "aws_launch_template.t",
        before=template,
        after=template | {"vpc_security_group_ids": ["sg-default"]},
        unknown={"latest_version": True},
    )

    found = judged(moved, records=scaled(GROUP))

    assert [row.operation for row in found.gaps] == ["aws_launch_template.t"]
