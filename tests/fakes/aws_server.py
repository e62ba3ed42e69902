# SPDX-License-Identifier: Apache-2.0
"""An AWS of a few accounts that answers what a test says, and breaks as it says."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self, TypeAlias

from tests.fakes.aws_protocol import Answer, Asked, Protocol
from tests.fakes.loopback import Loopback

CALLER = "111111111111"
"""The account of the keys that `credentials` gives."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error in the service's own protocol."""

    code: str
    status: int = 400
    message: str = "made up"


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that no service would send."""

    body: bytes
    status: int = 200
    content_type: str = "text/plain"


Reply: TypeAlias = "Mapping[str, Any] | Fault | Raw | Callable[[Asked], Reply] | list[Reply]"
"""A mapping is an answer as boto3 would give it; a list is used up one by one, its last for ever;
a function is asked each time."""


@dataclass
class FakeAws:
    """Serves on the loopback until the `with` block ends."""

    services: Iterable[str] = ("sts", "organizations", "ec2", "iam", "s3")
    members: Sequence[str] = ()
    """Accounts of the organisation beside the caller's; empty for no organisation."""
    replies: dict[str, Reply] = field(default_factory=dict)
    """By `service:Operation`; what is not here is answered with nothing in it."""
    denied: set[str] = field(default_factory=set)
    """`service:Operation` that nobody may call: for the sweep over all calls."""
    calls: list[Asked] = field(default_factory=list)
    """What was asked, in order."""

    def __post_init__(self) -> None:
        self.protocol: Protocol = Protocol(self.services)
        self.lock = threading.Lock()
        self._places: dict[str, int] = {}
        for name, reply in _everyday(self).items():
            self.replies.setdefault(name, reply)

    def __enter__(self) -> Self:
        self._loopback = Loopback(type("Handler", (_Handler,), {"aws": self}))
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()

    @property
    def url(self) -> str:
        return self._loopback.url

    def asked(self, name: str) -> list[Asked]:
        """Return the calls of `service:Operation`."""
        return [one for one in self.calls if f"{one.service}:{one.operation}" == name]

    def answer(self, asked: Asked) -> Answer:
        name = f"{asked.service}:{asked.operation}"
        with self.lock:
            self.calls.append(asked)
        if name in self.denied:
            return self.protocol.error(asked, "AccessDenied", 403, f"not authorized: {name}")
        reply = self._reply(name, self.replies.get(name, {}), asked)
        if isinstance(reply, Fault):
            return self.protocol.error(asked, reply.code, reply.status, reply.message)
        if isinstance(reply, Raw):
            return Answer(reply.status, reply.body, reply.content_type)
        return self.protocol.write(asked, reply)

    def _reply(self, name: str, reply: Reply, asked: Asked) -> Mapping[str, Any] | Fault | Raw:
        while callable(reply) or isinstance(reply, list):
            if isinstance(reply, list):
                with self.lock:
                    place = self._places.get(name, 0)
                    self._places[name] = place + 1
                reply = reply[min(place, len(reply) - 1)]
            else:
                reply = reply(asked)
        return reply


def account_of(asked: Asked) -> str:
    """Return the account whose key signed."""
    return asked.key[-12:]


def credentials(account: str) -> dict[str, str]:
    """Return keys of an account, as STS gives them."""
    return {
        "AccessKeyId": f"ASIA{account}",
        "SecretAccessKey": "secret",
        "SessionToken": f"token-of-{account}",
        "Expiration": "2030-01-01T00:00:00Z",
    }


def _everyday(aws: FakeAws) -> dict[str, Reply]:
    accounts = (CALLER, *aws.members)
    answers: dict[str, Reply] = {
        "sts:GetCallerIdentity": lambda asked: {
            "Account": account_of(asked),
            "Arn": f"arn:aws:sts::{account_of(asked)}:assumed-role/reader/bartizan",
            "UserId": "AROAEXAMPLE:bartizan",
        },
        "sts:AssumeRole": lambda asked: {
            "Credentials": credentials(str(asked.parameters["RoleArn"]).split(":")[4])
        },
        "ec2:DescribeRegions": {
            "Regions": [{"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required"}]
        },
    }
    if not aws.members:
        refused = Fault("AWSOrganizationsNotInUseException")
        names = aws.protocol.models["organizations"].operation_names
        return answers | {f"organizations:{name}": refused for name in names}
    return answers | _organization(accounts)


def _organization(accounts: Sequence[str]) -> dict[str, Reply]:
    organization = f"arn:aws:organizations::{CALLER}:"
    return {
        "organizations:DescribeOrganization": {
            "Organization": {
                "Id": "o-1",
                "Arn": f"{organization}organization/o-1",
                "MasterAccountId": CALLER,
            }
        },
        "organizations:ListRoots": {
            "Roots": [
                {
                    "Id": "r-1",
                    "Arn": f"{organization}root/o-1/r-1",
                    "Name": "Root",
                    "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
                }
            ]
        },
        "organizations:ListAccounts": {
            "Accounts": [
                {
                    "Id": account,
                    "Arn": f"{organization}account/o-1/{account}",
                    "Name": f"name-{account}",
                    "Status": "ACTIVE",
                }
                for account in accounts
            ]
        },
        "organizations:ListChildren": {
            "Children": [{"Id": account, "Type": "ACCOUNT"} for account in accounts]
        },
    }


class _Handler(BaseHTTPRequestHandler):
    """One request of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    aws: FakeAws

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.title(): value for name, value in self.headers.items()}
        answer = self.aws.answer(self.aws.protocol.read(self.command, self.path, headers, body))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("x-amzn-RequestId", f"r-{len(self.aws.calls)}")
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _handle  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
