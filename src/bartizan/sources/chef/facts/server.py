# SPDX-License-Identifier: Apache-2.0
"""Who may change what on the server, what secrets it keeps, and what decides about which hosts.

Source: https://docs.chef.io/server/server_orgs/
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.control import (
    ControlActor,
    ControlKey,
    ControlMember,
    ControlObject,
    ControlRight,
    ControlSecret,
)
from bartizan.model.host_text import secrets_inside
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.chef.kinds import ACTOR, GROUP, ITEM, KEY, NODE, RIGHT, THING

SUPERUSERS = frozenset({"pivotal"})
"""Users whom the server asks for no permission."""

_HOLDERS = {"users": "user", "clients": "client", "groups": "group", "actors": "actor"}


def rows(records: Records) -> Iterator[Row]:
    """Yield the rows of what the server keeps."""
    nodes = {one.id: one.body for one in records.of(NODE)}
    for one in records.of(ACTOR):
        yield _actor(one.body, nodes)
    for one in records.of(GROUP):
        yield from _members(one.body)
    for one in records.of(RIGHT):
        yield from _rights(one.body)
    yield from _objects(nodes, list(records.of(THING)))
    for one in records.of(ITEM):
        yield _secret(one.body)
    for one in records.of(KEY):
        body = one.body
        kind = _text(body, "kind")
        yield ControlKey(
            source="chef",
            kind=kind,
            name="" if kind == "shared-secret" else _text(body, "name"),
            place=_text(body, "place"),
            host="",
        )


def _actor(body: Mapping[str, Json], nodes: Mapping[str, object]) -> ControlActor:
    name, kind = _text(body, "name"), _text(body, "kind")
    power = "validator" if body.get("validator") is True else ""
    if kind == "user" and name in SUPERUSERS:
        power = "superuser"
    return ControlActor(
        source="chef",
        kind=kind,
        name=name,
        power=power,
        # A node signs what it asks with the key of the client of its name.
        host=name if kind == "client" and name in nodes else "",
        file=_text(body, "file"),
    )


def _members(body: Mapping[str, Json]) -> Iterator[ControlMember]:
    for kind, name in _holders(body):
        yield ControlMember(
            source="chef",
            group=_text(body, "name"),
            kind=kind,
            member=name,
            file=_text(body, "file"),
        )


def _rights(body: Mapping[str, Json]) -> Iterator[ControlRight]:
    rights = body.get("rights")
    for action, entry in sorted(rights.items()) if isinstance(rights, dict) else ():
        for kind, holder in _holders(entry if isinstance(entry, dict) else {}):
            yield ControlRight(
                source="chef",
                kind=_text(body, "kind"),
                name=_text(body, "name"),
                action=action,
                holder_kind=kind,
                holder=holder,
                file=_text(body, "file"),
            )


def _holders(entry: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield who is named; `actors` repeats users and clients where those are told apart."""
    told = {name for member in ("users", "clients") for name in _texts(entry, member)}
    for member, kind in sorted(_HOLDERS.items()):
        for name in _texts(entry, member):
            if member != "actors" or name not in told:
                yield kind, name


def _objects(
    nodes: Mapping[str, Mapping[str, Json]], things: list[Record]
) -> Iterator[ControlObject]:
    hosts: dict[tuple[str, str], set[str]] = {
        (_text(one.body, "kind"), _text(one.body, "name")): set() for one in things
    }
    for host, body in nodes.items():
        for thing in _deciding(host, body):
            hosts.setdefault(thing, set()).add(host)
    # Where a run list is not known, what else decides about the host is not either.
    whole = all(body.get("whole") is True for body in nodes.values())
    for (kind, name), held in sorted(hosts.items()):
        yield ControlObject(
            source="chef", kind=kind, name=name, hosts=tuple(sorted(held)), whole=whole
        )


def _deciding(host: str, body: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield what decides what runs on a host: with a policy, neither roles nor its run list."""
    yield "nodes", host
    for name in _texts(body, "cookbooks"):
        # The cookbooks of a policy are fixed by their content.
        yield "cookbook_artifacts" if _text(body, "policy") else "cookbooks", name
    if policy := _text(body, "policy"):
        yield "policies", policy
        yield "policy_groups", _text(body, "group")
        return
    yield "environments", _text(body, "environment")
    for name in _texts(body, "roles"):
        yield "roles", name


def _secret(body: Mapping[str, Json]) -> ControlSecret:
    secrets, keys = secrets_inside(body.get("content"))
    version = body.get("version")
    return ControlSecret(
        source="chef",
        bag=_text(body, "bag"),
        name=_text(body, "name"),
        kind=_text(body, "kind"),
        version=version if type(version) is int else None,
        cipher=_text(body, "cipher"),
        clients=_texts(body, "clients"),
        admins=_texts(body, "admins"),
        query=_text(body, "query"),
        secrets=secrets,
        access_keys=keys,
        file=_text(body, "file"),
    )


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _texts(body: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = body.get(name)
    items = value if isinstance(value, list) else []
    return tuple(sorted({one for one in items if isinstance(one, str)}))
