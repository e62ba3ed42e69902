# SPDX-License-Identifier: Apache-2.0
"""APIs of API Gateway as ways in from the Internet, and what stands behind them.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
and https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from msgspec import Struct

from bartizan.model.facts.service import Front
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import mapping, text, texts
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.host import Hosts, host_of
from bartizan.sources.aws.facts.network.space import SUBNET
from bartizan.sources.aws.facts.network.view import made

REST_API = "AWS::ApiGateway::RestApi"
RESOURCE = "AWS::ApiGateway::Resource"
VPC_LINK = "AWS::ApiGateway::VpcLink"
API = "AWS::ApiGatewayV2::Api"
ROUTE = "AWS::ApiGatewayV2::Route"
INTEGRATION = "AWS::ApiGatewayV2::Integration"
VPC_LINK_V2 = "AWS::ApiGatewayV2::VpcLink"

FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+")


def invocation_arn(record: Record, api: str) -> str:
    """Return the ARN that policies and callers name an API by.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    partition = record.id.split(":", 2)[1] if record.id.startswith("arn:") else "aws"
    return f"arn:{partition}:execute-api:{record.region}:{record.account}:{api}"


class _Behind(Struct, frozen=True):
    """What APIs send requests to."""

    hosts: Hosts
    links: Mapping[str, tuple[tuple[str, ...], str]]
    """Id of a VPC link to the ARNs that it leads to, and the network that it is in."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read the links; ids are unique among all accounts."""
        hosts = Hosts.of(records)
        subnets = {
            str(row.body.get("SubnetId")): str(row.body.get("VpcId", ""))
            for row in records.of(SUBNET)
        }
        links: dict[str, tuple[tuple[str, ...], str]] = {}
        for record in records.of(VPC_LINK):
            targets = record.body.get("targetArns")
            held = tuple(str(one) for one in targets) if isinstance(targets, list) else ()
            name = str(record.body.get("id"))
            links[name] = held, next((hosts.network(one) for one in held), "")
        for record in records.of(VPC_LINK_V2):
            within = record.body.get("SubnetIds")
            places = [str(one) for one in within] if isinstance(within, list) else []
            name = str(record.body.get("VpcLinkId"))
            links[name] = (), next((subnets.get(one, "") for one in places), "")
        return cls(hosts, links)

    def sent(self, uri: str, link: str) -> tuple[set[str], str]:
        """Return what an integration sends to, and the network through which."""
        targets, network = self.links.get(link, ((), ""))
        if found := FUNCTION.search(uri):
            return {found.group()}, network
        if uri.startswith("arn:") and ":listener/" in uri:
            # An HTTP API names the listener of the balancer.
            balancer = uri.replace(":listener/", ":loadbalancer/").rpartition("/")[0]
            return {balancer}, network or self.hosts.network(balancer)
        if targets:
            return set(targets), network
        return {uri if uri.startswith("arn:") else self.hosts.find(host_of(uri))} - {""}, network


def fronts(records: Records) -> Iterator[Row]:
    """Yield each API as a front."""
    behind, gaps = _Behind.of(records), Gaps.of(records)
    resources = _of_each(records, RESOURCE, "/resources/")
    routes = _of_each(records, ROUTE, "/routes/")
    integrations = _of_each(records, INTEGRATION, "/integrations/")

    def rest(record: Record) -> Iterator[Row]:
        methods = [
            (name, method)
            for one in resources.get(record.id, ())
            for name, method in _methods(one)
        ]
        held = [
            (text(one, "methodIntegration", "uri"), text(one, "methodIntegration", "connectionId"))
            for _, one in methods
        ]
        signs = [
            _sign(one, "authorizationType", "apiKeyRequired")
            for n, one in methods
            if n != "OPTIONS"
        ]
        yield _front(
            record,
            name=text(record.body, "id"),
            public="PRIVATE" not in texts(record.body, "endpointConfiguration", "types"),
            authenticates=_asked(signs) if gaps.known(RESOURCE, record) else "unknown",
            sent=[behind.sent(*one) for one in held],
        )

    def http(record: Record) -> Iterator[Row]:
        held = [
            (text(one.body, "IntegrationUri"), text(one.body, "ConnectionId"))
            for one in integrations.get(record.id, ())
        ]
        signs = [
            _sign(one.body, "AuthorizationType", "ApiKeyRequired")
            for one in routes.get(record.id, ())
        ]
        yield _front(
            record,
            name=text(record.body, "ApiId"),
            public=True,
            authenticates=_asked(signs) if gaps.known(ROUTE, record) else "unknown",
            sent=[behind.sent(*one) for one in held],
        )

    yield from made(records.of(REST_API), rest)
    yield from made(records.of(API), http)


def _of_each(records: Records, kind: str, separator: str) -> Mapping[str, Sequence[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records.of(kind):
        found.setdefault(record.id.partition(separator)[0], []).append(record)
    return found


def _methods(record: Record) -> Iterator[tuple[str, Mapping[str, Json]]]:
    held = mapping(record.body, "resourceMethods")
    for name in sorted(held):
        yield name, mapping(held, name)


def _sign(method: Mapping[str, Json], kind: str, key: str) -> str:
    """Return what a caller of one method or route must hold."""
    asked = text(method, kind) or "NONE"
    if asked == "AWS_IAM":
        return "iam"
    return "other" if asked != "NONE" or method.get(key) is True else "nothing"


def _asked(signs: Iterable[str]) -> str:
    """Return what a caller must hold for the easiest of all methods; one without any says no."""
    found = set(signs)
    easiest = [one for one in ("nothing", "other", "iam") if one in found]
    return easiest[0] if easiest else "unknown"


def _front(
    record: Record,
    *,
    name: str,
    public: bool,
    authenticates: str,
    sent: Iterable[tuple[set[str], str]],
) -> Front:
    held = list(sent)
    return Front(
        id=invocation_arn(record, name),
        kind=record.kind,
        account=record.account,
        region=record.region,
        name=text(record.body, "name") or text(record.body, "Name") or name,
        public=public,
        authenticates=authenticates,
        forwards_to=tuple(sorted({one for targets, _ in held for one in targets})),
        network=next((network for _, network in held if network), ""),
    )
