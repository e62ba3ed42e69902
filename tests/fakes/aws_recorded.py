# SPDX-License-Identifier: Apache-2.0
"""A served AWS whose answers were recorded once: gives them again, denies and counts at will."""

import http.client
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from bartizan.sources.aws.services import SERVICES
from tests.fakes.aws_protocol import Answer, Asked, Protocol
from tests.fakes.loopback import Loopback

CALLER = ""
"""Who asks with the keys that the scan began with."""

_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")
_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")


class Signature(NamedTuple):
    """What makes two requests the same one: nothing in it changes with the time or the host."""

    role: str
    """ARN of the role whose session signed; `CALLER` for the keys that the scan began with."""
    signing: str
    region: str
    method: str
    target: str
    operation: str
    """As a header names it; empty where the URL or the body does."""
    body: bytes


class Seen(NamedTuple):
    """One request, understood."""

    signature: Signature
    name: str
    """`service:Operation`, as boto3 names the service."""

    @property
    def account(self) -> str:
        """Account of the role; empty for the caller's own."""
        return self.signature.role.split(":")[4] if self.signature.role else ""


@dataclass
class RecordedAws:
    """Serves on the loopback until the `with` block ends.

    Until `upstream` is emptied each request is passed on to it and its answer is kept, the last
    one for equal requests. From then on kept answers are given; a request that has none is an
    error of the server, and is listed in `strange`.
    """

    upstream: str
    """Address of the AWS that is recorded; empty when that is done."""
    denied: frozenset[str] = frozenset()
    """`service:Operation` that is refused with AccessDenied."""
    denied_to: str = ""
    """Only the sessions of this account are refused; empty for everybody."""
    seen: list[Seen] = field(default_factory=list)
    """What was asked, in order."""
    strange: list[Signature] = field(default_factory=list)
    """What nobody had asked while it was recorded."""
    interrupt: Callable[[int], object] | None = None
    """Called with the number of each request, before it is answered."""
    _answers: dict[Signature, tuple[str, Answer]] = field(default_factory=dict)
    _roles: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        called = {call.service for service in SERVICES for call in service.calls}
        # In S3 any path is some object, so that S3 Control must be tried before it.
        self._protocol = Protocol(sorted(called | {"sts"}, reverse=True))

    def __enter__(self) -> Self:
        self._loopback = Loopback(type("Handler", (_Handler,), {"aws": self}))
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()

    @property
    def url(self) -> str:
        return self._loopback.url

    @contextmanager
    def denying(self, names: Iterable[str], *, to: str = "") -> Iterator[list[Seen]]:
        """Refuse calls inside the block; give what is asked in it."""
        first = len(self.seen)
        self.denied, self.denied_to = frozenset(names), to
        asked: list[Seen] = []
        try:
            yield asked
        finally:
            self.denied, self.denied_to = frozenset(), ""
            asked += self.seen[first:]

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one request."""
        signature = self._signature(method, target, headers, body)
        if self.upstream:
            name = self._record(signature, headers)
        else:
            with self._lock:
                known = self._answers.get(signature)
            if known is None:
                self.strange.append(signature)
                return Answer(500, b"not recorded", "text/plain")
            name = known[0]
        with self._lock:
            self.seen.append(Seen(signature, name))
            count = len(self.seen)
        if self.interrupt is not None:
            self.interrupt(count)
        if name in self.denied and self.denied_to in ("", self.seen[count - 1].account):
            return self._refusal(signature, name)
        return self._answers[signature][1]

    def _refusal(self, signature: Signature, name: str) -> Answer:
        service, _, operation = name.partition(":")
        asked = Asked(service, operation, {}, "", signature.region)
        return self._protocol.error(asked, "AccessDenied", 403, f"not authorized: {name}")

    def _signature(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> Signature:
        match = _SIGNED.search(headers["Authorization"])
        assert match is not None
        role = self._roles.get(match[1], CALLER)
        operation = headers.get("X-Amz-Target", "")
        return Signature(role, match[3], match[2], method, target, operation, body)

    def _record(self, signature: Signature, headers: dict[str, str]) -> str:
        asked = self._protocol.read(signature.method, signature.target, headers, signature.body)
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=60)
        try:
            connection.request(signature.method, signature.target, signature.body, headers)
            given = connection.getresponse()
            content_type = given.getheader("Content-Type", "")
            answer = Answer(given.status, given.read(), content_type)
        finally:
            connection.close()
        name = f"{asked.service}:{asked.operation}"
        with self._lock:
            self._answers[signature] = (name, answer)
            if name == "sts:AssumeRole" and (match := _KEY.search(answer.body)):
                self._roles[match[1].decode()] = parse_qs(signature.body.decode())["RoleArn"][0]
        return name


class _Handler(BaseHTTPRequestHandler):
    """One request of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    aws: RecordedAws

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.title(): value for name, value in self.headers.items()}
        answer = self.aws.answer(self.command, self.path, headers, body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _handle  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
