# SPDX-License-Identifier: Apache-2.0
"""Steps by what decides on hosts: the code of a tool, its servers, its authority, its inventory.

Whoever changes the code that a host gets runs code on it as root, as the tool does. Sources:
https://www.puppet.com/docs/puppet/7/config_file_autosign,
https://www.puppet.com/docs/puppetdb/8/configure, https://github.com/puppetlabs/r10k
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.host import Host
from bartizan.model.facts.host_control import HostControl
from bartizan.model.facts.host_part import HostFile
from bartizan.model.facts.identity import AccessKey
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.host import place, remedies

CODE, SERVER, MODULE = "write-host-code", "be-on-code-server", "publish-module"
SIGN, SIGNED, INVENTORY = "sign-certificate", "claim-certificate", "ask-inventory"
SECRETS, READ = "read-secrets-key", "read-host-code-secrets"
PORT = 8140
"""Where a Puppet server listens."""

_ASKS = frozenset({"puppet"})
"""Tools whose hosts get names from an authority at that port."""


def code(tool: str, environment: str = "") -> Foothold:
    """Return what an attacker holds who changes the code of a tool: of one part, or all."""
    entity = f"{tool}-code:{environment}" if environment else f"{tool}-code"
    return Foothold(Ability.WRITE.value, entity)


def server(tool: str) -> Foothold:
    """Return what an attacker holds whose packets reach a server of a tool."""
    return Foothold(Ability.SEND.value, f"{tool}-server:{PORT}/tcp")


def inventory(tool: str, port: str) -> Foothold:
    """Return what an attacker holds whose packets reach the inventory of a tool."""
    return Foothold(Ability.SEND.value, f"{tool}-inventory:{port}/tcp")


def told_to(host: str) -> Foothold:
    """Return what an attacker holds who reads all that a tool tells a host, secrets included."""
    return Foothold(Ability.READ.value, f"catalog:{host}")


def steps(facts: Facts) -> Iterator[Step]:
    """Yield what whoever holds code, servers and keys of a tool gains."""
    hosts = facts.rows(Host)
    controls = facts.rows(HostControl)
    for host in hosts:
        yield from _code(host)
        if host.source in _ASKS:
            yield _agent(host)
    yield from _wider({(host.source, host.environment) for host in hosts if host.environment})
    yield from _kept(facts)
    for tool in sorted({row.source for row in controls}):
        own = [row for row in controls if row.source == tool]
        mine = [host for host in hosts if host.source == tool]
        yield from _servers(own, hosts, mine)
        yield from _modules(own)
        yield from _signed(own, mine)
        yield from _inventories(own, mine)


def _code(host: Host) -> Iterator[Step]:
    where = host.environment
    why = f"gets the code of {host.source}" + (f" from {where}" if where else "")
    yield Step(
        technique=CODE,
        needs=(code(host.source, where),),
        grants=place.user(host.id, place.ROOT),
        cost=2,
        evidence=(Evidence(subject=host.id, why=why),),
    )


def _wider(parts: Iterable[tuple[str, str]]) -> Iterator[Step]:
    """Whoever changes all code changes each part of it."""
    for tool, environment in sorted(parts):
        yield Step(
            technique=CODE,
            needs=(code(tool),),
            grants=code(tool, environment),
            cost=1,
            evidence=(Evidence(subject=f"{tool}-code", why=f"holds {environment}"),),
        )


def _agent(host: Host) -> Step:
    """A host that is looked after reaches the server."""
    return Step(
        technique=SERVER,
        needs=(place.somebody(host.id),),
        grants=server(host.source),
        cost=1,
        evidence=(Evidence(subject=host.id, why=f"asks the server of {host.source}"),),
    )


def _servers(
    controls: Iterable[HostControl], every: Iterable[Host], hosts: Sequence[Host]
) -> Iterator[Step]:
    by_name = {name: row.id for row in every for name in (row.id, *row.names)}
    for row in controls:
        root = place.user(by_name.get(row.name, ""), place.ROOT)
        if row.name not in by_name or row.kind not in {"server", "authority"}:
            continue
        if row.kind == "server":
            yield Step(
                technique=SERVER,
                needs=(root,),
                grants=code(row.source),
                cost=1,
                evidence=(_said(row, f"{row.name} compiles for hosts"),),
            )
            yield from _opened(controls, root)
            continue
        for host in hosts:
            yield Step(
                technique=SIGN,
                needs=(root,),
                grants=told_to(host.id),
                cost=2,
                evidence=(_said(row, f"{row.name} signs the certificates of hosts"),),
            )


def _opened(controls: Iterable[HostControl], root: Foothold) -> Iterator[Step]:
    """The server has the keys of encrypted data, to open it."""
    for row in controls:
        if row.kind == "secrets-key":
            yield Step(
                technique=SECRETS,
                needs=(root,),
                grants=Foothold(Ability.DECRYPT.value, f"{row.source}-data:{row.name}"),
                cost=1,
                evidence=(_said(row, f"{row.name} opens encrypted data"),),
            )


def _modules(controls: Iterable[HostControl]) -> Iterator[Step]:
    """Whoever publishes a module of which the newest is taken changes the code."""
    for row in controls:
        if row.kind != "module" or row.version:
            continue
        for environment in row.environments or ("",):
            yield Step(
                technique=MODULE,
                needs=(Foothold(Ability.WRITE.value, f"module:{row.name}"),),
                grants=code(row.source, environment),
                cost=3,
                evidence=(_said(row, f"takes {row.name} in no one version"),),
                breakers=(remedies.one_version(row),),
                missing=_unpinned(row),
            )


def _unpinned(row: HostControl) -> tuple[str, ...]:
    if "version" not in row.unknown:
        return ()
    return (f"whether what {row.file}:{row.line} takes of {row.name} is a branch",)


def _signed(controls: Iterable[HostControl], hosts: Sequence[Host]) -> Iterator[Step]:
    """Whoever asks under a name that is signed by itself gets what the code gives that name; a
    name that is taken already is not signed again.
    """
    if any(row.kind == "autosign-off" for row in controls):
        return
    for row in controls:
        if row.kind != "autosign":
            continue
        for host in hosts:
            if fits(row.name, host.id):
                doubt = f"whether the code gives what {host.id} gets to another name"
                policy = (f"whom the program in {row.file}:{row.line} signs",)
                yield Step(
                    technique=SIGNED,
                    needs=(server(row.source),),
                    grants=told_to(host.id),
                    cost=2,
                    evidence=(
                        _said(row, f"signs whoever asks as {row.name or 'a program says'}"),
                    ),
                    breakers=(remedies.signed_by_hand(row),),
                    missing=tuple(sorted((doubt, *(() if row.name else policy)))),
                )


def fits(pattern: str, name: str) -> bool:
    """Tell whether names like one fit a line of autosign.conf: `*.` stands for one or more parts
    before the rest; a name alone is that one, and its host has it already. An empty one, and `*`,
    may be any.
    """
    if pattern in {"", "*"}:
        return True
    return pattern.startswith("*.") and name.endswith(pattern[1:])


def _inventories(controls: Sequence[HostControl], hosts: Sequence[Host]) -> Iterator[Step]:
    """Whoever the inventory answers reads what all hosts are told."""
    readers = {row.name for row in controls if row.kind == "reader"}
    held = [row for row in controls if row.kind == "inventory"]
    for row in held:
        port, _, protocol = row.name.partition("/")
        if protocol == "http":
            why = f"answers whoever reaches port {port}"
            yield _asked(row, inventory(row.source, port), why, missing=())
            continue
        doubt = (f"whose certificates the inventory in {row.file}:{row.line} takes",)
        for host in hosts:
            if host.id in readers or not readers:
                why = f"answers hosts that have a certificate, as {host.id} has"
                missing = () if host.id in readers else doubt
                yield _asked(row, place.user(host.id, place.ROOT), why, missing=missing)
    for host in hosts if held else ():
        yield Step(
            technique=INVENTORY,
            needs=(_all_told(host.source),),
            grants=told_to(host.id),
            cost=1,
            evidence=(Evidence(subject=host.id, why=f"is one of the hosts of {host.source}"),),
        )


def _all_told(tool: str) -> Foothold:
    return Foothold(Ability.READ.value, f"{tool}-catalogs")


def _asked(row: HostControl, need: Foothold, why: str, *, missing: tuple[str, ...]) -> Step:
    return Step(
        technique=INVENTORY,
        needs=(need,),
        grants=_all_told(row.source),
        cost=1,
        evidence=(_said(row, why),),
        missing=missing,
    )


def _kept(facts: Facts) -> Iterator[Step]:
    """Whoever reads what a host is told has the access keys in it."""
    keys: Mapping[str, AccessKey] = {row.id: row for row in facts.rows(AccessKey) if row.active}
    for file in facts.rows(HostFile):
        for name in file.access_keys if file.state != "absent" else ():
            if name in keys:
                yield Step(
                    technique=READ,
                    needs=(told_to(file.host),),
                    grants=Foothold(Ability.ACT_AS.value, keys[name].principal),
                    cost=1,
                    evidence=(place.because(file, f"{file.path} holds the access key {name}"),),
                    missing=place.doubt(file),
                )


def _said(row: HostControl, why: str) -> Evidence:
    return Evidence(subject=f"{row.file}:{row.line}", why=why)
