# SPDX-License-Identifier: Apache-2.0
"""A small estate as AWS describes it, which two readers take: the engine's, and the nft writer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

Body: TypeAlias = Mapping[str, Any]
"""An element of an answer of the API, as the API writes it."""

REGION = "eu-west-1"

INTERNET_HOSTS = ("8.8.8.8", "1.1.1.1", "2001:4860:4860::8888")
"""Addresses of somebody on the Internet; no packet of ours ever gets there."""

INTERNET_CLIENTS = (
    "8.8.8.9", "8.1.1.1", "9.1.1.1", "1.1.1.0", "1.1.2.2", "1.2.2.2", "50.1.1.1", "52.200.1.1",
    "200.1.1.1",
)  # fmt: skip
"""Other addresses there: one of each class that rules and routes of worlds tell apart."""

STEERED = 30000, 45000
"""Client ports that are kept for load balancers which keep the client's address: of each class,
so many for each node, so that the fabric knows which node an answer belongs to."""
EACH = 200

PORTS = (22, 443, 1023, 1024, 65535)
"""Ports on which every host of a world listens; 0 is in rules alone."""

LISTENS = 8080
"""The port of load balancers, on which no host listens."""


class Described(Struct, frozen=True, kw_only=True):
    """One thing, as it was described to one account."""

    kind: str
    """CloudFormation type name, or ours beside it."""
    account: str
    """Account that was asked."""
    id: str
    """ARN, or that of its parent and what tells it apart."""
    body: Body
    """What the API said."""


class World(Struct, frozen=True, kw_only=True):
    """Everything that one estate consists of."""

    name: str
    """What it was drawn from, for people."""
    things: tuple[Described, ...]
    """What there is."""

    def of(self, kind: str) -> Iterator[Body]:
        """Yield the bodies of one kind (`NetworkInterface`), in order."""
        return (thing.body for thing in self.things if thing.kind.rpartition("::")[2] == kind)

    def by(self, kind: str, key: str) -> dict[str, Body]:
        """Return the bodies of one kind by the value of one member."""
        return {body[key]: body for body in self.of(kind)}

    def parts(self, kind: str) -> Iterator[tuple[str, Body]]:
        """Yield the bodies of one kind that belongs to another, with their parents' own ids."""
        for thing in self.things:
            if thing.kind.rpartition("::")[2] == kind:
                yield thing.id.partition("#")[0].rpartition("/")[2], thing.body

    def having(self, things: Iterable[Described]) -> "World":
        """Return a world of other things."""
        return replace(self, things=tuple(things))


def to_json(world: World) -> str:
    """Return a world as JSON, one thing a line."""
    lines = (
        json.dumps({"kind": t.kind, "account": t.account, "id": t.id, "body": t.body})
        for t in world.things
    )
    return f'{{"name": {json.dumps(world.name)}, "things": [\n' + ",\n".join(lines) + "\n]}"


def of_json(text: str) -> World:
    """Return the world that JSON states."""
    stated = json.loads(text)
    return World(name=stated["name"], things=tuple(Described(**one) for one in stated["things"]))
