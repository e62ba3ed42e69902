# SPDX-License-Identifier: Apache-2.0
"""PuppetDB itself and its database, in a folder of their own on the loopback interface."""

import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives import serialization

from tests.fakes.puppet_compiler import MODULES, Manifest
from tests.fakes.puppet_compiler import missing as compiler_missing
from tests.fakes.puppetdb import Papers

_JAR = Path("/usr/share/puppetdb/puppetdb.jar")
_BOOTSTRAP = Path("/etc/puppetdb/bootstrap.cfg")
_AUTHORIZATION = Path("/etc/puppetdb/conf.d/auth.conf")
_TERMINUS = Path("/usr/lib/ruby/vendor_ruby/puppet/reports/puppetdb.rb")
_DATABASES = Path("/usr/lib/postgresql")
_SCRIPT = Path(__file__).parent.parent / "kernel" / "puppetdb" / "store.rb"
_OWNER = "postgres"
"""Neither PostgreSQL nor we want it to run as root."""
_START = 240.0
"""Seconds until it answers, at most."""


def missing() -> str:
    """Say what is not there; empty where nothing is missing."""
    if compiler_missing():
        return compiler_missing()
    if os.geteuid() != 0:
        return "root starts PuppetDB as another user"
    places = (_JAR, _BOOTSTRAP, _AUTHORIZATION, _TERMINUS, _DATABASES)
    absent = [str(place) for place in places if not place.exists()]
    absent += [] if shutil.which("java") else ["java"]
    return f"no {', no '.join(absent)}: .ci/run names the packages" if absent else ""


