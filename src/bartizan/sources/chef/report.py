# SPDX-License-Identifier: Apache-2.0
"""What runs told of themselves: messages of the data collector, and reports of resources.

They are evidence of what the resources of a node really were. A resource that was skipped, or that
the run did not come to, says nothing.

Sources: https://docs.chef.io/automate/data_collection/ (`run_converge`), and
https://docs.chef.io/server/server_manage_nodes/ (reporting)
"""

from collections.abc import Iterator, Mapping

from bartizan.errors import InputError, Location
from bartizan.model.record import Json, Record
from bartizan.sources.chef import hide
from bartizan.sources.chef.kinds import RESOURCE, RUN
from bartizan.sources.chef.record import record
from bartizan.sources.chef.resource_types import TYPES

RESOURCES = 100_000
"""Resources of one report; more are refused."""

_DONE = frozenset({"updated", "up-to-date"})
_LATER = frozenset({"nothing"})


def is_report(held: Mapping[str, Json]) -> bool:
    """Tell whether a file holds what a run told of itself."""
    return held.get("message_type") == "run_converge" or (
        isinstance(held.get("resources"), list) and isinstance(held.get("node_name"), str)
    )


def records(held: Mapping[str, Json], path: str, *, key: bytes, at: str) -> Iterator[Record]:
    """Yield the records of one report.

    Raises:
        InputError: it is damaged, or names no node.
    """
    node, listed = held.get("node_name"), held.get("resources", [])
    if not isinstance(node, str) or not isinstance(listed, list):
        raise InputError("the report names no node, or has no resources", at=Location(path))
    if len(listed) > RESOURCES:
        raise InputError(f"more than {RESOURCES:,} resources", at=Location(path))
    status = held.get("status")
    body: dict[str, Json] = {
        "status": status if isinstance(status, str) else "",
        "file": path,
        "resources": len(listed),
    }
    yield record(RUN, node, body, at=at, source=path, host=node)
    for place, one in enumerate(listed):
        if not isinstance(one, dict):
            raise InputError(f"resource {place + 1} of the report is none", at=Location(path))
        made = _resource(one, path, key)
        if made is not None:
            name = f"{node}/{made['type']}[{made['title']}] {path}:{place}"
            yield record(RESOURCE, name, made, at=at, source=path, host=node)


def _resource(one: Mapping[str, Json], path: str, key: bytes) -> dict[str, Json] | None:
    type_, after = one.get("type"), one.get("after")
    action, status = one.get("result"), one.get("status", "updated")
    if not isinstance(type_, str) or type_ not in TYPES or not isinstance(after, dict):
        return None
    if status not in _DONE or action in _LATER:
        return None
    kind = TYPES[type_]
    if kind.of in ("sudo", "users"):
        # What they made is told by the resources inside.
        return None
    name = after.get(kind.name) or one.get("id") or one.get("name")
    given: dict[str, Json] = {}
    given.update((held, value) for held, value in after.items() if value is not None)
    given.pop(kind.name, None)
    if kind.of == "exec":
        given["command"] = name
    return {
        "type": type_,
        "title": hide.title(kind.of, one.get("name")),
        "name": hide.name(kind.of, name),
        "file": path,
        "line": 0,
        "doubt": "",
        "guarded": False,
        "actions": [action if isinstance(action, str) else "?"],
        "parameters": hide.parameters(
            kind.of, given, path=name if isinstance(name, str) else "", key=key
        ),
    }
