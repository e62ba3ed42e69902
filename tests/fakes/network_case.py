# SPDX-License-Identifier: Apache-2.0
"""Reads the cases of `tests/cases/network`, whose README says how they are written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bartizan.model.facts import Facts
from tests.fakes.network import network_facts
from tests.fakes.network_words import PROTOCOLS

FOLDER = Path(__file__).parent.parent / "cases" / "network"


@dataclass(frozen=True)
class Case:
    name: str
    page: str
    rule: str
    kind: str
    facts: Facts
    source: str
    target: str
    protocol: int
    port: int
    client_ports: tuple[int, int]
    want: Mapping[str, Any]


def merged(world: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a world with some of its things put in another way; null takes one out."""
    found = {name: dict(section or {}) for name, section in world.items()}
    for name, section in change.items():
        held = found.setdefault(name, {})
        for key, described in section.items():
            if described is None and name != "prefix_list":
                held.pop(key)
            else:
                held[key] = described
    return found


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        sheet = yaml.safe_load(path.read_text("utf-8"))
        for row in sheet["cases"]:
            ask = {**sheet.get("ask", {}), **row.get("ask", {})}
            low, high = str(ask.get("client", "1024-65535")).split("-")
            yield Case(
                name=f"{path.stem}: {row['note']}",
                page=sheet["pages"][row["page"]],
                rule=row["rule"],
                kind=row["kind"],
                facts=network_facts(**merged(sheet["world"], row.get("world", {}))),
                source=ask["from"],
                target=ask["to"],
                protocol=PROTOCOLS.get(ask["protocol"]) or int(ask["protocol"]),
                port=int(ask["port"]),
                client_ports=(int(low), int(high)),
                want=row["want"],
            )


def rules() -> tuple[str, ...]:
    """Return the rules that the README lists."""
    text = (FOLDER / "README.md").read_text("utf-8").partition("## Rules")[2]
    return tuple(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE))
