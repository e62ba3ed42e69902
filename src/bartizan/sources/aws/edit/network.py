# SPDX-License-Identifier: Apache-2.0
"""Changes what lets packets pass: rules, routes, and here the public addresses of interfaces.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
"""

from collections.abc import Iterator
from typing import assert_never

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    NetworkChange,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.sources.aws.edit.place import Step, at, listed, named
from bartizan.sources.aws.edit.revision import Revision
from bartizan.sources.aws.edit.route import add_route, drop_route
from bartizan.sources.aws.edit.rule import authorize, revoke


def change_network(change: NetworkChange, revision: Revision) -> None:
    """Do one change.

    Raises:
        SourceError: it fits no record.
    """
    match change:
        case RevokeRule():
            revoke(change, revision)
        case AuthorizeRule():
            authorize(change, revision)
        case DropRoute():
            drop_route(change, revision)
        case AddRoute():
            add_route(change, revision)
        case ReleaseAddress():
            _release(change, revision)
        case AssociateAddress():
            _associate(change, revision)
        case _:
            assert_never(change)


def _release(change: ReleaseAddress, revision: Revision) -> None:
    held = interface(revision.records, change.interface)
    paths = list(_associations(dict(held.body), change.public))
    if not paths:
        raise SourceError(f"`{change.interface}` has no public address `{change.public}`")
    for path in paths:
        revision.take(held, path)
    for kind in ("AWS::EC2::Instance", "AWS::EC2::EIP"):
        for record in revision.records.of(kind):
            if record.body.get("PublicIpAddress", record.body.get("PublicIp")) == change.public:
                _disassociate(record, change.public, revision)


def _disassociate(record: Record, public: str, revision: Revision) -> None:
    """Take an address off an instance, or what it is associated with off an address."""
    lost: tuple[str, ...] = ("PublicIpAddress", "PublicDnsName")
    if record.kind == "AWS::EC2::EIP":
        lost = ("AssociationId", "InstanceId", "NetworkInterfaceId", "NetworkInterfaceOwnerId",
                "PrivateIpAddress")  # fmt: skip
    for member in lost:
        if member in record.body:
            revision.take(record, (member,))
    for place, one in enumerate(listed(record, "NetworkInterfaces")):
        for path in _associations(one, public):
            revision.take(record, ("NetworkInterfaces", place, *path))


def interface(records: Records, name: str) -> Record:
    """Return the record of an interface.

    Raises:
        SourceError: there is none.
    """
    return named(records, "AWS::EC2::NetworkInterface", "NetworkInterfaceId", name)


def _associations(held: Json, public: str) -> Iterator[tuple[Step, ...]]:
    """Yield where an interface says that `public` stands for an address of its own."""
    if at(held, ("Association", "PublicIp")) == public:
        yield ("Association",)
    addresses = at(held, ("PrivateIpAddresses",))
    for place, one in enumerate(addresses if isinstance(addresses, list) else []):
        if at(one, ("Association", "PublicIp")) == public:
            yield ("PrivateIpAddresses", place, "Association")


def _associate(change: AssociateAddress, revision: Revision) -> None:
    record = interface(revision.records, change.interface)
    body = revision.body(record)
    made: dict[str, Json] = {"PublicIp": change.public, "IpOwnerId": record.account}
    addresses = body.get("PrivateIpAddresses")
    for held in addresses if isinstance(addresses, list) else []:
        if isinstance(held, dict) and held.get("PrivateIpAddress") == change.private:
            held["Association"] = dict(made)
            if held.get("Primary"):
                body["Association"] = dict(made)
            return
    raise SourceError(f"`{change.interface}` has no address `{change.private}`")
