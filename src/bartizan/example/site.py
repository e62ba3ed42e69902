# SPDX-License-Identifier: Apache-2.0
"""An account of the emulator in which things are made, and what was made until now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import boto3

from bartizan.example.description import REGION, Part


@dataclass(frozen=True, slots=True)
class Site:
    """An account of the emulator, signed in to."""

    session: boto3.Session
    endpoint: str
    account: str
    keys: dict[str, tuple[str, str]] = field(repr=False)
    """Name of a user's access key to its two halves; shared by all accounts of a run."""
    made: dict[str, str] = field(default_factory=dict)
    """`section:name` to the id that AWS made up for it; shared by all accounts of a run."""
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        """Return the client of a service here, the same each time: one is slow to make."""
        if service not in self._clients:
            self._clients[service] = self.session.client(
                service, region_name=REGION, endpoint_url=self.endpoint
            )
        return self._clients[service]


Make: TypeAlias = Callable[[Site, Part], None]


def tags(part: Part) -> list[dict[str, str]]:
    """Return the tags of a thing as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in part.get("tags", {}).items()]


def named(kind: str, part: Part) -> list[dict[str, Any]]:
    """Return the tags of a thing that is called by one of them."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": part["name"]}, *tags(part)]}]
