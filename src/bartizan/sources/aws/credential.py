# SPDX-License-Identifier: Apache-2.0
"""Turns the markers in records into credentials: what lies where, and whom it signs in as."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts.identity import Credential
from bartizan.model.record import Json, Record, Records
from bartizan.model.secret import markers
from bartizan.sources.aws.services.iam_sign_in import holders

_TELLING = re.compile(
    r"(?i)pass(?!ive|enger)|pwd|secret|token|credential|api_?key|access_?key|private_?key|auth"
)
_STEM = re.compile(r"(?i)access|secret|aws|key|id|[^a-z0-9]")

_KEY_ID, _SECRET_KEY = "aws-access-key-id", "aws-secret-access-key"
_NO_CREDENTIAL = frozenset({"arn", "flag", "number"})

_ENCRYPTED_BY = {"AWS::Lambda::Function": "KMSKeyArn"}
"""Kind of record to the field that names the key which its reader needs to see the values.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
"""


class _Value(Struct, frozen=True):
    """One marker, or one secret found inside a marked text."""

    place: str
    name: str
    kind: str
    fingerprint: str
    length: int
    id: str


def credentials(records: Records, kinds: Iterable[str]) -> Iterator[Credential]:
    """Yield the credentials that lie in records of `kinds`.

    A secret access key that lies beside an access key id is one credential with it, and signs in
    as that key's user where the key is known and active; whoever can read one can read the other.
    Of a value that is no credential by its form only the name may tell: those called a password,
    secret or token count. A KMS ciphertext does not say which key decrypts it, so its `key` is
    only the one that the reader of the thing itself needs.
    """
    users = holders(records)
    for kind in sorted(set(kinds)):
        for record in records.of(kind):
            yield from _of_record(record, users)


def thing_of(record: Record) -> str:
    """Return the id of the thing that a record describes, or describes a part of."""
    return record.id.partition("#")[0]


def field_of(record: Record, place: str) -> str:
    """Return how the table of credentials spells a place in a record: which part of the thing it
    is, a version say, comes last.
    """
    part = record.id.partition("#")[2]
    return f"{place}#{part}" if part else place


def access_key_ids(record: Record) -> Mapping[str, str]:
    """Return the access key ids that lie in a record, by the place of the secret of each."""
    pairs = _paired(_values(record))
    return {secret.place: key_id for secret, key_id in pairs.items()}


def _of_record(record: Record, users: Mapping[str, str]) -> Iterator[Credential]:
    values = list(_values(record))
    paired = _paired(values)
    named = record.body.get(_ENCRYPTED_BY.get(record.kind, ""))
    for value in values:
        kind = _kind(value)
        if value in paired:
            kind = "aws-access-key"
        if kind:
            yield Credential(
                id=value.fingerprint,
                lies_in=thing_of(record),
                field=value.place,
                kind=kind,
                authenticates=users.get(paired.get(value, ""), ""),
                key=named if isinstance(named, str) else "",
                length=value.length,
                account=record.account,
            )


def _kind(value: _Value) -> str:
    """Return the kind of credential; empty for what is none, or is no use without another."""
    if value.kind == _KEY_ID or value.kind in _NO_CREDENTIAL:
        return ""
    if value.kind == "high-entropy":
        return "password" if _TELLING.search(value.name) else "unknown"
    if value.kind == "unknown":
        return "password" if _TELLING.search(value.name) else ""
    return value.kind


def _values(record: Record) -> Iterator[_Value]:
    for marked in markers(dict(record.body)):
        place = field_of(record, marked.place)
        yield from _value(place, marked.name, marked.marker)
        found = marked.marker.get("found")
        for inside in found if isinstance(found, list) else []:
            if isinstance(inside, dict):
                yield from _value(place, marked.name, inside)


def _value(place: str, name: str, marker: Mapping[str, Json]) -> Iterator[_Value]:
    kind, fingerprint = marker.get("kind"), marker.get("fingerprint")
    length, key_id = marker.get("length"), marker.get("id")
    if isinstance(kind, str) and isinstance(fingerprint, str):
        yield _Value(
            place=place,
            name=name,
            kind=kind,
            fingerprint=fingerprint,
            length=length if isinstance(length, int) else 0,
            id=key_id if isinstance(key_id, str) else "",
        )


def _paired(values: Iterable[_Value]) -> Mapping[_Value, str]:
    """Return the access key id that goes with each secret access key: the one whose name has the
    same stem (`BACKUP_ACCESS_KEY_ID`, `BACKUP_SECRET_ACCESS_KEY`), else the next in order.
    """
    values = list(values)
    ids = [value for value in values if value.kind == _KEY_ID and value.id]
    secrets = [value for value in values if value.kind == _SECRET_KEY]
    pairs: dict[_Value, str] = {}
    for same_stem in (True, False):
        for key_id in list(ids):
            stem = _STEM.sub("", key_id.name)
            for secret in secrets:
                alike = _STEM.sub("", secret.name) == stem
                if secret not in pairs and (alike or not same_stem):
                    pairs[secret] = key_id.id
                    ids.remove(key_id)
                    break
    return pairs
