# SPDX-License-Identifier: Apache-2.0
"""Writes changes to networks as AWS CLI commands.

Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/
"""

import json
from typing import assert_never

from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP
from bartizan.model.record import Record, Records
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    NetworkChange,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.sources.aws.edit.network import interface
from bartizan.sources.aws.edit.place import listed
from bartizan.sources.aws.edit.route import route, target_member
from bartizan.sources.aws.edit.rule import owner, permission
from bartizan.sources.aws.edit.shell import aws, in_account

_TARGET_WORDS = {
    "GatewayId": "--gateway-id",
    "EgressOnlyInternetGatewayId": "--egress-only-internet-gateway-id",
    "NatGatewayId": "--nat-gateway-id",
    "VpcPeeringConnectionId": "--vpc-peering-connection-id",
    "TransitGatewayId": "--transit-gateway-id",
    "NetworkInterfaceId": "--network-interface-id",
}
"""Member of a route that names its target to the option of the AWS CLI."""


def network_command(change: NetworkChange, records: Records) -> str:
    """Return the commands that do `change`.

    Raises:
        SourceError: it fits no record.
    """
    match change:
        case RevokeRule():
            return _revoke(change, records)
        case AuthorizeRule():
            return _authorize(change, records)
        case DropRoute():
            return _drop_route(change, records)
        case AddRoute():
            return _add_route(change, records)
        case ReleaseAddress():
            return _release(change, records)
        case AssociateAddress():
            return _associate(change, records)
        case _:
            assert_never(change)


def _run(record: Record, *words: str, said_by: str = "") -> str:
    """Return one command in the account of the one who owns what the record is of."""
    told = record.body.get("OwnerId")
    account = told if isinstance(told, str) else record.account
    return in_account(account, aws("ec2", *words, region=record.region) + said_by)


def _ends(direction: str) -> str:
    return "egress" if direction == "out" else "ingress"


def _revoke(change: RevokeRule, records: Records) -> str:
    record, way = owner(change, records), _ends(change.direction)
    if record.kind == "AWS::EC2::NetworkAcl":
        entry = ("--network-acl-id", change.owner, "--rule-number", str(change.number))
        return _run(record, "delete-network-acl-entry", *entry, f"--{way}")
    words = ("--group-id", change.owner, "--ip-permissions", json.dumps([permission(change)]))
    return _run(record, f"revoke-security-group-{way}", *words)


def _authorize(change: AuthorizeRule, records: Records) -> str:
    record, way = owner(change, records), _ends(change.direction)
    if record.kind != "AWS::EC2::NetworkAcl":
        rule = ("--group-id", change.owner, "--ip-permissions", json.dumps([permission(change)]))
        return _run(record, f"authorize-security-group-{way}", *rule)
    words = ["--network-acl-id", change.owner, "--rule-number", str(change.number)]
    words += ["--protocol", str(change.protocol), "--rule-action", "allow", f"--{way}"]
    words += ["--ipv6-cidr-block" if ":" in change.peer else "--cidr-block", change.peer]
    if change.protocol in (ICMP, ICMPV6):
        words += ["--icmp-type-code", f"Code={change.last},Type={change.first}"]
    elif change.protocol in (TCP, UDP):
        words += ["--port-range", f"From={max(change.first, 0)},To={change.last % 65536}"]
    return _run(record, "create-network-acl-entry", *words)


def _destination(destination: str) -> tuple[str, str]:
    if destination.startswith("pl-"):
        return "--destination-prefix-list-id", destination
    wide = ":" in destination
    return "--destination-ipv6-cidr-block" if wide else "--destination-cidr-block", destination


def _drop_route(change: DropRoute, records: Records) -> str:
    record, _ = route(change, records)
    if change.destination.startswith("pl-") and change.target.startswith("vpce-"):
        # The route of a gateway endpoint comes and goes with its association.
        words = ("--vpc-endpoint-id", change.target, "--remove-route-table-ids", change.owner)
        return _run(record, "modify-vpc-endpoint", *words)
    words = ("--route-table-id", change.owner, *_destination(change.destination))
    return _run(record, "delete-route", *words)


def _add_route(change: AddRoute, records: Records) -> str:
    record, position = route(change, records)
    verb = "replace-route" if position < len(listed(record, "Routes")) else "create-route"
    option = _TARGET_WORDS[target_member(change)]
    if change.target.startswith("vpce-"):
        option = "--vpc-endpoint-id"
    words = ("--route-table-id", change.owner, *_destination(change.destination))
    return _run(record, verb, *words, option, change.target)


def _release(change: ReleaseAddress, records: Records) -> str:
    """Return how an address is taken off: one that the account holds is disassociated, one that
    was lent with the start of an instance is given back.
    """
    record = interface(records, change.interface)
    for held in records.of("AWS::EC2::EIP"):
        bound = held.body.get("AssociationId")
        if held.body.get("PublicIp") == change.public and isinstance(bound, str):
            return _run(held, "disassociate-address", "--association-id", bound)
    words = ("--network-interface-id", change.interface, "--no-associate-public-ip-address")
    return _run(record, "modify-network-interface-attribute", *words)


def _associate(change: AssociateAddress, records: Records) -> str:
    record = interface(records, change.interface)
    query = ("--query", "AllocationId", "--output", "text")
    made = aws("ec2", "allocate-address", "--domain", "vpc", *query, region=record.region)
    words = ("--network-interface-id", change.interface, "--private-ip-address", change.private)
    bind = aws("ec2", "associate-address", *words, region=record.region)
    # The id of a new address is known only once it is there.
    both = f"allocation=$({made})", f'{bind} --allocation-id "$allocation"'
    return in_account(record.account, *both)
