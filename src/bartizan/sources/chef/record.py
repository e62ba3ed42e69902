# SPDX-License-Identifier: Apache-2.0
"""Nodes, resources and what the server keeps as records, with nothing that may be a secret."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record
from bartizan.model.unread import unread_record
from bartizan.sources.chef import hide, ohai
from bartizan.sources.chef import told as telling
from bartizan.sources.chef.hide import as_json
from bartizan.sources.chef.kinds import NODE, PROVIDER, RESOURCE
from bartizan.sources.chef.node import Told
from bartizan.sources.chef.resource_block import Resource
from bartizan.sources.chef.resource_types import TYPES

PLACES = 1_000
"""Places of one run that are told one by one as not read; of the rest the number is told."""


def record(
    kind: str, name: str, body: Mapping[str, Json], *, at: str, source: str, host: str = ""
) -> Record:
    """Return a record; `at` is the time as ISO 8601, `source` the file that says so."""
    return Record(
        provider=PROVIDER,
        account=host,
        region="",
        service="chef",
        kind=kind,
        id=name,
        body=body,
        collected_at=at,
        source=source,
    )


def unread(
    place: str,
    reason: str,
    *,
    code: str,
    at: str,
    host: str = "",
    kind: str = RESOURCE,
) -> Record:
    """Return the record of something that is there and was not read."""
    row = Unread(
        provider=PROVIDER,
        account=host,
        region="",
        service="chef",
        operation=place,
        action="",
        kind=kind,
        resource=host,
        code=code,
        reason=reason,
    )
    name = f"{PROVIDER}/{host}/{place}/{reason}"
    return unread_record(row, name=name, at=at, source=place)


def of_node(told: Told, users: telling.Bags, *, key: bytes, at: str) -> Iterator[Record]:
    """Yield the records of one node."""
    node = told.node
    yield record(NODE, node.name, _about(told), at=at, source=node.file, host=node.name)
    seen: Counter[str] = Counter()
    lost = [(gap.place, gap.reason, "not-understood") for gap in told.gaps]
    for one in telling.resources(told, users):
        body = _resource(one, key)
        name = f"{node.name}/{body['type']}[{body['title']}] {one.file}:{one.line}"
        seen[name] += 1
        again = f" {seen[name]}" if seen[name] > 1 else ""
        yield record(RESOURCE, f"{name}{again}", body, at=at, source=one.file, host=node.name)
    for place, reason, code in _few(lost):
        yield unread(place, reason, code=code, at=at, host=node.name)


def _few(lost: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    once = list(dict.fromkeys(lost))
    yield from once[:PLACES]
    if len(once) > PLACES:
        more = len(once) - PLACES
        reason = f"{more} more places are not read, from this one on"
        yield once[PLACES][0], reason, "not-understood"


def _about(told: Told) -> dict[str, Json]:
    node = told.node
    recipes = told.expansion.recipes
    return {
        "name": node.name,
        "file": node.file,
        "environment": node.environment,
        "policy": node.policy,
        "group": node.group,
        "revision": told.revision,
        "run_list": as_json(node.run_list),
        "recipes": list[Json](recipes),
        "roles": list[Json](told.expansion.roles),
        "cookbooks": list[Json](sorted(told.run.loaded)),
        "whole": not told.expansion.gaps,
        "ohai": None if node.automatic is None else ohai.kept(node.automatic),
    }


def _resource(one: Resource, key: bytes) -> dict[str, Json]:
    of = TYPES[one.type].of
    name = telling.name_of(one)
    given = {held: as_json(value) for held, value in one.properties.items()}
    path = given.get("path", name)
    if of == "exec":
        # The name is the command of one that has none.
        given = {**given, "command": given.pop("code", given.get("command", name))}
    return {
        "type": one.type,
        "title": hide.title(of, as_json(one.name)),
        "name": hide.name(of, name),
        "file": one.file,
        "line": one.line,
        "doubt": one.doubt,
        "guarded": one.guarded,
        "actions": [as_json(action) for action in one.actions],
        "parameters": hide.parameters(
            of, given, path=path if isinstance(path, str) else "", key=key
        ),
    }
