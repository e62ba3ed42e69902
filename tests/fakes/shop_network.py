# SPDX-License-Identifier: Apache-2.0
"""A small network with one of each: open, inside, latent, unknown."""

from collections.abc import Mapping

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import Gateway, Route, RouteTable
from bartizan.model.facts.service import (
    Balancer,
    Front,
    Listener,
    ServicePort,
    Target,
    TargetGroup,
)
from bartizan.model.table import Row

ACCOUNT, REGION = "111111111111", "eu-west-1"
VPC = "vpc-1"
WEB, WEB2, DB, OLD, DOUBT = "eni-web", "eni-web2", "eni-db", "eni-old", "eni-doubt"
WEB_PUBLIC = "198.51.100.10"
DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
INSTANCE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-web"
FRONT = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"


def rule(
    owner: str,
    peer: str,
    port: int = -1,
    *,
    last: int | None = None,
    protocol: int = 6,
    direction: str = "in",
    kind: str = "range",
    number: int = 0,
    allow: bool = True,
) -> Rule:
    end = port if last is None else last
    name = f"{owner}#{direction}/{protocol}/{port}-{end}/{peer}"
    if number:
        name = f"{owner}#{direction}/{number}"
    return Rule(
        owner=owner,
        id=name,
        direction=direction,
        number=number,
        allow=allow,
        protocol=protocol,
        first=port,
        last=end,
        peer_kind=kind,
        peer=peer,
        description="",
    )


def group(name: str, *rules: Rule) -> tuple[Row, ...]:
    made = SecurityGroup(
        id=name, network=VPC, account=ACCOUNT, region=REGION, name=f"{name}-name", tags={}
    )
    return (made, rule(name, "0.0.0.0/0", protocol=-1, direction="out"), *rules)


def interface(
    name: str,
    subnet: str,
    address: str,
    *groups: str,
    public: str = "",
    thing: str = "",
    called: str = "",
    tags: Mapping[str, str] | None = None,
) -> Interface:
    return Interface(
        id=name,
        network=VPC,
        subnet=subnet,
        account=ACCOUNT,
        region=REGION,
        kind="interface",
        thing=thing,
        attached=True,
        addresses=(address,),
        public={address: public} if public else {},
        groups=tuple(sorted(groups)),
        forwards=False,
        name=called,
        tags=tags or {},
    )


def subnet(name: str, block: str, table: str) -> Subnet:
    return Subnet(
        id=name,
        network=VPC,
        account=ACCOUNT,
        region=REGION,
        zone="euw1-az1",
        name=name.removeprefix("subnet-"),
        ranges=(block,),
        route_table=table,
        acl="acl-1",
        tags={"tier": name.removeprefix("subnet-")},
    )


def table(name: str, *routes: tuple[str, str, str]) -> tuple[Row, ...]:
    made = RouteTable(
        id=name, network=VPC, account=ACCOUNT, region=REGION, name="", main=False, gateways=()
    )
    local = ("10.0.0.0/16", "local", "")
    return (
        made,
        *(
            Route(
                owner=name,
                destination=destination,
                target_kind=kind,
                target=target,
                blackhole=False,
                propagated=False,
            )
            for destination, kind, target in (local, *routes)
        ),
    )


def _ground() -> tuple[Row, ...]:
    return (
        Network(
            id=VPC,
            provider="aws",
            account=ACCOUNT,
            region=REGION,
            name="main",
            ranges=("10.0.0.0/16",),
            tags={},
        ),
        AccessList(id="acl-1", network=VPC, account=ACCOUNT, region=REGION, name=""),
        rule("acl-1", "0.0.0.0/0", protocol=-1, number=100),
        rule("acl-1", "0.0.0.0/0", protocol=-1, number=100, direction="out"),
        InternetBlock(account=ACCOUNT, region=REGION, mode="off"),
        Gateway(
            id="igw-1",
            kind="internet",
            account=ACCOUNT,
            region=REGION,
            network=VPC,
            subnet="",
            private=False,
            interfaces=(),
            available=True,
            name="",
        ),
        subnet("subnet-public", "10.0.1.0/24", "rtb-public"),
        subnet("subnet-private", "10.0.2.0/24", "rtb-private"),
        *table("rtb-public", ("0.0.0.0/0", "internet-gateway", "igw-1")),
        *table("rtb-private"),
    )


