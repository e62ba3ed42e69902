# SPDX-License-Identifier: Apache-2.0
"""Catalogs and facts as Puppet writes them, in whichever of its shapes.

A compiled catalog has a list of resources; PuppetDB answers the same under `resources.data`, with
`certname` in the place of `name`. Facts come as `{"name", "values"}` (`puppet facts`), as rows of
`/facts`, or as `/factsets`.

Sources: https://www.puppet.com/docs/puppet/7/http_api/http_catalog,
https://help.puppet.com/pdb/current/topics/catalogs.htm,
https://help.puppet.com/pdb/current/topics/facts.htm
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.record import Json

RESOURCES = 200_000
"""Resources of one catalog; more are refused."""
FORMATS = frozenset({1, 2})
"""`catalog_format`: 1 is that of Puppet 4 and before, 2 has rich data."""

_CONTAINERS = frozenset({"Class", "Node", "Stage"})
_LINES = 2**31
"""Lines of a file of code; no line has a number above."""
_CERTNAME = re.compile(r"[ -.0-~]{1,255}")
"""`Puppet::SSL::Base` takes printable ASCII without `/`."""


class Resource(Struct, frozen=True, kw_only=True):
    """One resource of a catalog, as it was said."""

    type: str
    title: str
    file: str
    line: int
    exported: bool
    virtual: bool
    parameters: Mapping[str, Json]
    sensitive: frozenset[str]
    made: bool = False
    """It stands for others, which the catalog has too: a class, or what code defines."""


class Catalog(Struct, frozen=True, kw_only=True):
    """What Puppet would do to one node."""

    certname: str
    about: Mapping[str, Json]
    """Environment, classes, version and ids."""
    stored: bool
    """PuppetDB keeps it: what the code calls sensitive is not in it at all."""
    resources: tuple[Resource, ...]


class NodeFacts(Struct, frozen=True, kw_only=True):
    """What a node says of itself."""

    certname: str
    values: Mapping[str, Json]


Document: TypeAlias = Catalog | NodeFacts


def documents(content: Json, name: str) -> Iterator[Document]:
    """Yield the catalogs and facts that the content of a file holds; `name` is what errors call
    the file.

    Raises:
        InputError: it looks like one of them and is damaged.
    """
    items = content if isinstance(content, list) else [content]
    rows: dict[str, dict[str, Json]] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        if "resources" in item and ("name" in item or "certname" in item):
            yield catalog(item, name)
        elif isinstance(held := _values(item), dict):
            yield NodeFacts(certname=_certname(item, name), values=held)
        elif {"certname", "name", "value"} <= item.keys():
            values = rows.setdefault(_certname(item, name, only="certname"), {})
            values[str(item["name"])] = item["value"]
    for certname, values in sorted(rows.items()):
        yield NodeFacts(certname=certname, values=values)


def catalog(item: Mapping[str, Json], name: str) -> Catalog:
    """Return one catalog.

    Raises:
        InputError: it is damaged, too large, or of a format that is not known.
    """
    certname = _certname(item, name)
    form = item.get("catalog_format", 1)
    if type(form) is not int or form not in FORMATS:
        raise InputError(
            f"the catalog of `{certname}` is of a format that is not known",
            at=Location(name),
            hint="formats 1 and 2 are read, which Puppet 4 to 8 write",
        )
    held = item.get("resources")
    stored = isinstance(held, dict)
    listed = held.get("data") if isinstance(held, dict) else held
    if not isinstance(listed, list):
        raise InputError(
            f"the catalog of `{certname}` has no list of resources",
            at=Location(name),
            hint="ask PuppetDB for catalogs with their resources expanded",
        )
    if len(listed) > RESOURCES:
        raise InputError(f"more than {RESOURCES:,} resources", at=Location(name))
    about = {key: value for key, value in item.items() if key not in ("resources", "edges")}
    return Catalog(
        certname=certname,
        about=about,
        stored=stored,
        resources=tuple(_resource(one, place, name) for place, one in enumerate(listed)),
    )


def _values(item: Mapping[str, Json]) -> Json:
    """Return the facts in an item by name; None where it has none."""
    if isinstance(values := item.get("values"), dict):
        return values
    held = item.get("facts")
    rows = held.get("data") if isinstance(held, dict) else None
    if not isinstance(rows, list):
        return None
    pairs = (row for row in rows if isinstance(row, dict))
    return {str(row.get("name")): row.get("value") for row in pairs}


def _certname(item: Mapping[str, Json], name: str, *, only: str = "") -> str:
    said = item.get(only) if only else item.get("certname", item.get("name"))
    if not isinstance(said, str) or not _CERTNAME.fullmatch(said):
        raise InputError("the name of the node is none that Puppet gives", at=Location(name))
    return said


def _resource(item: Json, place: int, name: str) -> Resource:
    if isinstance(item, dict):
        type_, title = item.get("type"), item.get("title")
        parameters = item.get("parameters") or {}
        sensitive = item.get("sensitive_parameters") or []
        file, line = item.get("file"), item.get("line")
        if (
            isinstance(type_, str)
            and isinstance(title, str)
            and isinstance(parameters, dict)
            and isinstance(sensitive, list)
        ):
            return Resource(
                type=type_,
                title=title,
                file=file if isinstance(file, str) else "",
                line=line if type(line) is int and 0 < line <= _LINES else 0,
                exported=item.get("exported") is True,
                virtual=item.get("virtual") is True,
                parameters=parameters,
                sensitive=frozenset(str(one) for one in sensitive),
                made="::" in type_ or type_ in _CONTAINERS or item.get("kind") == "defined_type",
            )
    raise InputError(f"resource {place + 1} of the catalog is none", at=Location(name))
