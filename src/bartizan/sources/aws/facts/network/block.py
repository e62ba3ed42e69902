# SPDX-License-Identifier: Apache-2.0
"""The switch that keeps the Internet out of all networks, and what it leaves alone.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from collections.abc import Iterator

from bartizan.model.facts.network import InternetBlock, InternetBlockExclusion
from bartizan.model.record import UNREAD_KIND, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, text
from bartizan.sources.aws.facts.network.gap import missing
from bartizan.sources.aws.facts.network.view import made, needed

BLOCK = "AWS::EC2::VPCBlockPublicAccessOptions"
EXCLUSION = "AWS::EC2::VPCBlockPublicAccessExclusion"

_MODES = frozenset({"off", "block-bidirectional", "block-ingress"})
_EXCLUDING = frozenset({"allow-bidirectional", "allow-egress"})
_HOLDS = frozenset({"create-complete", "update-complete"})
_GONE = frozenset({"create-failed", "delete-complete", "disable-complete"})


def blocks(records: Records) -> Iterator[Row]:
    """Yield the switch of each account and region, and its exclusions."""
    yield from made(records.of(BLOCK), _block)
    for record in records.of(UNREAD_KIND):
        # Where the API does not know the switch, nobody can have turned it on.
        told = (record.body.get("operation"), record.body.get("code"))
        if told == ("DescribeVpcBlockPublicAccessOptions", "unsupported"):
            yield InternetBlock(account=record.account, region=record.region, mode="off")
    yield from made(records.of(EXCLUSION), _exclusion)


def _block(record: Record) -> Iterator[Row]:
    mode = needed(record.body, "InternetGatewayBlockMode")
    if mode not in _MODES:
        raise MalformedBodyError("`InternetGatewayBlockMode` is no mode that is known")
    if text(record.body, "State") == "update-in-progress":
        yield _moving(record, record.id)
        return
    yield InternetBlock(account=record.account, region=record.region, mode=mode)


def _exclusion(record: Record) -> Iterator[Row]:
    body = record.body
    name, state = needed(body, "ExclusionId"), text(body, "State")
    target = needed(body, "ResourceArn").rpartition("/")[2]
    mode = needed(body, "InternetGatewayExclusionMode")
    if mode not in _EXCLUDING:
        raise MalformedBodyError("`InternetGatewayExclusionMode` is no mode that is known")
    if state in _HOLDS or not state:
        yield InternetBlockExclusion(id=name, target=target, mode=mode)
    elif state not in _GONE:
        yield _moving(record, target)


def _moving(record: Record, resource: str) -> Row:
    reason = "it was being changed while it was read"
    return missing(record, kind=record.kind, resource=resource, code="failed", reason=reason)
