# SPDX-License-Identifier: Apache-2.0
"""A network as the AWS API describes it, turned into records and facts as a scan does it.

What is described is a dictionary of the lists that the API's answers hold, by the names that they
have there: `Vpcs`, `SecurityGroups`, `LoadBalancers`, ... What the API answers of one thing only
stands in that thing, under the answer's own name:

| in | stands |
|---|---|
| `PrefixLists` (or `ManagedPrefixLists`) | `Entries` |
| `TransitGatewayRouteTables` | `Associations`, `Routes`, `AdditionalRoutesAvailable` |
| `ServiceConfigurations` | `AllowedPrincipals` |
| `LoadBalancers` | `Attributes` |
| `TargetGroups` | `Attributes`, `TargetHealthDescriptions` |
| `Listeners` | `Rules` |

What is not there is none: nothing is unread, unless `Unread` lists its rows. `Instances` stand
alone, without reservations; `VpcBlockPublicAccessOptions` is one object, off unless it is given,
and not read where it is None; transit attachments of networks may stand in
`TransitGatewayVpcAttachments` alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Record, RecordList
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.aws.order import action, requests
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import ec2, elbv2, vpc
from bartizan.sources.aws.unread import unread_record
from tests.fakes.service_records import ACCOUNT, REGION

Described: TypeAlias = Mapping[str, Any]

SERVICES: Sequence[Service] = (ec2.SERVICE, vpc.SERVICE, elbv2.SERVICE)
_AT = "2026-01-02T12:00:00Z"
_OTHER_NAMES = {"ManagedPrefixLists": "PrefixLists"}
_FLAT = {
    "DescribeTargetHealth": "TargetHealthDescriptions",
    "DescribeLoadBalancerAttributes": "Attributes",
    "DescribeTargetGroupAttributes": "Attributes",
}
"""What is one object in the API's answer, by operation: the member that matters."""


def operations() -> tuple[str, ...]:
    """Return `service:Operation` of every call that is made, once."""
    named = (f"{call.service}:{call.operation}" for one in SERVICES for call in one.calls)
    return tuple(dict.fromkeys(named))


def network_facts(
    *places: tuple[str, str, Described], denied: str = "", denied_to: str = ""
) -> Facts:
    """Return the facts of what accounts see in regions: `(account, region, described)` of each.

    The calls of the operation `denied` are refused, in one account or in all.
    """
    found = [
        record
        for account, region, described in places
        for record in network_records(
            described,
            account=account,
            region=region,
            denied=denied if denied_to in {"", account} else "",
        )
    ]
    return AwsNormaliser()(RecordList(tuple(found)))


def network_records(
    described: Described, *, account: str = ACCOUNT, region: str = REGION, denied: str = ""
) -> tuple[Record, ...]:
    """Return the records of what one account sees in one region, where it may not make the calls
    of one operation, `service:Operation`, if any.

    Raises:
        ValueError: a list has a name that no answer has, or a listener no load balancer.
    """
    given = _as_answers(described, account)
    place = _Place(account, region, denied)
    used = {"Unread"}
    found: list[Record] = []
    for service in SERVICES:
        kinds: dict[str, list[Record]] = {}
        for call in (call for one in requests(service, Scope.REGION) for call in one.calls):
            known = [one for one in kinds.get(call.each, []) if one.kind == call.each]
            parents = known if call.each else [None]
            for parent in parents:
                kinds.setdefault(call.kind, []).extend(place.asked(call, given, parent))
            used |= set() if call.each else _members(call) & set(given)
        found += [record for held in kinds.values() for record in held]
    if strange := set(given) - used:
        message = f"no answer of the API holds {', '.join(sorted(strange))}"
        raise ValueError(message)
    unread: Sequence[Unread] = described.get("Unread", ())
    return (*found, *(unread_record(row, at=_AT) for row in unread))


def _as_answers(described: Described, account: str) -> dict[str, Any]:
    """Return what is described under the names that answers have."""
    given = {_OTHER_NAMES.get(name, name): held for name, held in described.items()}
    given.setdefault("VpcBlockPublicAccessOptions", {"InternetGatewayBlockMode": "off"})
    if "Instances" in given:
        given["Reservations"] = [{"Instances": given.pop("Instances")}]
    if attachments := _attachments(given, account):
        given["TransitGatewayAttachments"] = attachments
    listeners = given.pop("Listeners", ())
    balancers = {one["LoadBalancerArn"]: dict(one) for one in given.get("LoadBalancers", ())}
    for listener in listeners:
        if listener["LoadBalancerArn"] not in balancers:
            message = f"no load balancer {listener['LoadBalancerArn']}"
            raise ValueError(message)
        held = balancers[listener["LoadBalancerArn"]].setdefault("Listeners", [])
        balancers[listener["LoadBalancerArn"]]["Listeners"] = [*held, listener]
    if balancers:
        given["LoadBalancers"] = list(balancers.values())
    return given


def _attachments(given: Described, account: str) -> list[Any]:
    """Return all transit attachments, those of networks as the listing of all kinds has them."""
    known: list[Any] = list(given.get("TransitGatewayAttachments", ()))
    named = {one["TransitGatewayAttachmentId"] for one in known}
    owners = {
        one["TransitGatewayId"]: one.get("OwnerId") for one in given.get("TransitGateways", ())
    }
    joined = given.get("TransitGatewayVpcAttachments", ())
    known += [
        {
            "TransitGatewayAttachmentId": one["TransitGatewayAttachmentId"],
            "TransitGatewayId": one["TransitGatewayId"],
            "TransitGatewayOwnerId": owners.get(one["TransitGatewayId"]) or account,
            "ResourceOwnerId": one.get("VpcOwnerId", account),
            "ResourceType": "vpc",
            "ResourceId": one["VpcId"],
            "State": one.get("State", "available"),
        }
        for one in joined
        if one["TransitGatewayAttachmentId"] not in named
    ]
    return known


def _members(call: Call) -> set[str]:
    """Return the member of an answer that a call's expression names first."""
    found = re.search(r"[A-Za-z]+", call.items)
    return {found[0]} if found else set()


@dataclass(frozen=True)
class _Place:
    """Where calls are made."""

    account: str
    region: str
    denied: str

    def asked(self, call: Call, given: Described, parent: Record | None) -> Iterator[Record]:
        """Yield the records of one call's answer, or what tells that it was refused."""
        if f"{call.service}:{call.operation}" == self.denied:
            yield self._refused(call, parent)
            return
        answer: Any = given if parent is None else parent.body
        root = {
            "parent": parent.body if parent else None,
            "parent_id": parent.id if parent else None,
            "account": self.account,
            "region": self.region,
            "partition": "aws",
        }
        member = _FLAT.get(call.operation, "")
        elements = search(call.items, answer) if call.items else [{member: answer.get(member)}]
        for element in elements or ():
            if element and any(value is not None for value in element.values()):
                yield Record(
                    provider="aws",
                    account=self.account,
                    region=self.region,
                    service=call.service,
                    kind=call.kind,
                    id=str(search(call.id, {**root, "item": element})),
                    body=dict(element),
                    source=f"{call.service}:{call.operation}",
                )

    def _refused(self, call: Call, parent: Record | None) -> Record:
        row = Unread(
            provider="aws",
            account=self.account,
            region=self.region,
            service=call.service,
            operation=call.operation,
            action=action(call),
            kind=call.kind,
            resource=parent.id if parent else "",
            code="denied",
            reason="no",
        )
        return unread_record(row, at=_AT)
