# SPDX-License-Identifier: Apache-2.0
"""Steps by permissions on the server of a tool: who changes what hosts get, and reads its secrets.

A thing that decides what runs on a host as root makes whoever may change it root there. A cookbook
is code; of a node, a role or an environment it is known what it leads to only together with the
right to upload code. Sources: https://docs.chef.io/server/server_orgs/,
https://docs.chef.io/policyfile/, https://docs.chef.io/chef_client_security/
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.control import (
    ControlActor,
    ControlKey,
    ControlMember,
    ControlObject,
    ControlRight,
)
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.host import control, place, remedies

CLIENT, STOLEN, GROUP = "use-host-client-key", "steal-tool-key", "be-in-tool-group"
CHANGE, REGISTER, SUPERUSER = "change-tool-object", "register-client", "be-tool-superuser"
UPLOAD, PUSH = "containers/cookbooks", "containers/cookbook_artifacts"
"""What whoever may create cookbooks may change, and those of policies."""

_EFFORT = 4
_CODE = frozenset({"cookbooks"})
_CHOOSE = frozenset({"nodes", "roles"})
"""What chooses which code runs."""
_CONFIGURE = frozenset({"environments"})


def actor(tool: str, kind: str, name: str) -> Foothold:
    """Return what an attacker holds who signs requests to a tool's server as somebody."""
    return Foothold(Ability.ACT_AS.value, f"{tool}:{kind}/{name}")


def thing(tool: str, name: str) -> Foothold:
    """Return what an attacker holds who may change a thing of a tool's server: `nodes/web1`."""
    return Foothold(Ability.WRITE.value, f"{tool}:{name}")


def steps(facts: Facts) -> Iterator[Step]:
    """Yield what whoever holds keys and permissions of a tool's server gains."""
    kinds = kinds_of(facts)
    yield from _actors(facts)
    yield from _groups(facts, kinds)
    yield from _rights(facts, kinds)
    for row in facts.rows(ControlObject):
        yield from _decides(row)
    yield from _pushed(facts)


def kinds_of(facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Return which kinds of actor have a name: lists of actors do not say."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in facts.rows(ControlActor):
        found[row.name].add(row.kind)
    return {name: tuple(sorted(kinds)) for name, kinds in found.items()}


def holders(
    row: ControlRight | ControlMember, kinds: Mapping[str, tuple[str, ...]]
) -> Iterator[Foothold]:
    """Yield who holds a right, or is a member."""
    kind, name = (
        (row.holder_kind, row.holder) if isinstance(row, ControlRight) else (row.kind, row.member)
    )
    told = kinds.get(name, ("user",)) if kind == "actor" else (kind,)
    for one in told:
        yield actor(row.source, one, name)


def _actors(facts: Facts) -> Iterator[Step]:
    places = {row.name: row for row in facts.rows(ControlKey) if not row.host}
    for row in facts.rows(ControlActor):
        held = actor(row.source, row.kind, row.name)
        if row.host:
            yield Step(
                technique=CLIENT,
                needs=(place.user(row.host, place.ROOT),),
                grants=held,
                cost=1,
                evidence=(Evidence(subject=row.file, why=f"{row.host} signs with its key"),),
            )
        if row.kind == "user" or row.name in places:
            yield _stolen(row, held, places.get(row.name))
        if row.power == "validator":
            yield Step(
                technique=REGISTER,
                needs=(held,),
                grants=actor(row.source, "group", "clients"),
                cost=1,
                evidence=(Evidence(subject=row.file, why=f"{row.name} registers clients"),),
            )
        if row.power == "superuser":
            yield Step(
                technique=SUPERUSER,
                needs=(held,),
                grants=control.code(row.source),
                cost=1,
                evidence=(Evidence(subject=row.file, why=f"{row.name} may do anything"),),
            )


def _stolen(row: ControlActor, held: Foothold, key: ControlKey | None) -> Step:
    """A workstation has the key of its user."""
    text = f"a computer with the key of {row.name} on the server of {row.source} is stolen"
    condition = place.assume("assume:stolen-key", text, effort=_EFFORT)
    said = Evidence(subject=row.file, why=f"{row.name} signs requests with a key")
    seen = () if key is None else (Evidence(subject=key.place, why=f"is the key of {row.name}"),)
    return Step(
        technique=STOLEN,
        needs=(place.LAPTOP,),
        grants=held,
        cost=1 + _EFFORT,
        conditions=(condition,),
        evidence=(said, *seen),
    )


def _groups(facts: Facts, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    for row in facts.rows(ControlMember):
        group = actor(row.source, "group", row.group)
        for member in holders(row, kinds):
            if member == group:
                continue
            yield Step(
                technique=GROUP,
                needs=(member,),
                grants=group,
                cost=1,
                evidence=(Evidence(subject=row.file, why=f"{row.member} is in {row.group}"),),
                breakers=(remedies.out_of_tool_group(row),),
            )


def _rights(facts: Facts, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """Who may update a thing changes it; who may grant gives that right to themselves."""
    for row in facts.rows(ControlRight):
        name = f"{row.kind}/{row.name}"
        changes = row.action in ("update", "grant") and row.kind != "containers"
        uploads = name in (UPLOAD, PUSH) and row.action == "create"
        for holder in holders(row, kinds) if changes or uploads else ():
            yield Step(
                technique=CHANGE,
                needs=(holder,),
                grants=thing(row.source, name),
                cost=2 if row.action == "grant" else 1,
                evidence=(
                    Evidence(subject=row.file, why=f"{row.holder} may {row.action} {name}"),
                ),
                breakers=(remedies.without_right(row),),
            )


def _decides(row: ControlObject) -> Iterator[Step]:
    name = f"{row.kind}/{row.name}"
    held = thing(row.source, name)
    upload = thing(row.source, UPLOAD)
    for host in row.hosts:
        if row.kind in _CODE:
            yield _root(row, host, held)
        elif row.kind in _CHOOSE:
            yield _root(row, host, held, upload, cost=3)
        if row.kind in _CHOOSE | _CONFIGURE:
            doubt = f"what code that is there does on {host} for whoever changes {name}"
            yield _root(row, host, held, cost=4, missing=(doubt,))


def _root(
    row: ControlObject, host: str, *needs: Foothold, cost: int = 2, missing: tuple[str, ...] = ()
) -> Step:
    why = f"takes {row.kind}/{row.name} of {row.source}"
    return Step(
        technique=control.CODE,
        needs=tuple(sorted(needs)),
        grants=place.user(host, place.ROOT),
        cost=cost,
        evidence=(Evidence(subject=host, why=why),),
        missing=missing,
    )


def _pushed(facts: Facts) -> Iterator[Step]:
    """A policy is pushed to a group by whoever may change both: with cookbooks that are there, or
    with new ones.
    """
    rows = facts.rows(ControlObject)
    groups = [row for row in rows if row.kind == "policy_groups"]
    for policy in rows:
        if policy.kind != "policies":
            continue
        for group in groups:
            for host in sorted(set(policy.hosts) & set(group.hosts)):
                needs = (
                    thing(policy.source, f"policies/{policy.name}"),
                    thing(policy.source, f"policy_groups/{group.name}"),
                )
                yield _root(policy, host, *needs, thing(policy.source, PUSH), cost=3)
                doubt = f"what cookbooks that are there do on {host} for whoever pushes a policy"
                yield _root(policy, host, *needs, cost=4, missing=(doubt,))
