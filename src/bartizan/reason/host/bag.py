# SPDX-License-Identifier: Apache-2.0
"""Steps by secrets that a tool's server keeps: who reads them, and who opens what is encrypted.

Sources: https://docs.chef.io/data_bags/, https://docs.chef.io/chef_vault/
"""

import re
from collections.abc import Iterator, Mapping

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.control import ControlActor, ControlRight, ControlSecret
from bartizan.model.facts.host_part import HostFile
from bartizan.model.facts.identity import AccessKey
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.host import place
from bartizan.reason.host.permission import actor, holders, kinds_of, thing

READ, OPEN, SECRET = "read-data-bag", "open-data-bag", "take-data-bag-secret"
VAULT, REFRESH, INSIDE = "open-vault", "meet-vault-search", "take-key-from-data-bag"
SHARED = "encrypted_data_bag_secret"
"""How the file of the shared secret is called, wherever it lies."""

_FIELD = re.compile(r"([A-Za-z0-9_.-]+)\s*:")
_FIXED = frozenset({"name"})
"""What a search may ask that no node says of itself: the server takes its name from its key."""
_REFRESH_EFFORT = 2


def item(row: ControlSecret, *, sealed: bool = False) -> Foothold:
    """Return what an attacker holds who reads an item, still encrypted or in the clear."""
    ability = Ability.READ_SEALED if sealed else Ability.READ
    return Foothold(ability.value, f"{row.source}:data_bags/{row.bag}/{row.name}")


def shared(tool: str) -> Foothold:
    """Return what an attacker holds who has the secret that opens a tool's data bags."""
    return Foothold(Ability.HOLD.value, f"{tool}:{SHARED}")


def steps(facts: Facts) -> Iterator[Step]:
    """Yield who reads what data bags hold."""
    secrets = facts.rows(ControlSecret)
    clients = {row.name: row for row in facts.rows(ControlActor) if row.kind == "client"}
    yield from _read(facts)
    for file in facts.rows(HostFile):
        if secrets and file.state != "absent" and file.path.endswith(f"/{SHARED}"):
            yield _held(file)
    keys = {row.id: row for row in facts.rows(AccessKey) if row.active}
    for row in secrets:
        if row.kind == "encrypted":
            yield _opened(row)
        if row.kind == "vault":
            yield from _vault(row)
            yield from _met(row, clients)
        for name in row.access_keys:
            if name in keys:
                yield Step(
                    technique=INSIDE,
                    needs=(item(row),),
                    grants=Foothold(Ability.ACT_AS.value, keys[name].principal),
                    cost=1,
                    evidence=(_said(row, f"holds the access key {name}"),),
                )


def _read(facts: Facts) -> Iterator[Step]:
    kinds = kinds_of(facts)
    by_bag: dict[str, list[ControlSecret]] = {}
    for secret in facts.rows(ControlSecret):
        by_bag.setdefault(secret.bag, []).append(secret)
    for row in facts.rows(ControlRight):
        if (row.kind, row.action) not in (("data_bags", "read"), ("data", "read")):
            continue
        for secret in by_bag.get(row.name, ()):
            for holder in holders(row, kinds):
                yield Step(
                    technique=READ,
                    needs=(holder,),
                    grants=item(secret, sealed=secret.kind in ("encrypted", "vault")),
                    cost=1,
                    evidence=(
                        Evidence(subject=row.file, why=f"{row.holder} may read {row.name}"),
                        _said(secret, f"is {secret.kind}"),
                    ),
                )


def _held(file: HostFile) -> Step:
    """The shared secret lies in the clear on each host that opens data bags with it."""
    return Step(
        technique=SECRET,
        needs=(place.user(file.host, place.ROOT),),
        grants=shared(file.source),
        cost=1,
        evidence=(place.because(file, f"{file.path} opens data bags"),),
        missing=place.doubt(file),
    )


def _opened(row: ControlSecret) -> Step:
    """One secret may open all, and nothing says that a bag has another."""
    return Step(
        technique=OPEN,
        needs=tuple(sorted({item(row, sealed=True), shared(row.source)})),
        grants=item(row),
        cost=1,
        evidence=(_said(row, "is encrypted with a shared secret"),),
        missing=(f"whether {row.bag}/{row.name} is encrypted with the secret that hosts have",),
    )


def _vault(row: ControlSecret) -> Iterator[Step]:
    named = [("client", name) for name in row.clients] + [("user", name) for name in row.admins]
    for kind, name in named:
        yield Step(
            technique=VAULT,
            needs=tuple(sorted({actor(row.source, kind, name), item(row, sealed=True)})),
            grants=item(row),
            cost=1,
            evidence=(_said(row, f"is encrypted for {name}"),),
        )


def _met(row: ControlSecret, clients: Mapping[str, ControlActor]) -> Iterator[Step]:
    """A node that may change itself meets the search, and the next refresh encrypts for it."""
    asked = set(_FIELD.findall(row.query)) - _FIXED
    if not asked:
        return
    text = f"somebody refreshes the vault {row.bag}/{row.name}"
    refreshed = place.assume("assume:refresh", text, effort=_REFRESH_EFFORT)
    for name, client in sorted(clients.items()):
        if not client.host or name in row.clients:
            continue
        needs = {
            actor(row.source, "client", name),
            thing(row.source, f"nodes/{client.host}"),
            item(row, sealed=True),
        }
        yield Step(
            technique=REFRESH,
            needs=tuple(sorted(needs)),
            grants=item(row),
            cost=2 + refreshed.effort,
            conditions=(refreshed,),
            evidence=(_said(row, f"is encrypted for whom `{row.query}` finds"),),
        )


def _said(row: ControlSecret, why: str) -> Evidence:
    return Evidence(subject=row.file, why=f"{row.bag}/{row.name} {why}")
