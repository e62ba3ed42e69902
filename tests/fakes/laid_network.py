# SPDX-License-Identifier: Apache-2.0
"""What changes of a network give: the facts that a scan would give after they were applied."""

from collections.abc import Callable
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import Endpoint, EndpointService
from bartizan.model.laid import Laid
from bartizan.model.record import Record, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.network_records import network_facts
from tests.fakes.planned_network import applied
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, plan

TABLES: tuple[type[Row], ...] = (
    Network, Subnet, Interface, SecurityGroup, AccessList, Rule, PrefixList, RouteTable, Route,
    Gateway, Peering, TransitGateway, TransitAttachment, TransitRoute, Endpoint, EndpointService,
    Workload,
)  # fmt: skip
Change = Callable[[dict[str, Any]], None]


def laid(*changes: Described, records: tuple[Record, ...] = ()) -> Laid:
    return lay([read(plan(*changes), "p")], RecordList(records), said={}, key=b"0" * 32)


def told(facts: Facts) -> dict[str, list[str]]:
    """Return what facts say of networks."""
    return {
        table.__name__: sorted(repr(row) for row in facts.rows(table))
        for table in TABLES
        if facts.rows(table)
    }


def after(found: Laid) -> dict[str, list[str]]:
    return told(AwsNormaliser()(found.overlay))


def described(*edits: Change) -> dict[str, list[str]]:
    """Return what is said of the network once it was applied and something changed."""
    estate = applied()
    for edit in edits:
        edit(estate)
    return told(network_facts((ACCOUNT, REGION, estate)))
