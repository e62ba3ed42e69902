# SPDX-License-Identifier: Apache-2.0
"""The policies of a line of `authz simulate`, read into values: fast, or with the exact places."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bartizan.errors import InputError, Location, PolicyError
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.parse import NumberText, RefusedError
from bartizan.reason.authz.aws.policy.place import Path, place
from bartizan.reason.authz.aws.policy.read import read, read_parsed
from bartizan.reason.authz.aws.request import AccessBlock, Attached, Grant, Level, Policies
from bartizan.reason.authz.aws.request_line import (
    SEE_SCHEMA,
    Block,
    Constraints,
    KeyGrant,
    Line,
    Named,
    Target,
    in_words,
)

_encoder = msgspec.json.Encoder()


class _Documents:
    """Reads documents, and remembers the last ones: the lines of a stream share many."""

    __slots__ = ("_known",)
    _MOST = 2048
    _LONGEST = 8192
    """Bytes of a document that is remembered; longer ones are rare, and read each time."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Document] = {}

    def read(self, value: Mapping[str, Any], kind: str) -> Document:
        """Read a document without numbers.

        Raises:
            RefusedError: it is no policy document, or it has numbers.
        """
        key = (kind, _encoder.encode(value))
        found = self._known.get(key)
        if found is None:
            found = read_parsed(value, type=kind, excerpts=False)
            if len(key[1]) <= self._LONGEST:
                if len(self._known) >= self._MOST:
                    del self._known[next(iter(self._known))]
                self._known[key] = found
        return found


_documents = _Documents()


class Reader:
    """Reads the policies of a line. Without `text` it is fast, and leaves what has numbers or is
    wrong to one with the line's own text, whose numbers `read.parsed` has kept.
    """

    __slots__ = ("_at", "_text")

    def __init__(self, at: Location, text: str | None = None) -> None:
        self._at = at
        self._text = text

    def policies(self, asked: Line) -> Policies:
        """Read all policies of a line.

        Raises:
            RefusedError: without `text`, a document that has to be read with it.
            BartizanError: a document that is no policy.
        """
        given = asked.policies
        trust = asked.action.lower().startswith("sts:") and ":role/" in asked.resource.arn
        kind = "trust" if trust else "resource"
        block = given.block_public_access
        return Policies(
            identity=self._several(given.identity, "identity"),
            boundary=self._optional(given.boundary, "boundary"),
            session=self._optional(given.session, "session"),
            # An empty object says, as null does, that there is none.
            resource=self._attached(given.resource, kind, kind, ("resource",))
            if given.resource
            else None,
            scp=self._levels(given.scp, "scp"),
            rcp=self._levels(given.rcp, "rcp"),
            endpoint=self._optional(given.endpoint, "endpoint"),
            kms_grants=tuple(_grant(grant) for grant in given.kms_grants),
            block_public_access=None if block is None else _block(block),
            missing=tuple(given.missing),
        )

    def _optional(
        self, given: Sequence[dict[str, Any]] | None, kind: str
    ) -> tuple[Attached, ...] | None:
        return None if given is None else self._several(given, kind)

    def _several(
        self, given: Sequence[dict[str, Any]], kind: str, path: Path = ()
    ) -> tuple[Attached, ...]:
        return tuple(
            self._attached(item, kind, f"{kind}[{index}]", (*(path or (kind,)), index))
            for index, item in enumerate(given)
        )

    def _levels(self, given: Sequence[Target] | None, kind: str) -> tuple[Level, ...] | None:
        if given is None:
            return None
        return tuple(
            Level(
                target=level.target,
                policies=self._several(level.documents, kind, (kind, index, "documents")),
            )
            for index, level in enumerate(given)
        )

    def _attached(self, given: dict[str, Any], kind: str, name: str, path: Path) -> Attached:
        """Read a document, bare or under a name."""
        if "document" not in given:
            return Attached(id=name, document=self._read(given, kind, path))
        known = self._named(given, path)
        if known.document is None:
            return Attached(id=known.name or name, document=None, missing=known.missing)
        if isinstance(known.document, str):
            document = read(known.document, name=f"{self._at}:{name}", type=kind)
        else:
            document = self._read(known.document, kind, (*path, "document"))
        return Attached(id=known.name or name, document=document)

    def _named(self, given: dict[str, Any], path: Path) -> Named:
        try:
            numbers = {key: 0 for key, value in given.items() if isinstance(value, NumberText)}
            return msgspec.convert({**given, **numbers}, Named)
        except msgspec.ValidationError as error:
            message, inner = in_words(error)
            if self._text is None:
                raise RefusedError(message, inner, SEE_SCHEMA) from error
            where = self._place(self._text, (*path, *inner))
            raise InputError(message, at=where, hint=SEE_SCHEMA) from error

    def _read(self, given: dict[str, Any], kind: str, path: Path) -> Document:
        if self._text is None:
            return _documents.read(given, kind)
        try:
            return read_parsed(given, type=kind, excerpts=False)
        except RefusedError as error:
            where = self._place(self._text, (*path, *error.path))
            raise PolicyError(error.message, at=where, hint=error.hint) from error

    def _place(self, text: str, path: Path) -> Location:
        _, column = place(text, ("policies", *path))
        return Location(self._at.name, self._at.line or 1, column)


def _block(block: Block) -> AccessBlock:
    return AccessBlock(
        restrict_public_buckets=block.restrict_public_buckets,
        ignore_public_acls=block.ignore_public_acls,
    )


def _grant(grant: KeyGrant) -> Grant:
    limits = grant.constraints or Constraints()
    return Grant(
        id=grant.id,
        grantee=grant.grantee,
        operations=tuple(grant.operations),
        context_equals=limits.equals,
        context_subset=limits.subset,
    )
