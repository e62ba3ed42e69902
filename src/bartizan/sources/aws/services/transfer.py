# SPDX-License-Identifier: Apache-2.0
"""Transfer Family: users of file servers, as which roles and under which session policies they
reach files. Their public keys are no secrets.

Source: https://docs.aws.amazon.com/transfer/latest/userguide/requirements-roles.html
"""

import functools
from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, objects, rows, tags, text
from bartizan.sources.aws.facts.session_policy import session_policy
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

SERVER = "AWS::Transfer::Server"
USER = "AWS::Transfer::User"
_USER_SUMMARY = "AWS::Transfer::UserSummary"
_GONE = ("ResourceNotFoundException",)

_call = functools.partial(Call, service="transfer", scope=Scope.REGION)

_CALLS = (
    _call(operation="ListServers", kind=SERVER, items="Servers", id="item.Arn"),
    # Only servers that manage users themselves have users to list.
    _call(
        operation="ListUsers",
        kind=_USER_SUMMARY,
        each=SERVER,
        parameters={"ServerId": "parent.ServerId"},
        when="(parent.IdentityProviderType || 'SERVICE_MANAGED') == 'SERVICE_MANAGED'",
        items="Users",
        id="item.Arn",
        absent=_GONE,
    ),
    _call(
        operation="DescribeUser",
        kind=USER,
        each=_USER_SUMMARY,
        parameters={
            "ServerId": "split(parent.Arn, '/')[1]",
            "UserName": "parent.UserName",
        },
        items="[User]",
        id="item.Arn",
        absent=_GONE,
    ),
)


class _Known(Struct, frozen=True):
    """What other records say of users."""

    servers: Mapping[str, Record]
    users: Mapping[str, Record]


def normalise(records: Records) -> Iterator[Row]:
    """Yield users with the session policies that limit them; a user whose details were not read
    has one that is not known.
    """
    known = _Known(
        servers={record.id: record for record in records.of(SERVER)},
        users={record.id: record for record in records.of(USER)},
    )
    yield from rows(records, USER, lambda record: _user(record, known))
    yield from rows(records, _USER_SUMMARY, lambda record: _listed(record, known))


def _listed(record: Record, known: _Known) -> Iterator[Row]:
    """Yield a user of whom only the listing is known."""
    if record.id not in known.users:
        yield from _user(record, known)


def _user(record: Record, known: _Known) -> Iterator[Row]:
    body, server = record.body, _server(record.id)
    held = known.servers.get(server)
    told: Mapping[str, Json] = held.body if held else {}
    domain = text(told, "Domain") or "S3"
    detailed = record.kind == USER
    user = workload(
        record,
        name=text(body, "UserName"),
        role=text(body, "Role"),
        running=text(told, "State") in {"ONLINE", ""},
        tags=tags(body, "Tags"),
        public=text(told, "EndpointType") == "PUBLIC",
        related={
            "server": server,
            "domain": domain,
            "home": text(body, "HomeDirectory"),
            **_directories(body),
        },
    )
    yield structs.replace(user, kind=USER)
    # A file system has no session policies: POSIX permissions limit its users.
    # Source: https://docs.aws.amazon.com/transfer/latest/userguide/users-policies-session.html
    if domain == "S3":
        written = document(body, "Policy") if detailed else None
        yield from session_policy(record, document=written, kind=USER)


def _directories(body: Mapping[str, Json]) -> Mapping[str, str]:
    """Return the logical directories of a user that sees no others, by the path it sees."""
    if text(body, "HomeDirectoryType") != "LOGICAL":
        return {}
    return {
        f"directory:{text(entry, 'Entry')}": text(entry, "Target")
        for entry in objects(body, "HomeDirectoryMappings")
    }


def _server(user: str) -> str:
    """Return the ARN of the server in the ARN of a user, `...:user/SERVER/NAME`."""
    place, _, resource = user.rpartition(":")
    return f"{place}:server/{resource.split('/')[1]}" if resource.count("/") > 1 else ""


SERVICE = Service(name="Transfer Family", calls=_CALLS, normalise=normalise)
