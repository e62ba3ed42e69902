# SPDX-License-Identifier: Apache-2.0
"""Networks of which something was not read or makes no sense, asked about by the command line:
the answer is unknown, and names the thing that leaves it open.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from bartizan.model.packet import INTERNET, TCP
from bartizan.reason.network.aws.kernel.kernel import UNKNOWN, Kernel
from tests.fakes.network_records import network_records
from tests.fakes.service_records import ACCOUNT
from tests.fakes.small_network import small_network

AT = "2026-01-02T12:00:00Z"
WEB, DB = "eni-1", "eni-2"
ANYWHERE = "0.0.0.0/0"
MALFORMED = "0.0.0.0/99"
World = dict[str, Any]
Change = Callable[[World], None]


def world() -> World:
    """Two interfaces that reach one another; the Internet reaches the first one, on port 443."""
    made = small_network()
    out = {**made["NetworkAcls"][0]["Entries"][0], "Egress": True}
    made["NetworkAcls"][0]["Entries"].append(out)
    del made["RouteTables"][1]["Associations"][1]
    made["NetworkInterfaces"].append(_interface(made, DB, "subnet-2", "10.1.2.5"))
    return made


def _interface(made: World, name: str, subnet: str, address: str) -> dict[str, Any]:
    return {
        **made["NetworkInterfaces"][0],
        "NetworkInterfaceId": name,
        "SubnetId": subnet,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
        "Attachment": {"InstanceId": f"i-{name}", "InstanceOwnerId": ACCOUNT, "DeviceIndex": 0},
    }


def _led(**target: str) -> Change:
    """Lead answers to the Internet to something else."""

    def change(made: World) -> None:
        route = {"DestinationCidrBlock": ANYWHERE, "State": "active", **target}
        made["RouteTables"][1]["Routes"][1] = route

    return change


def _let_in(**peers: Any) -> Change:  # noqa: ANN401 - JSON
    """Let others in than the whole Internet."""

    def change(made: World) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **peers}
        made["SecurityGroups"][0]["IpPermissions"] = [rule]

    return change


def _without(name: str) -> Change:
    def change(made: World) -> None:
        made[name] = [] if name != "VpcBlockPublicAccessOptions" else None

    return change


def _malformed(name: str, field: str) -> Change:
    def change(made: World) -> None:
        made[name][0][field] = MALFORMED

    return change


def _listed(*ranges: str) -> Change:
    """Let in who is in a prefix list."""

    def change(made: World) -> None:
        _let_in(PrefixListIds=[{"PrefixListId": "pl-9"}])(made)
        held = {"PrefixListId": "pl-9", "AddressFamily": "IPv4", "State": "create-complete"}
        made["PrefixLists"] = [
            {**held, "Version": 1, "Entries": [{"Cidr": each} for each in ranges]}
        ]

    return change


def _entry(made: World) -> None:
    made["NetworkAcls"][0]["Entries"][0]["CidrBlock"] = MALFORMED


def _range(made: World) -> None:
    made["Vpcs"][0]["CidrBlockAssociationSet"][0]["CidrBlock"] = MALFORMED


UNCHANGED: Change = lambda _: None  # noqa: E731 - a change like the others

LEFT_OPEN: Mapping[str, tuple[Change, str, str]] = {
    "a route to something that is not modelled": (_led(LocalGatewayId="lgw-9"), "", "lgw-9"),
    "a route to something that is not of its kind": (_led(GatewayId="xyz-9"), "", "xyz-9"),
    "a route to a field that nobody knows": (_led(NewThingId="new-9"), "", "rtb-1"),
    "a route to a gateway that is nowhere": (_led(GatewayId="igw-9"), "", "igw-9"),
    "a route to an interface that is nowhere": (_led(NetworkInterfaceId="eni-9"), "", "eni-9"),
    "a route to a peering that is nowhere": (_led(VpcPeeringConnectionId="pcx-9"), "", "pcx-9"),
    "a route to a transit gateway that is nowhere": (_led(TransitGatewayId="tgw-9"), "", "tgw-9"),
    "a route to a range that makes no sense": (
        _led(DestinationCidrBlock=MALFORMED, GatewayId="igw-1"), "", "rtb-1",
    ),
    "a route of a prefix list that is nowhere": (
        _led(DestinationCidrBlock="", DestinationPrefixListId="pl-9", GatewayId="igw-1"),
        "", "pl-9",
    ),
    "no route tables": (_without("RouteTables"), "", "route table of subnet-1"),
    "no access lists": (_without("NetworkAcls"), "", "access list of subnet-1"),
    "no subnets": (_without("Subnets"), "", "subnet-1"),
    "no networks": (_without("Vpcs"), "", "vpc-1"),
    "no groups": (_without("SecurityGroups"), "", "sg-1"),
    "no switch": (
        _without("VpcBlockPublicAccessOptions"), "", f"InternetBlock of {ACCOUNT} eu-west-1",
    ),
    "a rule of a prefix list that is nowhere": (
        _let_in(PrefixListIds=[{"PrefixListId": "pl-9"}]), "", "pl-9",
    ),
    "a prefix list with a range that makes no sense": (_listed("10.0.0/8"), "", "pl-9"),
    "a prefix list whose entries were denied": (
        _listed(ANYWHERE), "ec2:GetManagedPrefixListEntries", "pl-9",
    ),
    "prefix lists that were denied": (
        _listed(ANYWHERE), "ec2:DescribeManagedPrefixLists", "pl-9",
    ),
    "a rule with a range that makes no sense": (
        _let_in(IpRanges=[{"CidrIp": MALFORMED}]), "", "sg-1",
    ),
    "a list with a range that makes no sense": (_entry, "", "acl-1"),
    "a subnet with a range that makes no sense": (
        _malformed("Subnets", "CidrBlock"), "", "subnet-1",
    ),
    "a network with a range that makes no sense": (_range, "", "vpc-1"),
    "denied networks": (UNCHANGED, "ec2:DescribeVpcs", "vpc-1"),
    "denied subnets": (UNCHANGED, "ec2:DescribeSubnets", "subnet-1"),
    "denied tables": (UNCHANGED, "ec2:DescribeRouteTables", "route table of subnet-1"),
    "denied lists": (UNCHANGED, "ec2:DescribeNetworkAcls", "access list of subnet-1"),
    "denied groups": (UNCHANGED, "ec2:DescribeSecurityGroups", "sg-1"),
    "denied gateways": (UNCHANGED, "ec2:DescribeInternetGateways", "igw-1"),
    "denied switches": (
        UNCHANGED, "ec2:DescribeVpcBlockPublicAccessOptions",
        f"ec2:DescribeVpcBlockPublicAccessOptions in {ACCOUNT} eu-west-1",
    ),
}  # fmt: skip
"""What is changed, which call is refused, and what must be named."""


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    return tmp_path


def kept(made: World, denied: str = "") -> None:
    """Make a snapshot of a network, of which one call is refused."""
    draft = wiring.store().begin(scope="network", started_at=AT, resume=False)
    draft.write("all", network_records(made, denied=denied))
    draft.commit(sources=["aws"], finished_at=AT)


def said(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capfd.readouterr()
    status = run([*words])
    told = capfd.readouterr()
    assert told.out, told.err
    answer: dict[str, Any] = json.loads(told.out)
    return status, answer


def decided(capfd: pytest.CaptureFixture[str], place: Path, **line: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    packets = place / "packets.jsonl"
    packets.write_text(json.dumps({name.rstrip("_"): value for name, value in line.items()}))
    return said(capfd, "network", "simulate", str(packets))[1]


def test_all_that_was_read_settles_the_answer(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept(world())

    assert decided(capfd, home, from_="internet", to=WEB, port=443)["verdict"] == "reachable"


@pytest.mark.parametrize("name", LEFT_OPEN)
def test_what_leaves_an_answer_open_is_named(
    name: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change, denied, thing = LEFT_OPEN[name]
    made = world()
    change(made)
    kept(made, denied)

    packet = decided(capfd, home, from_="internet", to=WEB, port=443)
    asked, reach = said(capfd, "reach", "internet", f"{WEB}:443", "--format", "json")
    listed, exposed = said(capfd, "exposed", "--format", "json")

    assert (packet["verdict"], thing in packet["missing"]) == ("unknown", True)
    (group,) = reach["groups"]
    assert (group["answer"], thing in group["missing"], asked) == ("unknown", True, 3)
    open_ = [one for one in exposed["exposures"] if WEB in one["interfaces"]]
    assert {one["answer"] for one in open_} == {"unknown"}
    assert (all(thing in one["missing"] for one in open_), listed) == (True, 3)


@pytest.mark.parametrize("name", LEFT_OPEN)
def test_the_kernel_leaves_it_open_as_well_and_names_something_near(name: str) -> None:
    change, denied, thing = LEFT_OPEN[name]
    made = world()
    change(made)
    kept(made, denied)
    kernel = Kernel.compile(wiring.store().open("latest").facts())

    codes = kernel.who_reaches(WEB, TCP, 443)
    rows = [row for row in kernel.exposed().to_pylist() if row["interface"] == WEB]

    assert codes[list(kernel.names).index(INTERNET)] == UNKNOWN
    assert {row["certainty"] for row in rows} == {"unknown"}
    near = {thing, thing.removeprefix("ec2:"), "subnet-1", "rtb-1", "sg-1"}
    switch = f"InternetBlock of {ACCOUNT} eu-west-1"
    assert all(near | {switch} >= set(row["missing"]) != set() for row in rows)


@pytest.mark.parametrize("where", ["PrivateIpAddress", "PublicIp"])
def test_an_interface_whose_address_makes_no_sense_is_told_to_be_unread(
    where: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = world()
    held = made["NetworkInterfaces"][0]["PrivateIpAddresses"][0]
    (held if where in held else held["Association"])[where] = "10.1.1.500"
    kept(made)

    gap = f"AWS::EC2::NetworkInterface of {_arn(WEB)} in {ACCOUNT} eu-west-1: malformed"
    packet = decided(capfd, home, from_="internet", to=WEB, port=443)
    assert f"`{WEB}`" in packet["error"]["message"]
    assert packet["error"]["hint"].startswith(f"not read: {gap}; ")
    assert run(["reach", "internet", f"{WEB}:443"]) == 2
    assert f"not read: {gap}; " in capfd.readouterr().err
    for words in (["exposed"], ["reach", "internet", "vpc-1:443"]):
        status, answer = said(capfd, *words, "--format", "json")
        assert (status, answer["whole"], answer["unread"]) == (3, False, [gap])


def _arn(interface: str) -> str:
    return f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/{interface}"


def test_interfaces_that_were_denied_may_be_what_is_asked_for(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept(world(), "ec2:DescribeNetworkInterfaces")

    gap = f"ec2:DescribeNetworkInterfaces in {ACCOUNT} eu-west-1: denied"
    packet = decided(capfd, home, from_="internet", to=WEB, port=443)
    assert packet["error"]["hint"].startswith(f"not read: {gap}; ")
    status, answer = said(capfd, "exposed", "--format", "json")
    assert (status, gap in answer["unread"]) == (3, True)


def test_routers_that_send_to_one_another_are_named(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = world()
    made["Subnets"].append(
        {**made["Subnets"][1], "SubnetId": "subnet-3", "CidrBlock": "10.1.3.0/24"}
    )
    made["NetworkInterfaces"].append(_interface(made, "eni-3", "subnet-3", "10.1.3.5"))
    for table, router in (("rtb-main", WEB), ("rtb-1", DB)):
        (held,) = (one for one in made["RouteTables"] if one["RouteTableId"] == table)
        held["Routes"] = [
            {
                "DestinationCidrBlock": "10.1.3.0/24",
                "NetworkInterfaceId": router,
                "State": "active",
            }
        ]
    for one in made["NetworkInterfaces"]:
        one["SourceDestCheck"] = False
    kept(made)

    packet = decided(capfd, home, from_=WEB, to="eni-3", port=443)
    status, answer = said(capfd, "reach", WEB, "eni-3:443", "--format", "json")

    assert packet["verdict"] == "blocked"
    (group,) = answer["groups"]
    assert (group["answer"], status) == ("blocked", 0)
    for ways in (packet["ways"], group["ways"]):
        circles = {
            one["at"] for way in ways for one in way if one["code"] == "CYCLIC_PATH_DETECTED"
        }
        assert circles
        assert circles <= {WEB, DB}


def test_of_ten_thousand_rules_the_one_that_counts_is_named(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hosts = [{"CidrIp": f"8.18.{n // 256}.{n % 256}/32"} for n in range(9_999)]
    made = world()
    _let_in(IpRanges=hosts, PrefixListIds=[{"PrefixListId": "pl-9"}])(made)
    kept(made)

    asked = {"from_": "internet", "to": WEB, "port": 443}
    known = decided(capfd, home, **asked, source_address="8.18.30.7")
    other = decided(capfd, home, **asked, source_address="9.18.30.7")
    _, reach = said(capfd, "reach", "8.18.30.7", f"{WEB}:443", "--format", "json")
    _, exposed = said(capfd, "exposed", "--format", "json")

    (leg,) = known["legs"]
    rule = "sg-1#in/6/443-443/8.18.30.7/32"
    assert rule in {one["rule"] for hop in leg["there"] for one in hop["because"]}
    assert (other["verdict"], other["missing"]) == ("unknown", ["pl-9"])
    assert [one["answer"] for one in reach["groups"]] == ["reachable"]
    held = {one["answer"]: one["missing"] for one in exposed["exposures"]}
    assert held == {"reachable": [], "unknown": ["pl-9"]}


@pytest.mark.parametrize("address", ["10.1.1.500", "10.1.1", "::g", "10.1.1.5/33"])
def test_an_address_that_makes_no_sense_is_refused_by_its_name(
    address: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept(world())

    for words in (
        ["reach", address, WEB],
        ["reach", WEB, address],
        ["exposed", "--from", address],
    ):
        capfd.readouterr()
        assert run(words) == 2
        assert f"`{address}`" in capfd.readouterr().err
    for more in ({"address": address}, {"source_address": address}):
        packet = decided(capfd, home, from_="internet", to=WEB, port=443, **more)
        assert f"`{address}`" in packet["error"]["message"]
