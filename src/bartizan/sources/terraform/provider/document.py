# SPDX-License-Identifier: Apache-2.0
"""The policy that `aws_iam_policy_document` writes, letter for letter.

Two blocks of principals of one type in one statement are the exception: the provider keeps them in
the order of a digest of its own, which changes nothing of what they mean.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from bartizan.model.record import Json
from bartizan.sources.terraform.value import Value

_VERSION = "2012-10-17"
_MEMBERS = (
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal",
    "Condition",
)  # fmt: skip

_Statement = dict[str, Json]


class DocumentError(Exception):
    """The arguments give no policy."""


class _Document(Struct):
    version: str = ""
    id: str = ""
    statements: list[_Statement] = field(default_factory=list)

    def merge(self, other: "_Document") -> None:
        """Take up another one: its id where it has one, the newer version, and its statements,
        each in the place of one with the same Sid.
        """
        self.id = other.id or self.id
        self.version = max(self.version, other.version)
        for statement in other.statements:
            sids = [one.get("Sid") for one in self.statements]
            sid = statement.get("Sid")
            if sid and sid in sids:
                self.statements[sids.index(sid)] = statement
            else:
                self.statements.append(statement)

    def json(self) -> Json:
        whole: dict[str, Json] = {"Version": self.version}
        if self.id:
            whole["Id"] = self.id
        if self.statements:
            whole["Statement"] = list[Json](self.statements)
        return whole


def document(arguments: Mapping[str, Value]) -> Json:
    """Return the policy: the statements of its sources, its own, and those that override, one with
    the Sid of another in its place.

    Raises:
        DocumentError: a source is no policy, or two statements beside one another have one Sid.
    """
    found = _Document()
    sources = [_read(one) for one in _texts(arguments.get("source_policy_documents"))]
    _check([statement for source in sources for statement in source.statements])
    for source in sources:
        found.merge(source)
    own = _Document(
        version=_text(arguments.get("version")) or _VERSION, id=_text(arguments.get("policy_id"))
    )
    own.statements = [_statement(one) for one in _blocks(arguments.get("statement"))]
    _check(own.statements)
    found.merge(own)
    for text in _texts(arguments.get("override_policy_documents")):
        found.merge(_read(text))
    return found.json()


def written(document: Json, *, minified: bool = False) -> str:
    """Return JSON as the provider writes it, with marks for `<`, `>` and `&`."""
    if minified:
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    else:
        text = json.dumps(document, indent=2, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _check(statements: list[_Statement]) -> None:
    sids = [sid for one in statements if (sid := one.get("Sid"))]
    for sid in sids:
        if sids.count(sid) > 1:
            raise DocumentError(f"the Sid `{sid}` is given twice")


def _statement(block: Mapping[str, Value]) -> _Statement:
    values: dict[str, Json] = {
        "Sid": _text(block.get("sid")),
        "Effect": _text(block.get("effect")) or "Allow",
        "Action": _strings(block.get("actions")),
        "NotAction": _strings(block.get("not_actions")),
        "Resource": _variables(_strings(block.get("resources"))),
        "NotResource": _variables(_strings(block.get("not_resources"))),
        "Principal": _principals(block.get("principals")),
        "NotPrincipal": _principals(block.get("not_principals")),
        "Condition": _conditions(block.get("condition")),
    }
    return {name: value for name, value in values.items() if value}


def _strings(value: Value) -> Json:
    """Return a set of strings as the provider writes it: one alone, or several, the last first."""
    found = sorted(_texts(value), reverse=True)
    return found[0] if len(found) == 1 else list[Json](found)


def _variables(value: Json) -> Json:
    """Write the policy's own variables as AWS does: the code says `&{` for them."""
    if isinstance(value, list):
        return [_variables(one) for one in value]
    return value.replace("&{", "${") if isinstance(value, str) else value


def _principals(value: Value) -> Json:
    found: dict[str, list[Json]] = {}
    whole: set[str] = set()
    blocks = list(_blocks(value))
    for block in blocks:
        kind = _text(block.get("type"))
        held = _variables(_strings(block.get("identifiers")))
        if len(blocks) == 1 and kind == "*" and held == "*":
            return "*"
        if isinstance(held, list) or kind in found:
            whole.add(kind)
        found.setdefault(kind, []).extend(held if isinstance(held, list) else [held])
    return {kind: held if kind in whole else held[0] for kind, held in sorted(found.items())}


def _conditions(value: Value) -> Json:
    found: dict[str, dict[str, list[Json]]] = {}
    for block in _blocks(value):
        variables = found.setdefault(_text(block.get("test")), {})
        values = [_variables(one) for one in _texts(block.get("values"))]
        variables.setdefault(_text(block.get("variable")), []).extend(values)
    return {
        test: {name: held[0] if len(held) == 1 else held for name, held in sorted(keys.items())}
        for test, keys in sorted(found.items())
    }


def _read(text: str) -> _Document:
    """Read a policy that is a source of another.

    Raises:
        DocumentError: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError("a policy document that is no JSON") from error
    statements = found.get("Statement", []) if isinstance(found, dict) else None
    if not isinstance(statements, list):
        raise DocumentError("a policy document whose statements are no list")
    return _Document(
        version=_text(found.get("Version")),
        id=_text(found.get("Id")),
        statements=[_known(one) for one in statements if isinstance(one, dict)],
    )


def _known(statement: Mapping[str, Json]) -> _Statement:
    """Return what is read of a statement of a source, in the order in which it is written."""
    found = {name: statement[name] for name in _MEMBERS if statement.get(name)}
    for name in ("Principal", "NotPrincipal"):
        held = found.get(name)
        if isinstance(held, dict):
            found[name] = {kind: _last_first(one) for kind, one in sorted(held.items())}
    conditions = found.get("Condition")
    if isinstance(conditions, dict):
        found["Condition"] = {
            test: {name: _alone(one) for name, one in sorted(keys.items())}
            for test, keys in sorted(conditions.items())
            if isinstance(keys, dict)
        }
    return found


def _last_first(value: Json) -> Json:
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else None
    return value if texts is None else list[Json](sorted(texts, reverse=True))


def _alone(value: Json) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _blocks(value: Value) -> Iterator[Mapping[str, Value]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
