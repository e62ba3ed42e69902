# SPDX-License-Identifier: Apache-2.0
"""Reads the text of a policy document into values, or says where and why it cannot.

What is not of the grammar is refused: a caller then knows the document only as one that could
not be read, and never as an empty one.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from typing import Any, NoReturn, TypeAlias

from bartizan.errors import Location, PolicyError
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Effect,
    Principals,
    Statement,
)
from bartizan.reason.authz.aws.policy.operator import operator
from bartizan.reason.authz.aws.policy.parse import NumberText, RefusedError, parsed, shortened
from bartizan.reason.authz.aws.policy.place import Path

LONGEST = 1 << 20
"""Characters of a document; the vendor's largest quota is far below."""
MOST_STATEMENTS = 10_000
EXCERPT = 2_000

_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_EFFECTS = {effect.value: effect for effect in Effect}
_WITH_PRINCIPAL = frozenset({"trust", "resource", "rcp", "endpoint"})
_WITHOUT_PRINCIPAL = frozenset({"identity", "boundary", "session", "scp"})
_TWINS = (
    ("Action", "NotAction"),
    ("Resource", "NotResource"),
    ("Principal", "NotPrincipal"),
)
_PLAIN = {str}
_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)
_Json: TypeAlias = Any


def read(text: str, *, name: str, type: str = "", excerpts: bool = True) -> Document:  # noqa: A002 - the word of the `policy` table
    """Read `text`; `name` is what errors call it. With a `type` of the `policy` table, or
    `boundary` or `session`, the rules for that type of policy hold too. Without `excerpts` the
    statements have no `text`.

    Raises:
        PolicyError: it is not a policy document, with line and column.
    """
    if len(text) > LONGEST:
        raise PolicyError(
            f"document of {len(text)} characters is longer than {LONGEST}",
            at=Location(name),
            hint="a policy has at most a few thousand characters",
        )
    try:
        return read_parsed(parsed(text), type=type, excerpts=excerpts)
    except json.JSONDecodeError as error:
        where = Location(name, error.lineno, error.colno)
        message = f"not JSON: {error.msg.lower()}"
        raise PolicyError(message, at=where, hint="write it as JSON") from error
    except RefusedError as error:
        line, column = error.place(text)
        raise PolicyError(
            error.message, at=Location(name, line, column), hint=error.hint
        ) from error


def read_parsed(value: _Json, *, type: str, excerpts: bool = True) -> Document:  # noqa: A002 - as above
    """Read what `parsed` returns, or plain JSON values without numbers. Without `excerpts` the
    statements have no `text`.

    Raises:
        RefusedError: it is not a policy document, and at which part.
    """
    return _document(value, type, excerpts=excerpts)


def _refuse(message: str, path: Path, hint: str) -> NoReturn:
    raise RefusedError(message, path, hint)


def _members(value: _Json, path: Path, known: frozenset[str], what: str) -> dict[str, _Json]:
    if not isinstance(value, dict):
        _refuse(f"{what} is not an object", path, "write `{...}`")
    if value.keys() <= known:
        return value
    for key in value:
        if key not in known:
            close = next((name for name in known if name.lower() == key.lower()), "")
            hint = f"write `{close}`" if close else f"it may have {', '.join(sorted(known))}"
            _refuse(f"unknown element `{shortened(key)}` in {what}", (*path, key), hint)
    return value


def _text(value: _Json, path: Path, what: str) -> str:
    if not isinstance(value, str) or isinstance(value, NumberText):
        _refuse(f"{what} is not a string", path, "write it in quotation marks")
    return value


def _texts(value: _Json, path: Path, what: str, *, empty: bool = False) -> tuple[str, ...]:
    """Read one string or a list of them; the grammar lets the brackets go for one."""
    if type(value) is str:
        return (value,)
    if not isinstance(value, list):
        return (_text(value, path, what),)
    if not value and not empty:
        _refuse(f"{what} is an empty list", path, "name at least one")
    if {*map(type, value)} == _PLAIN:
        return tuple(value)
    return tuple(_text(item, (*path, index), what) for index, item in enumerate(value))


def _document(value: _Json, kind: str, *, excerpts: bool) -> Document:
    members = _members(value, (), _DOCUMENT, "the policy")
    version = _text(members.get("Version", "2008-10-17"), ("Version",), "`Version`")
    if version not in {"2008-10-17", "2012-10-17"}:
        _refuse(f"unknown version `{shortened(version)}`", ("Version",), "write `2012-10-17`")
    if "Id" in members:
        _text(members["Id"], ("Id",), "`Id`")
    if "Statement" not in members:
        _refuse("the policy has no `Statement`", (), "add a list of statements")
    stated = members["Statement"]
    if not isinstance(stated, list):
        only = _statement(stated, ("Statement",), 0, kind, excerpts=excerpts)
        return Document(version, (only,))
    if len(stated) > MOST_STATEMENTS:
        hint = "no service takes a policy of that size"
        _refuse(f"more than {MOST_STATEMENTS} statements", ("Statement",), hint)
    return Document(
        version,
        tuple(
            _statement(s, ("Statement", i), i, kind, excerpts=excerpts)
            for i, s in enumerate(stated)
        ),
    )


def _statement(value: _Json, path: Path, position: int, kind: str, *, excerpts: bool) -> Statement:
    members = _members(value, path, _STATEMENT, "a statement")
    effect = _effect(members, path)
    action = _element(members, path, "Action")
    not_action = _element(members, path, "NotAction")
    resource = _element(members, path, "Resource")
    not_resource = _element(members, path, "NotResource")
    _check_pairs(members, path, kind)
    _check_actions(action or not_action or (), "Action" if action else "NotAction", path)
    _check_resources(
        resource or not_resource or (), "Resource" if resource else "NotResource", path
    )
    return Statement(
        position=position,
        sid=_text(members["Sid"], (*path, "Sid"), "`Sid`") if "Sid" in members else "",
        effect=effect,
        action=action,
        not_action=not_action,
        resource=resource,
        not_resource=not_resource,
        principal=_principals(members, path, "Principal"),
        not_principal=_principals(members, path, "NotPrincipal"),
        conditions=_conditions(members["Condition"], (*path, "Condition"))
        if "Condition" in members
        else (),
        text=_excerpt(value) if excerpts else "",
    )


