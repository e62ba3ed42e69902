# SPDX-License-Identifier: Apache-2.0
"""A host and what Ohai saw on it at its last run.

Source: https://docs.chef.io/ohai/
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.host import Host, HostGroup, HostMember, HostUser
from bartizan.model.facts.host_part import HostMount, HostPackage, HostSysctl
from bartizan.model.host_written import PRESENT, UNCERTAIN, Tail
from bartizan.model.record import Json, Record
from bartizan.model.table import Row


def rows(record: Record) -> Iterator[Row]:
    """Yield the rows of a node's record."""
    body, host = record.body, record.id
    held = body.get("ohai")
    told: Mapping[str, Json] = held if isinstance(held, dict) else {}
    yield _host(host, body, told)
    tail = Tail(source="chef", file=_text(body, "file"), line=0, state=PRESENT, unknown=())
    for one in _rows(told, "users"):
        yield HostUser(
            host=host,
            name=_text(one, "name"),
            uid=_number(one, "uid"),
            group="" if _number(one, "gid") is None else str(one["gid"]),
            home=_text(one, "home"),
            shell=_text(one, "shell"),
            password=UNCERTAIN,
            only_told_groups=False,
            only_told_keys=False,
            **tail,
        )
    for one in _rows(told, "groups"):
        yield from _group(host, one, tail)
    for one in _rows(told, "packages"):
        yield HostPackage(
            host=host, name=_text(one, "name"), version=_text(one, "version"), manager="", **tail
        )
    for one in _rows(told, "mounts"):
        yield HostMount(
            host=host,
            path=_text(one, "path"),
            device=_text(one, "device"),
            type=_text(one, "type"),
            options=_texts(one, "options"),
            mounted=True,
            **tail,
        )
    for one in _rows(told, "settings"):
        yield HostSysctl(host=host, name=_text(one, "name"), value=_text(one, "value"), **tail)


def _host(host: str, body: Mapping[str, Json], told: Mapping[str, Json]) -> Host:
    names = {_text(told, "fqdn"), _text(told, "hostname")}
    return Host(
        id=host,
        source="chef",
        names=tuple(sorted(names - {""})),
        addresses=tuple(sorted(_texts(told, "addresses"))),
        system=_text(told, "system") or _text(told, "platform"),
        release=_text(told, "platform_version"),
        kernel=_text(told, "kernel") or _text(told, "os_version"),
        instance=_text(told, "instance_id"),
        account=_text(told, "account_id"),
        environment=_text(body, "group") or _text(body, "environment"),
        whole=False,
    )


def _group(host: str, one: Mapping[str, Json], tail: Tail) -> Iterator[Row]:
    name = _text(one, "name")
    yield HostGroup(host=host, name=name, gid=_number(one, "gid"), only_told_members=False, **tail)
    for user in _texts(one, "members"):
        yield HostMember(host=host, group=name, user=user, **tail)


def _rows(told: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    value = told.get(name)
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _number(body: Mapping[str, Json], name: str) -> int | None:
    value = body.get(name)
    return value if type(value) is int else None


def _texts(body: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = body.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
