# SPDX-License-Identifier: Apache-2.0
"""Stands before a served AWS and denies some of its calls: for sweeps over the table of calls."""

import http.client
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Self
from urllib.parse import urlsplit

from bartizan.sources.aws.services import SERVICES
from tests.fakes.aws_protocol import Answer, Protocol
from tests.fakes.loopback import Loopback

_HOP = frozenset({"connection", "content-length", "transfer-encoding", "server", "date"})
"""Headers that are about one connection."""


@dataclass
class DenyingProxy:
    """Serves on the loopback until the `with` block ends; passes on what it does not deny."""

    upstream: str
    """Address of the AWS behind it."""
    denied: Iterable[str] = ()
    """`service:Operation`, as boto3 names the service."""
    asked: list[str] = field(default_factory=list)
    """`service:Operation` of every call, in order."""

    def __post_init__(self) -> None:
        called = {call.service for service in SERVICES for call in service.calls}
        self.protocol = Protocol(sorted(called | {"sts"}))
        self.refused = frozenset(self.denied)

    def __enter__(self) -> Self:
        self._loopback = Loopback(type("Handler", (_Handler,), {"proxy": self}))
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()

    @property
    def url(self) -> str:
        return self._loopback.url

    def refusal(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> Answer | None:
        """Return the refusal of a call; None for one that passes."""
        asked = self.protocol.read(method, target, headers, body)
        name = f"{asked.service}:{asked.operation}"
        self.asked.append(name)
        if name not in self.refused:
            return None
        return self.protocol.error(asked, "AccessDenied", 403, f"not authorized: {name}")


class _Handler(BaseHTTPRequestHandler):
    """One request of one connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    proxy: DenyingProxy

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.title(): value for name, value in self.headers.items()}
        refusal = self.proxy.refusal(self.command, self.path, headers, body)
        if refusal is not None:
            self._send(refusal.status, {"Content-Type": refusal.content_type}, refusal.body)
            return
        upstream = http.client.HTTPConnection(urlsplit(self.proxy.upstream).netloc, timeout=60)
        try:
            upstream.request(self.command, self.path, body=body, headers=dict(self.headers))
            answer = upstream.getresponse()
            self._send(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            upstream.close()

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _handle  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
