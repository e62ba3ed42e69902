# SPDX-License-Identifier: Apache-2.0
"""A network that is planted in a served AWS and scanned, and the facts about it."""

import logging
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    Interface,
    InternetBlock,
    Network,
    PrefixList,
    Rule,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
    TransitRoute,
)
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Listener,
    Target,
    TargetGroup,
)
from bartizan.model.record import RecordList
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.planted_network import ANYWHERE, REGION, Planted, plant

pytestmark = pytest.mark.slow

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def planted() -> Iterator[Planted]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    made = Planted(f"http://{host}:{port}")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        plant(made)
        made.facts = _scanned(made.url)
    yield made
    server.stop()


def _scanned(url: str) -> Facts:
    draft = MemoryDraft()
    only = frozenset({"EC2", "VPC", "Elastic Load Balancing"})
    settings = AwsSettings(key=b"k", endpoint_url=url, regions=frozenset({REGION}), services=only)
    AwsSource(settings).collect(draft, CountingProgress())
    rows = tuple(record for piece in draft.pieces.values() for record in piece)
    return AwsNormaliser()(RecordList(rows))


def test_networks_and_subnets_have_what_holds_for_them(planted: Planted) -> None:
    networks = {row.id: row.ranges for row in planted.facts.rows(Network)}
    subnets = {row.id: row for row in planted.facts.rows(Subnet)}
    main = {row.network: row.id for row in planted.facts.rows(RouteTable) if row.main}

    assert networks[planted["vpc"]] == ("10.1.0.0/16",)
    assert subnets[planted["front"]].route_table == planted["front table"]
    assert subnets[planted["front"]].acl == planted["acl"]
    assert subnets[planted["back"]].route_table == main[planted["vpc"]]
    assert subnets[planted["back"]].zone.startswith("euw1-az")


def test_an_instances_interface_has_its_public_address(planted: Planted) -> None:
    (row,) = (one for one in planted.facts.rows(Interface) if one.id == planted["interface"])

    assert row.thing == f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{planted['instance']}"
    assert list(row.public.values()) == [planted["public"]]
    assert (row.subnet, row.groups) == (planted["front"], (planted["group"],))
    assert row.attached


def test_rules_have_every_kind_of_peer(planted: Planted) -> None:
    group, acl = planted["group"], planted["acl"]
    rules = [row for row in planted.facts.rows(Rule) if row.direction == "in"]

    assert {
        (row.protocol, row.first, row.last, row.peer_kind, row.peer)
        for row in rules
        if row.owner == group
    } == {
        (6, 443, 443, "range", ANYWHERE),
        (6, 443, 443, "range", "::/0"),
        (6, 443, 443, "group", group),
        (6, 443, 443, "prefix-list", planted["list"]),
        (1, 8, -1, "range", ANYWHERE),
    }
    assert [
        (row.number, row.allow, row.protocol, row.first, row.last, row.peer)
        for row in rules
        if row.owner == acl and row.number < 32767
    ] == [(90, False, 6, 1, 1023, "203.0.113.0/24")]


def test_prefix_lists_have_their_ranges_those_of_the_vendor_too(planted: Planted) -> None:
    lists = {row.id: row for row in planted.facts.rows(PrefixList)}

    assert lists[planted["list"]].ranges == ("192.0.2.0/24", "198.51.100.0/24")
    vendors = [row for row in lists.values() if row.account == "AWS"]
    assert vendors
    assert all(row.ranges for row in vendors)


def test_routes_lead_where_they_were_written(planted: Planted) -> None:
    held = {
        (row.owner, row.destination): (row.target_kind, row.target)
        for row in planted.facts.rows(Route)
    }
    front, back = planted["front table"], planted["back table"]

    assert held[front, "10.1.0.0/16"] == ("local", "")
    assert held[front, ANYWHERE] == ("internet-gateway", planted["igw"])
    assert held[front, "10.2.0.0/16"] == ("peering", planted["peering"])
    assert held[front, "10.9.0.0/16"] == ("interface", planted["interface"])
    assert held[back, ANYWHERE] == ("nat-gateway", planted["nat"])
    assert held[back, "10.0.0.0/8"] == ("transit-gateway", planted["tgw"])


def test_gateways_and_peerings_are_there(planted: Planted) -> None:
    gateways = {row.id: row for row in planted.facts.rows(Gateway)}
    (peering,) = planted.facts.rows(Peering)

    assert gateways[planted["igw"]].network == planted["vpc"]
    nat = gateways[planted["nat"]]
    assert (nat.kind, nat.subnet, nat.private, nat.available) == (
        "nat",
        planted["front"],
        False,
        True,
    )
    assert (peering.networks, peering.active) == ((planted["vpc"], planted["peer"]), True)


def test_a_transit_gateway_has_attachments_and_routes(planted: Planted) -> None:
    (attachment,) = planted.facts.rows(TransitAttachment)
    routes = {
        row.destination: (row.attachments, row.blackhole)
        for row in planted.facts.rows(TransitRoute)
        if row.owner == planted["tgw table"]
    }

    assert (attachment.id, attachment.kind) == (planted["attachment"], "vpc")
    assert (attachment.resource, attachment.subnets) == (planted["vpc"], (planted["back"],))
    # The server does not say in its answer where the other route leads.
    assert routes == {"10.66.0.0/16": ((), True)}


def test_endpoints_lead_to_services_and_services_to_balancers(planted: Planted) -> None:
    endpoints = {row.id: row for row in planted.facts.rows(Endpoint)}
    (service,) = planted.facts.rows(EndpointService)

    assert endpoints[planted["gateway endpoint"]].kind == "gateway"
    private = endpoints[planted["interface endpoint"]]
    assert (private.kind, private.network, private.private_names) == (
        "interface",
        planted["vpc"],
        True,
    )
    assert (service.id, service.balancers) == (planted["service"], (planted["tcp"],))
    assert (service.principals, service.acceptance) == (("*",), False)


def test_balancers_send_to_the_instance(planted: Planted) -> None:
    balancers = {row.arn: row for row in planted.facts.rows(Balancer)}
    listeners = {row.balancer: row for row in planted.facts.rows(Listener)}
    groups = {row.arn: row for row in planted.facts.rows(TargetGroup)}
    classic = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/old"

    assert {balancers[planted[one]].kind for one in ("web", "tcp")} == {"application", "network"}
    assert balancers[classic].kind == "classic"
    assert listeners[planted["web"]].target_groups == (planted["web group"],)
    assert listeners[classic].port == 25
    assert groups[planted["web group"]].preserves_client is False
    assert {(row.group, row.id, row.port) for row in planted.facts.rows(Target)} == {
        (planted["web group"], planted["instance"], 8080),
        (planted["tcp group"], planted["instance"], 8080),
        (f"{classic}#25", planted["instance"], 2525),
    }


def test_what_the_server_does_not_know_or_say_is_unread(planted: Planted) -> None:
    unread = planted.facts.rows(Unread)

    assert [row.reason for row in unread if row.code == "malformed"] == [
        "the route to `10.1.0.0/16` leads nowhere"
    ]
    assert {
        "DescribeInstanceConnectEndpoints",
        "DescribeVpcBlockPublicAccessOptions",
    } <= {row.operation for row in unread}
    # It ends such a call with an error of its own, so nothing says how the switch stands.
    assert planted.facts.rows(InternetBlock) == ()
