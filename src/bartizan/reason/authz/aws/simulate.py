# SPDX-License-Identifier: Apache-2.0
"""Answers self-contained requests in the public format of `authz simulate`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from bartizan.errors import BartizanError, InputError, Location
from bartizan.model.arn import account_of
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.parse import DEEPEST, RefusedError, parsed
from bartizan.reason.authz.aws.policy.place import place, place_of_depth
from bartizan.reason.authz.aws.policy.read import LONGEST
from bartizan.reason.authz.aws.request import (
    Caller,
    Context,
    Decision,
    Request,
    RequestPrincipal,
    RequestResource,
)
from bartizan.reason.authz.aws.request_line import (
    SEE_SCHEMA,
    Answer,
    Line,
    Organization,
    Principal,
    Refused,
    Resource,
    in_words,
)
from bartizan.reason.authz.aws.request_policies import Reader

_VERDICTS = {Allowed: "allowed", Denied: "denied", Unknown: "unknown"}
_BYTE = re.compile(r" \(byte (\d+)\)$")
_OF_ACCOUNTS = frozenset({"role", "user", "root", "federated-user"})
"""Types of callers that an account has; without it they would count as strangers to it."""
_REMEMBERED = 1 << 12
_DEEP = f"nested deeper than {DEEPEST} levels"
_NOWHERE = Location("line")

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a line."""
    return msgspec.json.schema(Line)


def answer_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of an answer."""
    (one, other), components = msgspec.json.schema_components(
        (Answer, Refused), ref_template="#/$defs/{name}"
    )
    return {"anyOf": [one, other], "$defs": components}


def answer(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer one line that is parsed already."""
    try:
        text = _encoder.encode(line)
    except RecursionError:
        return refused(InputError(_DEEP, at=_NOWHERE, hint=SEE_SCHEMA))
    return answer_text(text)


def answer_text(text: bytes, *, at: Location = _NOWHERE) -> Mapping[str, Any]:
    """Answer one line of JSON; one that cannot be read is answered with its `error`. `at` is
    where the line stands.
    """
    name = ""
    try:
        value = _decoded(text, at)
        given = value.get("id", "")
        name = given if isinstance(given, str) else ""
        decision = _decided(value, text, at)
    except BartizanError as error:
        return refused(error, name=name)
    return {"id": name, **_answer(decision)}


def refused(error: BartizanError, *, name: str = "") -> Mapping[str, Any]:
    """Return the answer to the line `name`, which cannot be read."""
    at = "" if error.at is None else str(error.at)
    said = {"code": error.code, "message": error.message, "at": at, "hint": error.hint}
    return {"id": name, "error": said}


def _decoded(text: bytes, at: Location) -> dict[str, Any]:
    """Parse a line; of a key that stands twice the last is kept."""
    try:
        value = _decoder.decode(text)
    except RecursionError as error:
        _, column = place_of_depth(text.decode(errors="replace"), DEEPEST)
        raise InputError(_DEEP, at=_column(at, column), hint=SEE_SCHEMA) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(error, text, at) from error
    if not isinstance(value, dict):
        raise InputError("a request is an object", at=_column(at, 1), hint=SEE_SCHEMA)
    return value


def _malformed(error: Exception, text: bytes, at: Location) -> InputError:
    """Say where the bytes of a line are no JSON."""
    message, hit = in_words(error)[0], _BYTE.search(str(error))
    before = text[: int(hit[1])] if hit else text
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        message, before = "not UTF-8", text[: wrong.start]
    column = len(before.decode(errors="replace")) + 1
    return InputError(message, at=_column(at, column), hint="write one JSON object a line")


def _column(at: Location, column: int) -> Location:
    return Location(at.name, at.line or 1, column)


def _converted(value: Mapping[str, Any], text: bytes, at: Location) -> Line:
    try:
        asked = msgspec.convert(value, Line)
    except msgspec.ValidationError as error:
        message, path = in_words(error)
        _, column = place(text.decode(), path)
        raise InputError(message, at=_column(at, column), hint=SEE_SCHEMA) from error
    if asked.principal.type in _OF_ACCOUNTS and not _account(asked.principal):
        _, column = place(text.decode(), ("principal",))
        message = f"nothing says the account of the `{asked.principal.type}`"
        raise InputError(message, at=_column(at, column), hint="give its `arn` or its `account`")
    return asked


def _is_plain(value: Mapping[str, Any], text: bytes) -> bool:
    """No key stands twice in `text`, of which `value` was parsed: written again, it has as many
    colons. Escaped colons would break the count, and long documents have a limit of their own.
    """
    if b"\\u003" in text or len(text) > LONGEST:
        return False
    return _encoder.encode(value).count(b":") == text.count(b":")


def _decided(value: Mapping[str, Any], text: bytes, at: Location) -> Decision:
    """Decide a line. What is not plain or cannot be read is read once more, slowly: with numbers
    as they are written, and with the places of what is wrong.
    """
    asked = _converted(value, text, at)
    request = _request(asked)
    if _is_plain(value, text):
        try:
            return decide(request, Reader(at).policies(asked))
        except RefusedError:
            pass  # it has numbers, which are read below, or is refused there with its place
    whole = text.decode()
    try:
        exact = msgspec.convert(parsed(whole), Line)
    except RefusedError as error:
        _, column = error.place(whole)
        raise InputError(error.message, at=_column(at, column), hint=error.hint) from error
    return decide(request, Reader(at, whole).policies(exact))


def _answer(decision: Decision) -> Mapping[str, Any]:
    return {
        "verdict": _VERDICTS[type(decision.verdict)],
        "explicit": decision.explicit,
        "by": decision.by,
        "because": [
            {"policy": item.subject, "statement": item.statement, "why": item.why}
            for item in decision.because
        ],
        "missing": list(decision.missing),
        "rule": decision.rule,
    }


def _request(asked: Line) -> Request:
    return Request(
        principal=_principal(asked.principal),
        action=asked.action,
        resource=_resource(asked.resource),
        context=Context(
            values={
                key: value if isinstance(value, str) else tuple(value)
                for key, value in asked.context.items()
            },
            complete=asked.context_complete,
        ),
    )


def _account(who: Principal) -> str:
    """Return the account that a caller is of: the one that is stated, or that its names say."""
    if who.account or who.type not in _OF_ACCOUNTS:
        return who.account
    return account_of(who.arn) or account_of(who.session)


@lru_cache(_REMEMBERED)
def _principal(who: Principal) -> RequestPrincipal:
    organization = who.organization or Organization(id="")
    return RequestPrincipal(
        arn=who.arn,
        type=Caller(who.type),
        account=_account(who),
        session=who.session,
        unique_id=who.unique_id,
        organization=organization.id,
        organization_path=organization.path,
        management_account=organization.management_account,
        service_linked=who.service_linked,
    )


@lru_cache(_REMEMBERED)
def _resource(what: Resource) -> RequestResource:
    return RequestResource(
        arn=what.arn,
        account=what.account or account_of(what.arn),
        management_account=what.management_account,
    )