def _excerpt(value: _Json) -> str:
    return _encoder.encode(value)[:EXCERPT]


def _check_actions(patterns: tuple[str, ...], element: str, path: Path) -> None:
    for pattern in patterns:
        if ":" not in pattern and pattern != "*":
            hint = "write `service:name`, as in `s3:GetObject`"
            _refuse(f"action `{shortened(pattern)}` has no service", (*path, element), hint)


def _check_resources(patterns: tuple[str, ...], element: str, path: Path) -> None:
    for pattern in patterns:
        if not pattern.startswith("arn:") or not ("*" in pattern or "?" in pattern):
            continue
        service = "".join(pattern.split(":", 3)[2:3])
        if "*" in service or "?" in service:
            hint = "name the service; the vendor allows no wildcard there"
            _refuse(f"wildcard for the service of `{shortened(pattern)}`", (*path, element), hint)


def _effect(members: dict[str, _Json], path: Path) -> Effect:
    if "Effect" not in members:
        _refuse("a statement has no `Effect`", path, "write `Allow` or `Deny`")
    value = members["Effect"]
    if isinstance(value, str) and value in _EFFECTS:
        return _EFFECTS[value]
    # The value is case-sensitive: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
    _refuse(f"unknown effect `{shortened(value)}`", (*path, "Effect"), "write `Allow` or `Deny`")


def _element(members: dict[str, _Json], path: Path, name: str) -> tuple[str, ...] | None:
    value = members.get(name)
    if type(value) is str:
        return (value,)
    if value is None and name not in members:
        return None
    return _texts(value, (*path, name), f"`{name}`")


def _check_pairs(members: dict[str, _Json], path: Path, kind: str) -> None:
    """Hold the statement to what its type of policy must and must not have (grammar notes)."""
    for name, negated in _TWINS:
        if negated in members and name in members:
            _refuse(f"both `{name}` and `{negated}`", (*path, negated), "keep one of them")
    if "Action" not in members and "NotAction" not in members:
        _refuse("a statement has no `Action`", path, "name the actions")
    resource = _either(members, "Resource", "NotResource")
    if kind in _WITHOUT_PRINCIPAL and not resource:
        _refuse("a statement has no `Resource`", path, "name the resources")
    if kind == "trust" and resource:
        hint = "a trust policy speaks of its own role"
        _refuse(f"a trust policy has a `{resource}`", (*path, resource), hint)
    principal = _either(members, "Principal", "NotPrincipal")
    if kind in _WITH_PRINCIPAL and not principal:
        _refuse("a statement has no `Principal`", path, "say whom it is about")
    if kind in _WITHOUT_PRINCIPAL and principal:
        hint = "the principal is the one that the policy is attached to"
        _refuse(f"a policy of this type has a `{principal}`", (*path, principal), hint)
    if kind == "trust" and principal == "NotPrincipal":
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        hint = "name who may assume the role"
        _refuse("a trust policy has a `NotPrincipal`", (*path, principal), hint)


def _either(members: dict[str, _Json], name: str, negated: str) -> str:
    if name in members:
        return name
    return negated if negated in members else ""


def _principals(members: dict[str, _Json], path: Path, element: str) -> Principals | None:
    if element not in members:
        return None
    value, here = members[element], (*path, element)
    if value == "*" and not isinstance(value, NumberText):
        return Principals(any=True)
    if isinstance(value, str):
        hint = 'write `"*"` or `{"AWS": ...}`'
        _refuse(f"`{element}` is a string other than `*`", here, hint)
    kinds = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
    named = {
        kind: _texts(names, (*here, kind), f"`{kind}`", empty=True)
        for kind, names in _members(value, here, kinds, f"`{element}`").items()
    }
    aws = named.get("AWS", ())
    return Principals(
        any="*" in aws,
        aws=tuple(name for name in aws if name != "*"),
        service=named.get("Service", ()),
        federated=named.get("Federated", ()),
        canonical=named.get("CanonicalUser", ()),
    )


def _conditions(value: _Json, path: Path) -> tuple[ConditionTest, ...]:
    if not isinstance(value, dict):
        _refuse("`Condition` is not an object", path, "write `{operator: {key: value}}`")
    found = []
    for name, tests in value.items():
        here = (*path, name)
        if operator(name) is None:
            hint = "see the vendor's list of condition operators"
            _refuse(f"unknown condition operator `{shortened(name)}`", here, hint)
        if not isinstance(tests, dict):
            _refuse(f"`{shortened(name)}` is not an object", here, "write `{key: value}`")
        for key, values in tests.items():
            found.append(ConditionTest(name, key, _values(values, (*here, key))))
    return tuple(found)


def _values(value: _Json, path: Path) -> tuple[str, ...]:
    """Read condition values; numbers and booleans may stand without quotation marks."""
    items = value if isinstance(value, list) else [value]
    found = []
    if {*map(type, items)} == _PLAIN:
        return tuple(items)
    for index, item in enumerate(items):
        if isinstance(item, bool):
            found.append("true" if item else "false")
        elif isinstance(item, str):
            found.append(str(item))
        else:
            where = (*path, index) if isinstance(value, list) else path
            _refuse("a condition value is no string, number or boolean", where, "quote it")
    return tuple(found)
