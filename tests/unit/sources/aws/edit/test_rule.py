# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import SourceError
from bartizan.model.record import Json, RecordList
from bartizan.model.remedy import AuthorizeRule, Change, RevokeRule
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import remedy
from tests.fakes.remedied_network import ACL, GROUP, access_list, group, of, small


def _body(kind: str, *changes: Change, records: RecordList | None = None) -> dict[str, Json]:
    held = AwsEditor().apply([remedy(one) for one in changes], records or small())
    (found,) = held.of(f"AWS::EC2::{kind}")
    return dict(found.body)


def _rule(
    peer: str, kind: str = "range", *, owner: str = GROUP, direction: str = "in"
) -> RevokeRule:
    return RevokeRule(
        owner=owner,
        rule="sg-1#in/6/22-22/x",
        direction=direction,
        number=0,
        protocol=6,
        first=22,
        last=22,
        peer_kind=kind,
        peer=peer,
    )


@pytest.mark.parametrize(
    ("peer", "kind", "member", "left"),
    [
        ("0.0.0.0/0", "range", "IpRanges", [{"CidrIp": "10.0.0.0/8"}]),
        ("::/0", "range", "Ipv6Ranges", []),
        ("sg-2", "group", "UserIdGroupPairs", []),
        ("pl-1", "prefix-list", "PrefixListIds", []),
    ],
)
def test_one_peer_of_one_rule_goes_and_all_others_stay(
    peer: str, kind: str, member: str, left: Json
) -> None:
    before = dict(group().body)["IpPermissions"]
    assert isinstance(before, list)
    https, ssh = before
    assert isinstance(ssh, dict)

    assert _body("SecurityGroup", _rule(peer, kind))["IpPermissions"] == [
        https,
        {**ssh, member: left},
    ]


def test_all_ports_and_protocols_are_found_however_they_are_spelled() -> None:
    everything = RevokeRule(
        owner=GROUP,
        rule="x",
        direction="out",
        number=0,
        protocol=-1,
        first=-1,
        last=-1,
        peer_kind="range",
        peer="0.0.0.0/0",
    )
    wide: dict[str, Json] = {"IpProtocol": "6", "FromPort": 0, "ToPort": 65535,
                  "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}  # fmt: skip
    spelled = RecordList((of("SecurityGroup", "GroupId", GROUP, IpPermissions=[wide]),))
    all_ports = RevokeRule(
        owner=GROUP,
        rule="x",
        direction="in",
        number=0,
        protocol=6,
        first=-1,
        last=-1,
        peer_kind="range",
        peer="0.0.0.0/0",
    )

    assert _body("SecurityGroup", everything)["IpPermissionsEgress"] == [
        {"IpProtocol": "-1", "IpRanges": []}
    ]
    assert _body("SecurityGroup", all_ports, records=spelled)["IpPermissions"] == [
        {**wide, "IpRanges": []}
    ]


def test_an_entry_of_an_access_list_goes_by_its_number_and_direction() -> None:
    change = RevokeRule(
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
    entries = dict(access_list().body)["Entries"]
    assert isinstance(entries, list)

    assert _body("NetworkAcl", change)["Entries"] == [*entries[:2], entries[3]]


def test_a_rule_that_allows_is_added_and_can_be_revoked_again() -> None:
    added = AuthorizeRule(
        owner=GROUP,
        direction="in",
        number=0,
        protocol=17,
        first=53,
        last=53,
        peer_kind="range",
        peer="2001:db8::/32",
    )
    listed = _body("SecurityGroup", added)["IpPermissions"]

    assert isinstance(listed, list)
    assert listed[-1] == {
        "IpProtocol": "udp",
        "FromPort": 53,
        "ToPort": 53,
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}],
    }


@pytest.mark.parametrize(
    ("protocol", "first", "last", "said"),
    [
        (6, 443, 443, {"PortRange": {"From": 443, "To": 443}}),
        (6, -1, -1, {"PortRange": {"From": 0, "To": 65535}}),
        (1, 8, -1, {"IcmpTypeCode": {"Type": 8, "Code": -1}}),
        (-1, -1, -1, {}),
    ],
)
def test_an_entry_that_allows_is_added_to_an_access_list(
    protocol: int, first: int, last: int, said: dict[str, Json]
) -> None:
    added = AuthorizeRule(
        owner=ACL,
        direction="out",
        number=99,
        protocol=protocol,
        first=first,
        last=last,
        peer_kind="range",
        peer="10.0.0.0/8",
    )
    entries = _body("NetworkAcl", added)["Entries"]

    assert isinstance(entries, list)
    assert entries[-1] == {
        "CidrBlock": "10.0.0.0/8",
        "Egress": True,
        "Protocol": str(protocol),
        "RuleAction": "allow",
        "RuleNumber": 99,
        **said,
    }


@pytest.mark.parametrize(
    "change",
    [
        _rule("192.0.2.0/24"),
        _rule("0.0.0.0/0", direction="out"),
        _rule("0.0.0.0/0", owner="sg-9"),
        _rule("0.0.0.0/0", owner=ACL),
    ],
)
def test_what_no_record_has_is_not_taken_out(change: RevokeRule) -> None:
    with pytest.raises(SourceError, match=f"`{change.owner}`"):
        AwsEditor().apply([remedy(change)], small())


def test_rules_that_are_no_list_are_refused() -> None:
    odd = RecordList((of("SecurityGroup", "GroupId", GROUP, IpPermissions={}),))
    change = AuthorizeRule(
        owner=GROUP,
        direction="in",
        number=0,
        protocol=6,
        first=1,
        last=1,
        peer_kind="range",
        peer="::/0",
    )

    with pytest.raises(SourceError, match="no list"):
        AwsEditor().apply([remedy(change)], odd)