@dataclass(frozen=True)
class Service:
    """A PuppetDB that runs."""

    folder: Path
    url: str
    papers: Papers

    def stored(self, manifests: Sequence[Manifest]) -> list[dict[str, Any]]:
        """Compile manifests one after the other as a Puppet server does that stores what it knows
        here, and return their catalogs; wait until all of them can be asked for.
        """
        client = self.folder / "client"
        _client_files(client, self)
        asked = [
            {"name": f"node{number}.example.org", "file": str(one.file), "facts": one.facts}
            for number, one in enumerate(manifests)
        ]
        catalogs = []
        for one in asked:
            # What a node exported is collected by those that come after it was taken in.
            ended = subprocess.run(
                [shutil.which("ruby") or "ruby", str(_SCRIPT), str(client), str(MODULES)],
                input=json.dumps(one) + "\n",
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
            if len(lines) != 1:
                raise AssertionError(f"{one['name']}: {ended.stdout[-500:]}{ended.stderr[:1500]}")
            catalogs.append(json.loads(lines[0]))
            self._taken_in(str(one["name"]))
        return catalogs

    def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return what it answers to a GET."""
        context = ssl.create_default_context(cafile=str(self.papers.authority))
        context.load_cert_chain(self.papers.client)
        with urlopen(Request(self.url + path), context=context, timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def _taken_in(self, name: str) -> None:
        """Wait until the queue of commands has been worked through for a node."""
        stamps = ("facts_timestamp", "catalog_timestamp", "report_timestamp")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = self.ask("/pdb/query/v4/nodes")
            if any(row["certname"] == name and all(map(row.get, stamps)) for row in found):
                return
            time.sleep(0.1)
        raise AssertionError(f"PuppetDB did not take in {name}")


@contextmanager
def service() -> Iterator[Service]:
    """Start PostgreSQL and PuppetDB, which takes only clients of its own CA; stop both."""
    with tempfile.TemporaryDirectory(prefix="puppetdb-") as held:
        folder = Path(held)
        # Folders of pytest are shut to others than root.
        folder.chmod(0o755)
        yield from _served(folder)


def _served(folder: Path) -> Iterator[Service]:
    papers = Papers.made(folder)
    with _database(folder) as database:
        port = _free_port()
        _configure(folder, papers, port=port, database=database)
        log = folder / "puppetdb.log"
        command = ["java", "-Xmx384M", "-Djava.security.egd=/dev/urandom", "-cp", str(_JAR)]
        command += ["clojure.main", "-m", "puppetlabs.puppetdb.core", "services"]
        command += ["--config", str(folder / "conf"), "--bootstrap-config", str(_BOOTSTRAP)]
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command, stdout=sink, stderr=sink, cwd="/", **_owner(folder)
            )
        found = Service(folder, f"https://127.0.0.1:{port}", papers)
        try:
            _wait(found, process, log)
            yield found
        finally:
            process.terminate()
            process.wait(60)


def _wait(found: Service, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until and process.poll() is None:
        try:
            if "version" in found.ask("/pdb/meta/v1/version"):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"PuppetDB did not start: {log.read_text()[-2000:]}")


@contextmanager
def _database(folder: Path) -> Iterator[int]:
    """Start a PostgreSQL with what PuppetDB needs; yield its port."""
    programs = max(_DATABASES.iterdir(), key=lambda place: int(place.name)) / "bin"
    held, port = folder / "postgresql", _free_port()
    held.mkdir()
    shutil.chown(held, _OWNER, _OWNER)
    data, sockets = str(held / "data"), str(held)

    def run(program: str, *arguments: str) -> None:
        place = programs / program
        subprocess.run(
            [str(place), *arguments], check=True, capture_output=True, cwd="/", **_owner(held)
        )

    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off"
    settings += f" -c unix_socket_directories={sockets}"
    run("initdb", "-D", data, "-A", "trust", "-U", _OWNER)
    # Its output must not be ours: it lives on.
    run("pg_ctl", "-D", data, "-w", "-l", str(held / "log"), "-o", settings, "start")
    try:
        login = ("-h", sockets, "-p", str(port), "-U", _OWNER)
        run("createuser", *login, "puppetdb")
        run("createdb", *login, "-O", "puppetdb", "puppetdb")
        run("psql", *login, "-c", "create extension pg_trgm", "puppetdb")
        yield port
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _configure(folder: Path, papers: Papers, *, port: int, database: int) -> None:
    place, kept = folder / "conf", folder / "var"
    place.mkdir()
    kept.mkdir()
    shutil.copy(_AUTHORIZATION, place)
    _parted(papers.server, place / "server.crt", place / "server.key")
    (place / "logback.xml").write_text(
        '<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender">'
        "<encoder><pattern>%p %m%n</pattern></encoder></appender>"
        '<root level="warn"><appender-ref ref="out"/></root></configuration>'
    )
    (place / "puppetdb.ini").write_text(
        f"[global]\nvardir = {kept}\nlogging-config = {place}/logback.xml\n"
        f"[database]\nsubname = //127.0.0.1:{database}/puppetdb\nusername = puppetdb\n"
        "password = none\n"
        f"[jetty]\nssl-host = 127.0.0.1\nssl-port = {port}\nssl-key = {place}/server.key\n"
        f"ssl-cert = {place}/server.crt\nssl-ca-cert = {papers.authority}\n"
        "[puppetdb]\ndisable-update-checking = true\n"
    )
    for one in (place, kept, *place.iterdir()):
        shutil.chown(one, _OWNER, _OWNER)


def _client_files(client: Path, service: Service) -> None:
    """Give Puppet its certificate, and the address of PuppetDB."""
    held = client / "confdir" / "ssl"
    for name in ("certs", "private_keys"):
        (held / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(service.papers.authority, held / "certs" / "ca.pem")
    _parted(
        service.papers.client, held / "certs" / "client.pem", held / "private_keys" / "client.pem"
    )
    (client / "confdir" / "puppetdb.conf").write_text(f"[main]\nserver_urls = {service.url}\n")


def _parted(both: Path, certificate: Path, key: Path) -> None:
    """Write certificate and key of one file into two, the key as each reader knows it."""
    content = both.read_bytes()
    certificate.write_bytes(content[: content.index(b"-----BEGIN PRIVATE KEY")])
    held = serialization.load_pem_private_key(content, None)
    plain = serialization.PrivateFormat.TraditionalOpenSSL
    encoding = serialization.Encoding.PEM
    key.write_bytes(held.private_bytes(encoding, plain, serialization.NoEncryption()))


def _owner(home: Path) -> dict[str, Any]:
    """Return what starts a process as the user of PostgreSQL."""
    found = pwd.getpwnam(_OWNER)
    path = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": [], "env": path}


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
