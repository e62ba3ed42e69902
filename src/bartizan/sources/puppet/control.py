# SPDX-License-Identifier: Apache-2.0
"""What files of a Puppet server and of a control repository say of who changes hosts.

Nothing is run: of a Puppetfile, which is Ruby, only lines that name a module are read, and lines
that do something else stay visible.

Sources: https://www.puppet.com/docs/puppet/7/config_file_main,
https://www.puppet.com/docs/puppet/7/ssl_autosign,
https://github.com/puppetlabs/r10k/blob/main/doc/puppetfile.mkd,
https://github.com/voxpupuli/hiera-eyaml, https://www.puppet.com/docs/puppetdb/8/configure
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

_SERVER_SECTIONS = ("server", "master", "main")
"""Sections of puppet.conf that count for the server, the first that says something wins."""
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
_NAME = re.compile(r"[\w-]+")
_REMARK = re.compile(r"[#;]")
_SECTION = re.compile(r"\[\s*([\w-]+)\s*\]")
_MODULE = re.compile(r"""mod\s*+(?:\(\s*+)?["']([\w/.-]+)["']\s*(?:,(.*))?""", re.DOTALL)
_VERSION = re.compile(r"""\s*["']([^"']+)["']""")
_PAIR = re.compile(r"""(?::(\w+)\s*=>|\b(\w+):)\s*(?:["']([^"']*)["']|:(\w+))""")
_PINS = ("commit", "tag")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_EXACT = re.compile(r"=?\s*\d+\.\d+\.\d+[\w.+-]*")
_EYAML = re.compile(r"\s*(?:-\s+)?:?(?:pkcs7_private_key|gpg_gnupghome)\s*:\s*[\"']?([^\"'#\s]+)")
_ENVIRONMENT = re.compile(r"(?:^|/)environments/([^/]+)/")


class Control(Struct, frozen=True, kw_only=True):
    """One thing that a file says."""

    kind: str
    name: str
    line: int
    version: str = ""
    environments: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Unclear(Struct, frozen=True, kw_only=True):
    """A line, or a file (line 0), that is not understood."""

    line: int
    reason: str


Said: TypeAlias = Control | Unclear


def is_control(path: PurePosixPath) -> bool:
    """Tell whether a file of this name is read."""
    return path.name in _READERS or _is_inventory(path)


def is_root(name: str) -> bool:
    """Tell whether a file of this name says that its folder holds code or settings of Puppet, in
    which JSON is no catalog.
    """
    return name in {"Puppetfile", "environment.conf", "puppet.conf"}


def read(path: PurePosixPath, text: str) -> Iterator[Said]:
    """Yield what a file says."""
    reader = _READERS.get(path.name, _inventory)
    environment = _ENVIRONMENT.search(path.as_posix())
    for said in reader(text):
        if isinstance(said, Control) and environment is not None:
            yield _within(said, environment[1])
        else:
            yield said


def _within(said: Control, environment: str) -> Control:
    return replace(said, environments=(environment,))


def _settings(text: str) -> Mapping[tuple[str, str], tuple[str, int]]:
    """Return section and name of each setting to its value and line; later ones win."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    section = "main"
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if match := _SECTION.fullmatch(bare):
            section = match[1]
            continue
        name, mark, value = bare.partition("=")
        if mark and _NAME.fullmatch(name.rstrip()):
            told = _REMARK.split(value, maxsplit=1)[0].strip()
            found[section, name.rstrip().replace("_", "-")] = told, number
    return found


def _main(text: str) -> Iterator[Said]:
    """Read puppet.conf."""
    settings = _settings(text)

    def first(name: str) -> tuple[str, int]:
        held = (settings.get((section, name)) for section in (*_SERVER_SECTIONS, "agent"))
        return next((one for one in held if one is not None), ("", 0))

    server, line = first("server")
    if server:
        yield Control(kind="server", name=server, line=line)
    signs, at = first("ca-server")
    if signs or server:
        yield Control(kind="authority", name=signs or server, line=at or line)
    value, line = first("autosign")
    if value == "true":
        yield Control(kind="autosign", name="*", line=line)
    elif value == "false":
        yield Control(kind="autosign-off", name="", line=line)
    elif value and not value.endswith("/autosign.conf"):
        yield Control(kind="autosign", name="", line=line, unknown=("name",))


def _autosign(text: str) -> Iterator[Said]:
    """Read autosign.conf: a name or a pattern in each line."""
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if name:
            yield Control(kind="autosign", name=name, line=number)


def _modules(text: str) -> Iterator[Said]:
    """Read a Puppetfile. A module may go over lines that end with a comma."""
    held: list[str] = []
    begun = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not bare:
            continue
        begun = begun if held else number
        held.append(bare)
        if bare.endswith(","):
            continue
        yield from _module(" ".join(held), begun)
        held = []
    if held:
        yield Unclear(line=begun, reason="the line is not whole")


def _module(text: str, line: int) -> Iterator[Said]:
    if re.match(r"(?:forge|moduledir)\b", text):
        return
    match = _MODULE.fullmatch(text.rstrip(")").rstrip())
    if match is None:
        yield Unclear(line=line, reason="it is code that is not run")
        return
    rest = match[2] or ""
    pairs = {one[1] or one[2]: one[3] or one[4] or "" for one in _PAIR.finditer(rest)}
    if "local" in pairs or re.search(r"local(?::|\s*=>)\s*true", rest):
        return
    git = "git" in pairs
    version = next((pairs[pin] for pin in _PINS if pairs.get(pin)), "")
    if git and not version and _SHA.fullmatch(pairs.get("ref", "")):
        version = pairs["ref"]
    if not git and (exact := _VERSION.match(rest)) and _EXACT.fullmatch(exact[1]):
        version = exact[1]
    name = _address(pairs["git"]) if git else match[1].replace("-", "/", 1)
    unsure = ("version",) if git and not version and "ref" in pairs else ()
    yield Control(kind="module", name=name, line=line, version=version, unknown=unsure)


def _address(url: str) -> str:
    """Return an address without what may be a password in it."""
    scheme, mark, rest = url.partition("://")
    bare = (rest if mark else url).rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{bare}" if mark else bare


def _data(text: str) -> Iterator[Said]:
    """Read hiera.yaml, of which the keys of encrypted data are of concern."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _EYAML.match(line):
            yield Control(kind="secrets-key", name=match[1], line=number)


def _inventory(text: str) -> Iterator[Said]:
    """Read the settings of PuppetDB."""
    settings = _settings(text)
    host, line = settings.get(("jetty", "host"), ("", 0))
    if host not in _LOCAL:
        port = settings.get(("jetty", "port"), ("8080", 0))[0]
        yield Control(kind="inventory", name=f"{port}/http", line=line)
    port, line = settings.get(("jetty", "ssl-port"), ("", 0))
    if port:
        yield Control(kind="inventory", name=f"{port}/https", line=line)
    for name in ("certificate-allowlist", "certificate-whitelist"):
        if ("puppetdb", name) in settings:
            path, line = settings["puppetdb", name]
            yield Control(kind="allowlist", name=path, line=line)


def _readers(text: str) -> Iterator[Said]:
    """Read a list of the names that PuppetDB answers."""
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if name:
            yield Control(kind="reader", name=name, line=number)


def _other(_: str) -> Iterator[Said]:
    yield Unclear(line=0, reason="its language is not read")


_READERS: Mapping[str, Callable[[str], Iterator[Said]]] = {
    "Puppetfile": _modules,
    "auth.conf": _other,
    "autosign.conf": _autosign,
    "certificate-allowlist": _readers,
    "certificate-whitelist": _readers,
    "hiera.yaml": _data,
    "jetty.ini": _inventory,
    "puppet.conf": _main,
}
"""Name of a file to what reads it."""


def _is_inventory(path: PurePosixPath) -> bool:
    return path.suffix == ".ini" and "puppetdb" in path.parts