def _filters() -> tuple[Row, ...]:
    return (
        *group(
            "sg-web",
            rule("sg-web", "0.0.0.0/0", 443),
            rule("sg-web", "0.0.0.0/0", 8000, last=8010),
            rule("sg-web", "10.0.0.0/8", 22),
        ),
        *group("sg-db", rule("sg-db", "sg-web", 5432, kind="group")),
        *group("sg-old", rule("sg-old", "0.0.0.0/0", 3389)),
        *group("sg-unused", rule("sg-unused", "::/0", protocol=-1)),
        *group("sg-doubt", rule("sg-doubt", "pl-1", 8443, kind="prefix-list")),
        PrefixList(
            id="pl-1", account=ACCOUNT, region=REGION, name="offices", version=1, ranges=None
        ),
    )


def rows() -> tuple[Row, ...]:
    """Return the rows of the whole estate."""
    web = {"role": "web"}
    return (
        *_ground(),
        *_filters(),
        interface(WEB, "subnet-public", "10.0.1.10", "sg-web", public=WEB_PUBLIC, thing=INSTANCE,
                  called="shop", tags=web),
        interface(WEB2, "subnet-public", "10.0.1.11", "sg-web", public="198.51.100.11", tags=web),
        interface(DB, "subnet-private", "10.0.2.20", "sg-db", called="orders"),
        interface(OLD, "subnet-private", "10.0.2.30", "sg-old"),
        interface(DOUBT, "subnet-public", "10.0.1.40", "sg-doubt", public="198.51.100.40"),
        Workload(
            arn=INSTANCE, kind="AWS::EC2::Instance", account=ACCOUNT, region=REGION, name="shop-1",
            role="", running=True, public=True, metadata_v1=False, anonymous=False,
            privileged=False, tags={"app": "shop"}, related={},
        ),
        ServicePort(
            thing=DATABASE, kind="AWS::RDS::DBInstance", account=ACCOUNT, region=REGION,
            network=VPC, interfaces=(DB,), protocol=6, port=5432, public=False, public_ranges=(),
            needs="credentials",
        ),
        Front(
            id=FRONT, kind="AWS::CloudFront::Distribution", account=ACCOUNT, region="",
            name="d1.cloudfront.net", public=True, authenticates="nothing",
            forwards_to=("shop.example",), network="",
        ),
    )  # fmt: skip


def facts(*more: Row) -> Facts:
    return Facts.of((*rows(), *more))


BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/front/1"
NODE, APP = "eni-node", "eni-app"


def balanced() -> tuple[Row, ...]:
    """Return a load balancer that a part of the Internet reaches, and what it sends to."""
    place = {"account": ACCOUNT, "region": REGION}
    behind = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/app/1"
    return (
        *group("sg-node", rule("sg-node", "8.0.0.0/8", 80)),
        *group("sg-app", rule("sg-app", "sg-node", 8080, kind="group")),
        interface(NODE, "subnet-public", "10.0.1.50", "sg-node", public="198.51.100.50",
                  thing=BALANCER),
        interface(APP, "subnet-private", "10.0.2.40", "sg-app"),
        Balancer(
            arn=BALANCER, kind="application", internet_facing=True, network=VPC,
            subnets=("subnet-public",), groups=("sg-node",), interfaces=(NODE,), cross_zone=True,
            filters_private_link=False, name="front", tags={}, **place,
        ),
        Listener(
            arn=f"{BALANCER}/80", balancer=BALANCER, protocol="HTTP", port=80,
            target_groups=(behind,), authenticates=False,
        ),
        TargetGroup(
            arn=behind, kind="ip", network=VPC, protocol="HTTP", port=8080,
            preserves_client=False, cross_zone=None, **place,
        ),
        Target(group=behind, id="10.0.2.40", port=8080, zone="", healthy=True),
    )  # fmt: skip
