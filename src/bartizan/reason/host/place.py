# SPDX-License-Identifier: Apache-2.0
"""Footholds on hosts, and where the code is that says so."""

from collections.abc import Iterator
from typing import Protocol

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability, Condition, Foothold, Step

ROOT = "root"
LAPTOP = Foothold(Ability.START.value, "stolen-laptop")
"""A computer with somebody's keys on it, in the hands of an attacker."""
SENDS = Ability.SEND.value


class Told(Protocol):
    """The last columns of a row about a host."""

    @property
    def host(self) -> str:
        """Id of the host."""
        ...

    @property
    def file(self) -> str:
        """File of code that says so."""
        ...

    @property
    def line(self) -> int:
        """Line in it."""
        ...

    @property
    def state(self) -> str:
        """Whether it is there."""
        ...

    @property
    def unknown(self) -> tuple[str, ...]:
        """Columns that could not be read."""
        ...


def words(text: str) -> frozenset[str]:
    """Return the words of a text, for lists that would be long to write."""
    return frozenset(text.split())


def user(host: str, name: str) -> Foothold:
    """Return what an attacker holds who runs code as a user of a host."""
    return Foothold(Ability.RUN_CODE.value, f"{name}@{host}")


def group(host: str, name: str) -> Foothold:
    """Return what an attacker holds who runs code as somebody in a group of a host."""
    return Foothold(Ability.RUN_CODE.value, f"%{name}@{host}")


def somebody(host: str) -> Foothold:
    """Return what an attacker holds who runs code on a host, as whomever."""
    return Foothold(Ability.RUN_CODE.value, host)


def key(fingerprint: str) -> Foothold:
    """Return what the holder of a private key holds."""
    return Foothold(Ability.HOLD.value, fingerprint)


def assume(key: str, text: str, *, effort: int = 0, values: tuple[str, ...] = ()) -> Condition:
    """Return an assumption that the facts of a host cannot settle."""
    return Condition(text=text, key=key, effort=effort, values=values)


def hosts(step: Step) -> Iterator[str]:
    """Yield what may be the hosts that a step is on: it leads to a user of one, or from one."""
    for held in (step.grants, *step.needs):
        if held.ability == Ability.RUN_CODE.value:
            yield held.entity.rpartition("@")[2]


def at(row: Told) -> str:
    """Return the file and line that say so; the host where that is not known."""
    return told(row) or row.host


def told(row: Told) -> str:
    """Return the file and line of code that say so; empty where that is not known."""
    return f"{row.file}:{row.line}" if row.file else ""


def because(row: Told, why: str) -> Evidence:
    """Return a row as evidence, under the name of its host and its line of code."""
    return Evidence(subject=f"{row.host} {at(row)}" if row.file else row.host, why=why)


def doubt(row: Told, *columns: str) -> tuple[str, ...]:
    """Name what of a row would have to be read: whether it is so at all, and its `columns`."""
    found = []
    if row.state != "present":
        found.append(f"whether what {at(row)} says is so on {row.host}")
    found += [
        f"`{column}` in what {at(row)} says of {row.host}"
        for column in columns
        if column in row.unknown
    ]
    return tuple(found)
