# SPDX-License-Identifier: Apache-2.0
"""Catalogs and facts as records, with nothing in them that may be a secret.

There is a record for the catalog, one for each resource of a type that says who can do what, and
one for the facts. Resources of other types are counted by type: their parameters would be markers
only.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record
from bartizan.model.unread import unread_record
from bartizan.sources.puppet import hide, node
from bartizan.sources.puppet.control import Control
from bartizan.sources.puppet.document import Catalog, Document, Resource

PROVIDER = "puppet"
CATALOG, RESOURCE, FACTS = "Puppet::Catalog", "Puppet::Resource", "Puppet::Facts"
RUN, CONTROL = "Puppet::Report", "Puppet::Control"
"""Kinds of records."""

_ABOUT = ("environment", "code_id", "catalog_uuid", "classes", "version", "producer")


def records(document: Document, *, key: bytes, at: str, source: str) -> Iterator[Record]:
    """Yield the records of one document; `key` is that of fingerprints, `at` the time as ISO 8601
    and `source` what was read.
    """

    def record(kind: str, id_: str, service: str, body: Mapping[str, Json]) -> Record:
        return Record(
            provider=PROVIDER,
            account=certname,
            region="",
            service=service,
            kind=kind,
            id=id_,
            body=body,
            collected_at=at,
            source=source,
        )

    certname = document.certname
    if not isinstance(document, Catalog):
        yield record(FACTS, certname, "facts", node.kept(document.values))
        return
    yield record(CATALOG, certname, "catalog", _about(document, key))
    for resource in document.resources:
        if resource.type in hide.TYPES and not resource.virtual:
            said, body = _resource(resource, key)
            yield record(RESOURCE, f"{certname}/{resource.type}[{said}]", "catalog", body)


_SAID = ("status", "noop", "noop_pending", "environment")


def run_record(certname: str, report: Mapping[str, Json], *, at: str) -> Record:
    """Return the record of a node's last run, of which it is kept whether it did what it said."""
    return Record(
        provider=PROVIDER,
        account=certname,
        region="",
        service="reports",
        kind=RUN,
        id=certname,
        body={name: report.get(name) for name in _SAID},
        collected_at=at,
        source="puppetdb:reports",
    )


def control_record(said: Control, *, place: str, at: str) -> Record:
    """Return the record of what a file of a server or a control repository says."""
    return Record(
        provider=PROVIDER,
        account="",
        region="",
        service="control",
        kind=CONTROL,
        id=f"{place}:{said.line}/{said.kind}/{said.name}",
        body={
            "kind": said.kind,
            "name": said.name,
            "version": said.version,
            "environments": list[Json](said.environments),
            "unknown": list[Json](said.unknown),
            "file": place,
            "line": said.line,
        },
        collected_at=at,
        source=place,
    )


def unread(*, operation: str, code: str, reason: str, at: str, host: str = "") -> Record:
    """Return the record of something that was asked for and not got."""
    row = Unread(
        provider=PROVIDER,
        account=host,
        region="",
        service="catalog",
        operation=operation,
        action="",
        kind=CATALOG,
        resource=host,
        code=code,
        reason=reason,
    )
    return unread_record(row, name=f"{PROVIDER}/{host}/{operation}", at=at, source=operation)


def _about(catalog: Catalog, key: bytes) -> dict[str, Json]:
    others: dict[str, list[Resource]] = {}
    for one in catalog.resources:
        if one.type not in hide.TYPES and not one.virtual:
            others.setdefault(one.type, []).append(one)
    told: dict[str, Json] = {name: catalog.about.get(name) for name in _ABOUT}
    return told | {
        "certname": catalog.certname,
        "stored": catalog.stored,
        "others": {type_: len(held) for type_, held in sorted(others.items())},
        "others_told": {
            type_: _fingerprint(held, key)
            for type_, held in sorted(others.items())
            if not held[0].made and type_ not in _INERT
        },
    }


_INERT = frozenset({"Anchor", "Filebucket", "Notify", "Schedule", "Whit"})
"""Types of which no change changes anything on a host."""


def _fingerprint(resources: Iterable[Resource], key: bytes) -> str:
    """Return what is equal for equal resources, and tells nothing of what they say."""
    told = sorted(
        json.dumps([one.title, one.exported, one.parameters], sort_keys=True) for one in resources
    )
    return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()[:32]


def _resource(resource: Resource, key: bytes) -> tuple[str, dict[str, Json]]:
    """Return what to call a resource, apart from all others of its catalog, and its body."""
    title = hide.title(resource.type, resource.title)
    called = title if title == resource.title else f"{title}#{_told_apart(resource.title, key)}"
    given = dict(resource.parameters)
    if resource.type == "Exec":
        # The title is the command of one that has none.
        given.setdefault("command", resource.title)
    return called, {
        "type": resource.type,
        "title": title,
        "file": resource.file,
        "line": resource.line,
        "exported": resource.exported,
        "parameters": hide.parameters(
            resource.type, resource.title, given, sensitive=resource.sensitive, key=key
        ),
        "sensitive_parameters": list[Json](sorted(resource.sensitive)),
    }


def _told_apart(title: str, key: bytes) -> str:
    """Return a few characters that tell titles apart and nothing of them."""
    return hmac.new(key, json.dumps(title).encode(), hashlib.sha256).hexdigest()[:12]
