# SPDX-License-Identifier: Apache-2.0
"""A PuppetDB on the loopback interface that answers as its documentation says.

Written from https://help.puppet.com/pdb/current/topics/ (api_query, ast, paging, nodes, catalogs,
facts, reports): parameters and fields that those pages do not name are refused with status 400.
"""

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from operator import itemgetter
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Row = dict[str, Any]
Answer = tuple[int, bytes]

_FIELDS: Mapping[str, frozenset[str]] = {
    "nodes": frozenset(
        ["certname", "deactivated", "expired", "catalog_timestamp", "facts_timestamp"]
    ),
    "catalogs": frozenset(["certname", "version", "environment", "code_id", "hash", "producer"]),
    "facts": frozenset(["certname", "environment", "name", "value"]),
    "reports": frozenset(
        [
            "certname",
            "hash",
            "environment",
            "status",
            "noop",
            "noop_pending",
            "latest_report?",
            "end_time",
        ]
    ),
}
"""Endpoint to the fields that may be asked for."""


class RefusedError(Exception):
    """A query that the documentation does not allow."""


@dataclass
class PuppetDb:
    """What is kept, and how to fail."""

    nodes: list[Row] = field(default_factory=list)
    catalogs: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    spoil: Callable[[str, str], Answer | None] | None = None
    """Endpoint and query to an answer in place of the right one; None for that."""
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)

    def add(self, catalog: Row, *, facts: Row | None = None, report: Row | None = None) -> None:
        """Keep a node with a catalog in wire format, its facts and its last report."""
        name = catalog["name"]
        stamp = "2026-01-01T00:00:00.000Z"
        self.nodes.append({"certname": name, "deactivated": None, "catalog_timestamp": stamp})
        rows = [
            {
                key: value
                for key, value in one.items()
                if key not in ("kind", "sensitive_parameters")
            }
            | {"certname": name, "resource": "0" * 40}
            for one in catalog["resources"]
        ]
        self.catalogs.append(
            {"certname": name, "version": "1", "environment": catalog["environment"],
             "resources": {"href": f"/pdb/query/v4/catalogs/{name}/resources", "data": rows},
             "edges": {"href": f"/pdb/query/v4/catalogs/{name}/edges", "data": []}}
        )  # fmt: skip
        for key, value in (facts or {}).items():
            row = {"certname": name, "environment": "production", "name": key, "value": value}
            self.facts.append(row)
        if report is not None:
            self.reports.append({"certname": name, "latest_report?": True} | report)

    def answer(self, endpoint: str, parameters: Mapping[str, str]) -> Answer:
        """Answer one query."""
        if self.spoil and (spoiled := self.spoil(endpoint, parameters.get("query", ""))):
            return spoiled
        if endpoint not in _FIELDS or parameters.keys() - _PARAMETERS:
            return 404 if endpoint not in _FIELDS else 400, b"no such thing"
        rows: list[Row] = list(getattr(self, endpoint))
        try:
            if "query" in parameters:
                rows = _select(json.loads(parameters["query"]), rows, _FIELDS[endpoint])
            for order in reversed(json.loads(parameters.get("order_by", "[]"))):
                down = order.get("order", "asc") == "desc"
                rows.sort(key=itemgetter(order["field"]), reverse=down)
        except RefusedError as error:
            return 400, str(error).encode()
        begin = int(parameters.get("offset", "0"))
        end = begin + int(parameters["limit"]) if "limit" in parameters else None
        return 200, json.dumps(rows[begin:end]).encode()


_PARAMETERS = {"query", "order_by", "limit", "offset", "include_total", "timeout", "explain"}


def _select(query: Any, rows: list[Row], fields: frozenset[str]) -> list[Row]:  # noqa: ANN401 - JSON
    match query:
        case ["extract", [*columns], inner]:
            if not fields.issuperset(columns):
                raise RefusedError(f"no such field among {columns}")
            return [
                {name: row.get(name) for name in columns} for row in _select(inner, rows, fields)
            ]
        case _:
            return [row for row in rows if _holds(query, row, fields)]


def _holds(query: Any, row: Row, fields: frozenset[str]) -> bool:  # noqa: ANN401 - JSON
    match query:
        case ["and", *parts]:
            return all(_holds(part, row, fields) for part in parts)
        case ["=", str(name), value] if name in fields:
            return bool(row.get(name) == value)
        case ["in", str(name), ["array", [*values]]] if name in fields:
            return row.get(name) in values
        case _:
            raise RefusedError(f"no such query: {query}")


class _Server(ThreadingHTTPServer):
    database: PuppetDb


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        database = cast("_Server", self.server).database
        parts = urlsplit(self.path)
        database.methods.add("GET")
        database.asked.append(self.path)
        database.tokens.append(self.headers.get("X-Authentication", ""))
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        endpoint = parts.path.removeprefix("/pdb/query/v4/")
        status, content = database.answer(endpoint, parameters)
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@dataclass(frozen=True)
class Papers:
    """Files of a CA, a server and a client, PEM."""

    authority: Path
    server: Path
    client: Path

    @classmethod
    def made(cls, folder: Path) -> "Papers":
        """Make them anew."""
        root_key = ec.generate_private_key(ec.SECP256R1())
        root = _certificate("Puppet CA", root_key, "Puppet CA", root_key, authority=True)
        papers = cls(folder / "ca.pem", folder / "server.pem", folder / "client.pem")
        papers.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        for place in (papers.server, papers.client):
            key = ec.generate_private_key(ec.SECP256R1())
            signed = _certificate(place.stem, key, "Puppet CA", root_key, authority=False)
            place.write_bytes(
                signed.public_bytes(serialization.Encoding.PEM)
                + key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        return papers


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    today = dt.datetime.now(dt.UTC)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .sign(by, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


@contextmanager
def served(database: PuppetDb, papers: Papers | None = None) -> Iterator[str]:
    """Serve it, with `papers` to clients of its CA alone; yield the address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.database = database
    server.daemon_threads = True
    if papers is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers.server)
        context.load_verify_locations(papers.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    scheme = "http" if papers is None else "https"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
