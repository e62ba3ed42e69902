# SPDX-License-Identifier: Apache-2.0
"""Catalogs as Puppet compiles them, and the facts that are derived from them."""

import json
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.record import Json, Record, RecordList
from bartizan.sources.puppet.document import documents
from bartizan.sources.puppet.normalise import PuppetNormaliser
from bartizan.sources.puppet.record import records

KEY = b"0" * 32
ROOT, HOMES = "/root", "/home"
"""Where the home directories are."""
ED25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
"""A public key whose 32 bytes are 0 to 31."""


def resource(
    type_: str,
    title: str,
    /,
    *,
    at: tuple[str, int] = ("site.pp", 1),
    exported: bool = False,
    hidden: tuple[str, ...] = (),
    **parameters: Any,  # noqa: ANN401 - JSON
) -> dict[str, Any]:
    """Return a resource in wire format; `hidden` names what the code calls sensitive."""
    found = {
        "type": type_,
        "title": title,
        "tags": [type_.lower(), "class"],
        "file": at[0],
        "line": at[1],
        "exported": exported,
        "kind": "compilable_type",
        "parameters": parameters,
    }
    return found | ({"sensitive_parameters": list(hidden)} if hidden else {})


def catalog(*resources: dict[str, Any], name: str = "web1") -> dict[str, Any]:
    """Return a catalog in wire format."""
    return {
        "tags": ["settings"],
        "name": name,
        "version": 1795908521,
        "code_id": None,
        "catalog_uuid": "de37dfbe-716c-46f0-b1b4-43b1e8612f5f",
        "catalog_format": 2,
        "environment": "production",
        "resources": list(resources),
        "edges": [],
        "classes": ["settings"],
    }


def read(content: Json) -> tuple[Record, ...]:
    """Return the records of what a file holds."""
    return tuple(
        record
        for document in documents(content, "catalog.json")
        for record in records(document, key=KEY, at="", source="catalog.json")
    )


def facts(*resources: dict[str, Any]) -> Facts:
    """Return the facts of one host."""
    return PuppetNormaliser()(RecordList(read(catalog(*resources))))


def text(content: Json) -> str:
    """Return all that is kept of what a file holds, as one text."""
    return json.dumps([dict(record.body) | {"id": record.id} for record in read(content)])
