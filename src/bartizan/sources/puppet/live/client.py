# SPDX-License-Identifier: Apache-2.0
"""Asks PuppetDB, by GET alone; what it answers is bounded, and nothing of it enters an error.

Source: https://help.puppet.com/pdb/current/topics/api_query.htm
"""

import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlencode, urlsplit

from msgspec import Struct

from bartizan.errors import InputError, Location, UsageError
from bartizan.model.json_text import SIZE, parse
from bartizan.model.record import Json
from bartizan.sources.puppet.live.timely import LateError, timely

ROOT = "/pdb/query/v4/"

_TIMEOUT = 120.0
"""Seconds that nothing may come; the server streams what it finds."""
WHOLE = 600.0
"""Seconds for a whole answer: one byte now and then would be a read that never ends."""
_PAUSES = (1.0, 5.0)
"""Seconds to wait before asking again."""
_OK = 200
_REFUSED = frozenset({401, 403})
_BUSY = frozenset({429, 502, 503, 504})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class AskError(Exception):
    """A question that got no answer that can be used."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is shown to PuppetDB; none of it is ever printed."""

    certificate: Path | None = None
    """Client certificate, PEM."""
    key: Path | None = None
    """Its private key, PEM; None where it stands in the same file."""
    authority: Path | None = None
    """Certificate of the CA that signed the server's, PEM; None for those of the system."""
    token: str = field(default="", repr=False)
    """Token of Puppet Enterprise's access control; empty for none."""


class Client(Struct):
    """One connection, which is made again when it breaks."""

    url: SplitResult
    identity: Identity
    wait: Callable[[float], object]
    _context: ssl.SSLContext | None
    seconds: float = WHOLE
    """For a whole answer."""
    _connection: http.client.HTTPConnection | None = None

    @classmethod
    def to(
        cls,
        url: str,
        identity: Identity,
        *,
        wait: Callable[[float], object],
        seconds: float = WHOLE,
    ) -> "Client":
        """Return a client of the PuppetDB at `url`, `https://host:8081`, which waits for a whole
        answer for `seconds`.

        Raises:
            UsageError: it is no such address, or would be asked in plain text from afar.
            InputError: a certificate or key cannot be read.
        """
        try:
            parts = urlsplit(url)
            plain, host = parts.scheme == "http", parts.hostname
            _ = parts.port
        except ValueError:
            plain, host, parts = False, None, urlsplit("")
        if not host or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
            raise UsageError(
                "no address of a PuppetDB", hint="write `https://puppetdb.example.org:8081`"
            )
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise UsageError(
                "the address of a PuppetDB has no path", hint="leave out what follows the port"
            )
        if plain and host not in _LOOPBACK:
            raise UsageError(
                "catalogs hold secrets and are not read in plain text from another machine",
                hint="use `https`, port 8081",
            )
        return cls(parts, identity, wait, None if plain else _tls(identity), seconds)

    def ask(self, place: str, **parameters: Json) -> Json:
        """Return the answer to one query; a parameter that is no text is written as JSON.

        Raises:
            AskError: there is no answer that can be used.
        """
        words = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in parameters.items()
        }
        target = f"{ROOT}{place}?{urlencode(words)}" if words else f"{ROOT}{place}"
        status, content = self._get(target)
        for pause in _PAUSES:
            if status not in _BUSY:
                break
            self.wait(pause)
            status, content = self._get(target)
        if status != _OK:
            raise AskError(*_refusal(status))
        try:
            return parse(content, place)
        except InputError as error:
            raise AskError("malformed", error.message) from error

    def _get(self, target: str) -> tuple[int, bytes]:
        """Return status and content; a connection that was closed meanwhile is made again."""
        for last in (False, True):
            try:
                return self._once(target)
            except LateError as error:
                self.close()
                reason = f"the answer was not whole within {self.seconds:.0f} seconds"
                raise AskError("failed", reason) from error
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if last:
                    raise AskError("failed", _told(error)) from error
        message = "unreachable"
        raise AssertionError(message)

    def _once(self, target: str) -> tuple[int, bytes]:
        connection = self._connection or self._connect()
        self._connection = connection
        if connection.sock is not None:
            connection.sock.settimeout(_TIMEOUT)
        connection.request("GET", target, headers=self._headers())
        answer = connection.getresponse()
        content = answer.read(SIZE + 1)
        if len(content) > SIZE:
            self.close()
            raise AskError("truncated", f"the answer is larger than {SIZE // 1024**2} MiB")
        return answer.status, content

    def _connect(self) -> http.client.HTTPConnection:
        host = self.url.hostname or ""
        if self._context is None:
            made = http.client.HTTPConnection(host, self.url.port, timeout=_TIMEOUT)
        else:
            made = http.client.HTTPSConnection(
                host, self.url.port, timeout=_TIMEOUT, context=self._context
            )
        made.response_class = timely(self.seconds, silence=_TIMEOUT)
        return made

    def _headers(self) -> Mapping[str, str]:
        told = {"Accept": "application/json"}
        # https://help.puppet.com/pe/current/topics/rbac_token_auth_intro.htm
        return told | ({"X-Authentication": self.identity.token} if self.identity.token else {})

    def close(self) -> None:
        """Close the connection; another question opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _tls(identity: Identity) -> ssl.SSLContext:
    """Return how the server proves itself, and how we do.

    Raises:
        InputError: a file cannot be used.
    """
    at = identity.authority
    try:
        context = ssl.create_default_context(cafile=at)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if (at := identity.certificate) is not None:
            # An empty password keeps OpenSSL from asking for one on the terminal.
            context.load_cert_chain(at, identity.key, password="")
    except (OSError, ValueError) as error:
        raise InputError(
            "no certificate and key that can be used",
            at=Location(str(at)),
            hint="name PEM files; the key must not be encrypted",
        ) from error
    return context


def _refusal(status: int) -> tuple[str, str]:
    reason = f"HTTP status {status}"
    if status in _REFUSED:
        return "denied", reason
    if status in _BUSY:
        return "throttled", reason
    return "failed", reason


def _told(error: Exception) -> str:
    """Say what went wrong on the way, without what the other side said."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"the server's certificate does not hold: {error.verify_message}"
        case ssl.SSLError():
            return "TLS failed; PuppetDB takes clients only with a certificate of its CA"
        case TimeoutError():
            return "no answer in time"
        case OSError() if error.strerror:
            return error.strerror.lower()
        case _:
            return "the connection broke"
