# SPDX-License-Identifier: Apache-2.0
import json
import shlex

import botocore.session
import pytest
from botocore import xform_name

from bartizan.model.record import Record
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    Change,
    DropRoute,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import ACCOUNT, remedy
from tests.fakes.remedied_network import ACL, GROUP, INTERFACE, PUBLIC, TABLE, elastic, small

REVOKE = RevokeRule(
    owner=GROUP,
    rule="sg-1#in/6/22-22/0.0.0.0/0",
    direction="in",
    number=0,
    protocol=6,
    first=22,
    last=22,
    peer_kind="range",
    peer="0.0.0.0/0",
)
UNNAMED = RevokeRule(
    owner=GROUP,
    rule="sg-1#out/-1/-1--1/0.0.0.0/0",
    direction="out",
    number=0,
    protocol=-1,
    first=-1,
    last=-1,
    peer_kind="range",
    peer="0.0.0.0/0",
)
ENTRY = RevokeRule(
    owner=ACL,
    rule="acl-1#in/100",
    direction="in",
    number=100,
    protocol=-1,
    first=-1,
    last=-1,
    peer_kind="range",
    peer="0.0.0.0/0",
)
RELEASE = ReleaseAddress(interface=INTERFACE, private="10.0.0.5", public=PUBLIC)
ASSOCIATE = AssociateAddress(interface=INTERFACE, private="10.0.0.6", public="192.0.2.1")


def _allow(
    owner: str, protocol: int = 6, port: int = 443, *, number: int = 0, peer: str = "::/0"
) -> AuthorizeRule:
    return AuthorizeRule(
        owner=owner,
        direction="out",
        number=number,
        protocol=protocol,
        first=port,
        last=port,
        peer_kind="range",
        peer=peer,
    )


CHANGES: list[tuple[Change, tuple[Record, ...], str]] = [
    (
        REVOKE,
        (),
        (
            "revoke-security-group-ingress --group-id sg-1 --ip-permissions "
            """'[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, """
            """"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]'"""
        ),
    ),
    (
        UNNAMED,
        (),
        (
            "revoke-security-group-egress --group-id sg-1 --ip-permissions "
            """'[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]'"""
        ),
    ),
    (ENTRY, (), "delete-network-acl-entry --network-acl-id acl-1 --rule-number 100 --ingress"),
    (
        _allow(GROUP),
        (),
        (
            "authorize-security-group-egress --group-id sg-1 --ip-permissions "
            """'[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, """
            """"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]'"""
        ),
    ),
    (
        _allow(ACL, number=90, peer="10.0.0.0/8"),
        (),
        (
            "create-network-acl-entry --network-acl-id acl-1 --rule-number 90 --protocol 6 "
            "--rule-action allow --egress --cidr-block 10.0.0.0/8 --port-range From=443,To=443"
        ),
    ),
    (
        _allow(ACL, 1, 8, number=90),
        (),
        (
            "create-network-acl-entry --network-acl-id acl-1 --rule-number 90 --protocol 1 "
            "--rule-action allow --egress --ipv6-cidr-block ::/0 --icmp-type-code Code=8,Type=8"
        ),
    ),
    (
        DropRoute(owner=TABLE, destination="0.0.0.0/0", target="igw-1"),
        (),
        "delete-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0",
    ),
    (
        DropRoute(owner=TABLE, destination="pl-s3", target="vpce-1"),
        (),
        "modify-vpc-endpoint --vpc-endpoint-id vpce-1 --remove-route-table-ids rtb-1",
    ),
    (
        AddRoute(owner=TABLE, destination="::/0", target_kind="endpoint", target="vpce-2"),
        (),
        (
            "create-route --route-table-id rtb-1 --destination-ipv6-cidr-block ::/0 "
            "--vpc-endpoint-id vpce-2"
        ),
    ),
    (
        AddRoute(owner=TABLE, destination="0.0.0.0/0", target_kind="peering", target="pcx-1"),
        (),
        (
            "replace-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0 "
            "--vpc-peering-connection-id pcx-1"
        ),
    ),
    (RELEASE, (elastic(),), "disassociate-address --association-id eipassoc-1"),
    (
        RELEASE,
        (),
        (
            "modify-network-interface-attribute --network-interface-id eni-1 "
            "--no-associate-public-ip-address"
        ),
    ),
]


@pytest.mark.parametrize(("change", "more", "words"), CHANGES)
def test_a_change_is_one_command_in_its_account(
    change: Change, more: tuple[Record, ...], words: str
) -> None:
    assert AwsEditor().command(remedy(change), small(*more)) == (
        f"# in account {ACCOUNT}\naws ec2 {words} --region eu-west-1"
    )


def test_a_new_address_is_allocated_before_it_is_bound() -> None:
    assert AwsEditor().command(remedy(ASSOCIATE), small()).splitlines() == [
        f"# in account {ACCOUNT}",
        (
            "allocation=$(aws ec2 allocate-address --domain vpc --query AllocationId "
            "--output text --region eu-west-1)"
        ),
        (
            "aws ec2 associate-address --network-interface-id eni-1 --private-ip-address 10.0.0.6 "
            '--region eu-west-1 --allocation-id "$allocation"'
        ),
    ]


@pytest.mark.parametrize("words", [words for _, _, words in CHANGES])
def test_the_vendors_model_has_every_operation_and_option(words: str) -> None:
    model = botocore.session.Session().get_service_model("ec2")
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    name, *options = shlex.split(words)
    shape = model.operation_model(operations[name]).input_shape
    known = {xform_name(member, "-") for member in shape.members}
    # The AWS CLI has two words for the one member `Egress`.
    known |= {"ingress"} if "egress" in known else set()
    said = {one.removeprefix("--").removeprefix("no-") for one in options if one[:2] == "--"}

    assert said <= known


def test_a_hostile_range_stays_in_its_word() -> None:
    hostile = "\"}]'; touch /x; $(id)"
    line = AwsEditor().command(remedy(_allow(GROUP, peer=hostile)), small()).splitlines()[-1]
    words = shlex.split(line)

    held = json.loads(words[words.index("--ip-permissions") + 1])
    assert held[0]["IpRanges"] == [{"CidrIp": hostile}]
