# SPDX-License-Identifier: Apache-2.0
"""Compare two policies: who gains what, who loses what, each with a request that shows it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from bartizan.app.lines import ENDLESS, too_long
from bartizan.app.policy_file import document_text
from bartizan.errors import BartizanError, InputError, Location
from bartizan.model.policy_diff import Gain, PolicyDiff, Shown
from bartizan.reason.authz.aws.diff.setting import TYPES as TYPES  # noqa: PLC0414 - told to the command line
from bartizan.reason.authz.aws.diff.within import within
from bartizan.reason.authz.aws.diff.witness import Witness
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite.form import type_of

LONGEST = 4 * 2**20
"""Bytes of a line of a batch; a longer one is refused before it is parsed."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a batch."""

    old: dict[str, Any] | str
    """A policy document, as an object or as its text."""
    new: dict[str, Any] | str
    id: str = ""
    type: Literal["identity", "resource", "trust", "scp", "rcp", "boundary"] | None = None
    """What the policies are for; else their form tells."""


def policy_diff(old: Path, new: Path, *, kind: str = "") -> PolicyDiff:
    """Compare the documents at `old` and `new`, policies of type `kind` or of the type that
    their form suggests.

    Raises:
        InputError: one cannot be read.
        PolicyError: one is no policy document.
    """
    names = str(old), str(new)
    return _compared(names, (document_text(old), document_text(new)), kind)


def batch(lines: BinaryIO) -> Iterator[tuple[str, PolicyDiff | BartizanError]]:
    """Yield, for each line that is not blank, its id and the comparison of its pair, or why it
    could not be read. A line that does not end ends the batch.
    """
    for number, (line, endless) in enumerate(_lines(lines), start=1):
        if endless:
            yield "", too_long(Location(f"line {number}"), endless=True)
        elif line.strip():
            yield _line(number, line)


def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a line of a batch."""
    return msgspec.json.schema(Pair)


def _lines(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, and whether there is no end to one; of one that is too long its beginning
    alone is held.
    """
    while line := stream.readline(LONGEST + 1):
        more, skipped = line, 0
        while more and not more.endswith(b"\n") and skipped <= ENDLESS:
            more = stream.readline(LONGEST + 1)
            skipped += len(more)
        yield line, skipped > ENDLESS
        if skipped > ENDLESS:
            return


def _line(number: int, line: bytes) -> tuple[str, PolicyDiff | BartizanError]:
    where = f"line {number}"
    if len(line) > LONGEST:
        return "", too_long(Location(where), most=LONGEST)
    try:
        pair = msgspec.json.decode(line, type=Pair)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        message = _lowered(str(error)) or "nested too deep"
        return _id(line), InputError(message, at=Location(where), hint="see the schema of a line")
    names = f"{where}: old", f"{where}: new"
    try:
        texts = _text(pair.old), _text(pair.new)
        return pair.id, _compared(names, texts, pair.type or "")
    except RecursionError:
        return pair.id, InputError("nested too deep", at=Location(where))
    except BartizanError as error:
        return pair.id, error


def _id(line: bytes) -> str:
    """Return the id of a line that is no pair, where it has one."""
    try:
        found = msgspec.json.decode(line, type=dict[str, Any]).get("id", "")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""
    return found if isinstance(found, str) else ""


def _lowered(message: str) -> str:
    said = message if message.startswith("JSON") else message[:1].lower() + message[1:]
    return said.replace("`str`", "`string`")


def _text(given: dict[str, Any] | str) -> str:
    return given if isinstance(given, str) else msgspec.json.encode(given).decode()


def _compared(names: tuple[str, str], texts: tuple[str, str], kind: str) -> PolicyDiff:
    if not kind:
        kinds = {type_of(read(text, name=name)) for name, text in zip(names, texts, strict=True)}
        kind = next((one for one in ("resource", "trust") if one in kinds), "identity")
    old, new = (read(text, name=name, type=kind) for name, text in zip(names, texts, strict=True))
    return PolicyDiff(
        old=names[0],
        new=names[1],
        type=kind,
        gained=_gain(new, old, kind),
        lost=_gain(old, new, kind),
    )


def _gain(one: Document, other: Document, kind: str) -> Gain:
    """Return whether `one` allows anything that `other` does not."""
    found = within(one, other, type=kind)
    return Gain(
        any=None if found.holds is None else not found.holds,
        shown=None if found.witness is None else _shown(found.witness),
        missing=found.missing,
    )


def _shown(witness: Witness) -> Shown:
    request = witness.request
    context = (
        (key, (value,) if isinstance(value, str) else tuple(value))
        for key, value in sorted(request.context.values.items())
    )
    return Shown(
        principal=request.principal.arn,
        caller=request.principal.type.value,
        session=request.principal.session,
        action=request.action,
        known=witness.known,
        resource=request.resource.arn,
        account=request.resource.account,
        context=tuple(context),
    )
