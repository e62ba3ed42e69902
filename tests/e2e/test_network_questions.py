# SPDX-License-Identifier: Apache-2.0
"""Questions about a network that was made through the AWS API and scanned as any other."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import pytest

from bartizan.cli.main import run
from bartizan.example.emulator import emulator

REGION = "eu-west-1"
IMAGE = "ami-12c6146b"


def schema(name: str) -> dict[str, Any]:
    held = files("bartizan.report") / f"schema/{name}.schema.json"
    found: dict[str, Any] = json.loads(held.read_text())
    return found


@dataclass(frozen=True)
class Made:
    """What was made through the API."""

    url: str
    web: str
    public: str
    database: str
    group: str
    forgotten: str


def ec2(url: str) -> Any:  # noqa: ANN401 - boto3 has no types
    return boto3.client("ec2", endpoint_url=url, region_name=REGION)


def build(url: str) -> Made:
    """Make a network with a public and a private subnet, an instance in each, and a rule that
    is open to the world where nothing of it arrives.
    """
    client = ec2(url)
    network = client.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    public, private = (
        client.create_subnet(VpcId=network, CidrBlock=block)["Subnet"]["SubnetId"]
        for block in ("10.7.1.0/24", "10.7.2.0/24")
    )
    gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
    table = client.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    client.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    client.associate_route_table(RouteTableId=table, SubnetId=public)
    web, inside = (
        client.create_security_group(GroupName=name, Description=name, VpcId=network)["GroupId"]
        for name in ("web", "inside")
    )
    world = [{"CidrIp": "0.0.0.0/0"}]
    _allow(client, web, 443, IpRanges=world)
    _allow(client, inside, 5432, UserIdGroupPairs=[{"GroupId": web}])
    _allow(client, inside, 22, IpRanges=world)
    shop, orders = (
        _instance(client, name, subnet, group)
        for name, subnet, group in (("shop", public, web), ("orders", private, inside))
    )
    address = client.allocate_address(Domain="vpc")
    client.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=shop)
    forgotten = f"{inside}#in/6/22-22/0.0.0.0/0"
    return Made(url, shop, address["PublicIp"], orders, web, forgotten)


def _allow(client: Any, group: str, port: int, **peers: Any) -> None:  # noqa: ANN401 - as boto3
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}
    client.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def _instance(client: Any, name: str, subnet: str, group: str) -> str:  # noqa: ANN401 - as boto3
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
    made = client.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group],
        TagSpecifications=tags,
    )["Instances"][0]  # fmt: skip
    return str(made["NetworkInterfaces"][0]["NetworkInterfaceId"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    patch = pytest.MonkeyPatch()
    patch.setenv("BARTIZAN_HOME", str(tmp_path_factory.mktemp("network")))
    with emulator() as url:
        found = build(url)
        scan(url)
        yield found
    patch.undo()


def scan(url: str) -> None:
    assert run(
        ["scan", "aws", "--endpoint-url", url, "--regions", REGION, "--allow-incomplete"]
    ) == 0  # fmt: skip


def ask(
    capfd: pytest.CaptureFixture[str], name: str, *words: str
) -> tuple[int, Mapping[str, Any]]:
    """Ask for JSON, and hold it against its schema."""
    capfd.readouterr()
    status = run([*words, "--format", "json"])
    said = capfd.readouterr()
    document = json.loads(said.out or "null")
    assert document is not None, said.err
    validator = jsonschema.Draft202012Validator(schema(name))
    assert [error.message for error in validator.iter_errors(document)] == []
    return status, document


def answers(document: Mapping[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    return [(one["answer"], one["sources"], one["targets"]) for one in document["groups"]]


def test_the_internet_reaches_what_is_open_and_has_a_way(
    made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    status, found = ask(capfd, "reach", "reach", "internet", "shop:443")

    assert answers(found) == [("reachable", ["internet"], [made.web])]
    (leg,) = found["groups"][0]["legs"]
    assert (leg["packet"]["address"], leg["packet"]["port"]) == (made.public, 443)
    assert [hop["at"][:4] for hop in leg["there"]] == ["igw-", "acl-", "eni-", "eni-"]
    assert (status, found["whole"]) == (0, True)


def test_a_group_is_referred_to_by_who_has_it(
    made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    _, inside = ask(capfd, "reach", "reach", made.group, "orders:5432")
    _, outside = ask(capfd, "reach", "reach", "internet", "orders:5432")

    assert answers(inside) == [("reachable", [made.web], [made.database])]
    assert answers(outside) == [("blocked", ["internet"], [made.database])]
    assert {one["code"] for way in outside["groups"][0]["ways"] for one in way} == {
        "ENI_SG_RULES_MISMATCH",
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "NO_ROUTE_TO_DESTINATION",
    }


def test_what_is_exposed_and_what_only_looks_so_are_told_apart(
    made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    status, found = ask(capfd, "exposed", "exposed")
    allowed, _ = ask(capfd, "exposed", "exposed", "--allow-incomplete")

    # The emulator does not serve all that could have a way in, so the list may lack some.
    assert (found["whole"], status, allowed) == (False, 3, 0)
    ports = [{"protocol": 6, "first": 443, "last": 443}]
    assert [(one["interfaces"], one["ports"]) for one in found["exposures"]] == [
        ([made.web], ports)
    ]
    (latent,) = (one for one in found["latent"] if one["rule"] == made.forgotten)
    assert latent["interfaces"] == [made.database]
    assert {one["code"] for way in latent["ways"] for one in way} == {
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "NO_ROUTE_TO_DESTINATION",
    }


def test_text_is_the_same_every_time_and_has_the_witness(
    made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    said = []
    for _ in range(2):
        capfd.readouterr()
        assert run(["reach", "internet", f"{made.web}:443"]) == 0
        said.append(capfd.readouterr().out)

    assert said[0] == said[1]
    assert f"-> {made.public}:443 tcp" in said[0]
    assert f"rule `{made.group}#in/6/443-443/0.0.0.0/0` allows it in" in " ".join(said[0].split())


def test_packets_by_the_line_are_answered_by_the_line(
    made: Made, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        {"id": "a", "from": "internet", "to": made.web, "port": 443},
        {"id": "b", "from": made.web, "to": made.database, "port": 5432},
        {"id": "c", "from": "internet", "to": made.database, "port": 22},
        {"id": "d", "from": "internet", "to": "nobody"},
    ]
    held = tmp_path / "packets.jsonl"
    held.write_text("\n".join(json.dumps(line) for line in lines))
    capfd.readouterr()

    status = run(["network", "simulate", str(held)])

    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [one.get("verdict", one.get("error", {}).get("code")) for one in told] == [
        "reachable",
        "reachable",
        "blocked",
        "input",
    ]
    assert [one["id"] for one in told] == ["a", "b", "c", "d"]
    assert status == 2


def test_the_vendors_analyses_are_held_against_ours(
    made: Made, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    paths = [
        {
            "NetworkInsightsPathId": f"nip-{port}", "Source": made.web, "Protocol": "tcp",
            "Destination": made.database, "DestinationPort": port,
        }
        for port in (5432, 23)
    ]  # fmt: skip
    found = [
        {
            "NetworkInsightsAnalysisId": f"nia-{path['NetworkInsightsPathId']}",
            "NetworkInsightsPathId": path["NetworkInsightsPathId"],
            "Status": "succeeded", "NetworkPathFound": True,
        }
        for path in paths
    ]  # fmt: skip
    held = tmp_path / "both.json"
    held.write_text(json.dumps({"NetworkInsightsAnalyses": found, "NetworkInsightsPaths": paths}))

    status, document = ask(capfd, "network-compare", "network", "compare", str(held))

    assert [one["same"] for one in document["analyses"]] == [True, False]
    assert document["analyses"][1]["ours_only"] == ["ENI_SG_RULES_MISMATCH"]
    assert status == 1


def test_what_makes_no_sense_is_refused(made: Made, capfd: pytest.CaptureFixture[str]) -> None:
    assert made.web
    for words in (
        ["reach", "nobody", "shop"],
        ["reach", "internet", "shop:1", "--open", "--close"],
    ):
        capfd.readouterr()
        assert run(words) == 2
        assert capfd.readouterr().err.startswith("error[usage]: ")


# This one changes the estate, so it comes last.
def test_what_is_said_to_close_and_to_open_does_when_it_is_done(
    made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    client = ec2(made.url)
    _, closing = ask(capfd, "reach", "reach", "internet", f"{made.web}:443", "--close")
    _, opening = ask(capfd, "reach", "reach", "internet", f"{made.database}:5432", "--open")

    assert (closing["edits"]["done"], closing["edits"]["cost"]) == (True, 1)
    assert (opening["edits"]["done"], len(opening["edits"]["changes"])) == (True, 3)
    for change in (*closing["edits"]["changes"], *opening["edits"]["changes"]):
        _do(client, change["command"])
    scan(made.url)
    _, closed = ask(capfd, "reach", "reach", "internet", f"{made.web}:443")
    _, opened = ask(capfd, "reach", "reach", "internet", f"{made.database}:5432")
    assert answers(closed) == [("blocked", ["internet"], [made.web])]
    assert answers(opened) == [("reachable", ["internet"], [made.database])]


def _do(client: Any, command: str) -> None:  # noqa: ANN401 - boto3 has no types
    """Do what a command of the AWS CLI does, which is not installed here."""
    held = ""
    for line in command.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("allocation=$("):
            held = client.allocate_address(Domain="vpc")["AllocationId"]
            continue
        operation, *words = shlex.split(line)[2:]
        given = dict(zip(words[::2], words[1::2], strict=True))
        given.pop("--region")
        arguments: dict[str, Any] = {_member(option): value for option, value in given.items()}
        if "IpPermissions" in arguments:
            arguments["IpPermissions"] = json.loads(arguments["IpPermissions"])
        if "AllocationId" in arguments:
            arguments["AllocationId"] = held
        getattr(client, operation.replace("-", "_"))(**arguments)


def _member(option: str) -> str:
    return "".join(word.capitalize() for word in option.removeprefix("--").split("-"))
