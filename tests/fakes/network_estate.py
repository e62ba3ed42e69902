# SPDX-License-Identifier: Apache-2.0
"""A small network with hosts, services and a load balancer, and the steps over it."""

from collections.abc import Iterable, Mapping
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.service import Front, ServicePort
from bartizan.model.packet import TCP
from bartizan.model.step import Step
from bartizan.model.table import Row
from tests.fakes.network import network_facts
from tests.fakes.network_words import ACCOUNT, REGION

OUT = "out any any 0.0.0.0/0"
WORLD = "0.0.0.0/0"


def instance(name: str) -> str:
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{name}"


def function(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def database(name: str) -> str:
    return f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}"


def workload(
    arn: str,
    kind: str = "AWS::EC2::Instance",
    *,
    role: str = "",
    running: bool = True,
    anonymous: bool = False,
) -> Workload:
    return Workload(
        arn=arn,
        kind=kind,
        account=ACCOUNT,
        region=REGION,
        name=arn.rpartition(":")[2].rpartition("/")[2],
        role=role,
        running=running,
        tags={},
        public=False,
        anonymous=anonymous,
        metadata_v1=False,
        privileged=False,
        related={},
    )


def service(thing: str, *interfaces: str, port: int = 5432, needs: str = "credentials",
            kind: str = "AWS::RDS::DBInstance") -> ServicePort:  # fmt: skip
    return ServicePort(
        thing=thing,
        kind=kind,
        account=ACCOUNT,
        region=REGION,
        network="vpc-1",
        interfaces=interfaces,
        protocol=TCP,
        port=port,
        public=False,
        public_ranges=(),
        needs=needs,
    )


def front(id_: str, kind: str, *targets: str, authenticates: str = "nothing",
          public: bool = True) -> Front:  # fmt: skip
    return Front(
        id=id_,
        kind=kind,
        account=ACCOUNT,
        region=REGION,
        name="front",
        public=public,
        authenticates=authenticates,
        forwards_to=targets,
        network="",
    )


def behind(name: str) -> str:
    """Say, in words for an interface, that an instance is behind it."""
    return f"thing={instance(name)}"


def public_network(rows: Iterable[Row] = (), **sections: Mapping[str, Any]) -> Facts:
    """One network with a public subnet, `subnet-public`, and one without, `subnet-inside`."""
    held: dict[str, Any] = {
        "network": {"vpc-1": "10.0.0.0/16"},
        "gateway": {"igw-1": "internet vpc-1"},
        "table": {"rtb-public": ["10.0.0.0/16 local", "0.0.0.0/0 internet-gateway igw-1"]},
        "subnet": {
            "subnet-public": "vpc-1 10.0.0.0/24 table=rtb-public",
            "subnet-inside": "vpc-1 10.0.1.0/24",
        },
    }
    return network_facts(rows, **{**held, **sections})


def web(*rules: str, rows: Iterable[Row] = (), words: str = "public=198.51.100.7",
        subnet: str = "subnet-public", running: bool = True,
        **sections: Mapping[str, Any]) -> Facts:  # fmt: skip
    """One instance, `web`, whose group has `rules`."""
    interface = f"{subnet} 10.0.0.5 groups=sg-web {behind('web')} {words}"
    return public_network(
        [workload(instance("web"), running=running), *rows],
        group={"sg-web": [*rules, OUT], **sections.pop("group", {})},
        interface={"eni-web": interface, **sections.pop("interface", {})},
        **sections,
    )


def lines(steps: Iterable[Step]) -> set[str]:
    """Write steps as `technique: needs -> grants`."""
    return {
        f"{step.technique}: {', '.join(map(str, step.needs))} -> {step.grants}" for step in steps
    }


def titles(step: Step) -> list[list[str]]:
    """Return what each breaker of a step does."""
    return [[remedy.title for remedy in breaker.remedies] for breaker in step.breakers]
