# SPDX-License-Identifier: Apache-2.0
"""Values to try for policy variables where two policies can be told apart only by their values.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.authz.aws.diff import caller
from bartizan.reason.authz.aws.diff.caller import OWN_KEYS, Example
from bartizan.reason.authz.aws.diff.glob import HOLE, Pattern, Take
from bartizan.reason.authz.aws.diff.text import sample
from bartizan.reason.authz.aws.diff.witness import text_of_hole
from bartizan.reason.authz.aws.policy.document import ConditionTest, Document, Statement
from bartizan.reason.authz.aws.policy.wildcard import Variable, Wild, tokens

_MOST = 4
"""Values that are tried for one variable."""
_LONGEST = 200
_MOST_WILD = 3
_OF_RESOURCE = frozenset({"aws:resourceaccount", "s3:resourceaccount"})


class Trial(Struct, frozen=True):
    """A caller and the values of all variables."""

    example: Example
    values: Mapping[str, str]
    """Condition key, in lower case, to its value."""


def trials(
    holes: Mapping[str, str], patterns: Sequence[Pattern], *, account: str
) -> Iterator[Trial]:
    """Yield what to try for the variables behind `holes`; `patterns` are all that the policies
    have, which may spell a value that matters.
    """
    spelled = _spelled(holes, patterns)
    for base in (caller.role(account), caller.user(account)):
        yield Trial(base, _values(holes, base, {}))
    for key, values in spelled.items():
        for value in values:
            who = caller.user(account, value) if key == "aws:username" else caller.role(account)
            yield Trial(who, _values(holes, who, {key: value}))


def _values(
    holes: Mapping[str, str], example: Example, chosen: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for key in holes.values():
        if key in _OF_RESOURCE:
            found[key] = example.who.account
        elif key not in OWN_KEYS:
            found[key] = chosen.get(key) or text_of_hole(key, example)
        elif (held := example.fixed.get(key)) is not None and held.values:
            found[key] = held.values[0]
    return found


def _spelled(holes: Mapping[str, str], patterns: Sequence[Pattern]) -> dict[str, list[str]]:
    """Return the values that some pattern spells where another has a variable."""
    found: dict[str, list[str]] = {}
    texts = [text for one in patterns if len(text := sample(one)) <= _LONGEST]
    for pattern in patterns:
        key = _only_hole(pattern, holes)
        if key is None:
            continue
        shape = _shape(pattern)
        for text in texts[:100]:
            hit = shape.fullmatch(text)
            values = found.setdefault(key, [])
            if hit and ord(max(text)) < HOLE and hit[1] not in values and len(values) < _MOST:
                values.append(hit[1])
    return found


def _only_hole(pattern: Pattern, holes: Mapping[str, str]) -> str | None:
    """Return the key of a pattern's variable, where it has one and few wildcards."""
    mine = [e.characters for e in pattern.elements if e.characters in holes]
    wild = sum(e.take is Take.MANY for e in pattern.elements)
    return holes[mine[0]] if len(mine) == 1 and wild <= _MOST_WILD else None


def _shape(pattern: Pattern) -> re.Pattern[str]:
    source = []
    for take, characters in pattern.elements:
        if take is Take.OF and ord(characters[0]) >= HOLE:
            source.append("([^/:]+?)")
        elif take is Take.OF:
            source.append(re.escape(characters[0]))
        else:
            source.append(".*?" if take is Take.MANY else ".")
    return re.compile("".join(source), re.DOTALL)


def filled(document: Document, values: Mapping[str, str]) -> Document:
    """Return a policy with the values of its variables written out."""
    if document.version != "2012-10-17":
        return document
    return replace(document, statements=tuple(_statement(s, values) for s in document.statements))


def _statement(statement: Statement, values: Mapping[str, str]) -> Statement:
    tests = tuple(
        ConditionTest(test.operator, test.key, _texts(test.values, values) or ())
        for test in statement.conditions
    )
    return replace(
        statement,
        resource=_texts(statement.resource, values),
        not_resource=_texts(statement.not_resource, values),
        conditions=tests,
    )


def _texts(texts: Iterable[str] | None, values: Mapping[str, str]) -> tuple[str, ...] | None:
    return None if texts is None else tuple(_text(text, values) for text in texts)


def _text(text: str, values: Mapping[str, str]) -> str:
    if "${" not in text:
        return text
    return "".join(_written(piece, values) for piece in tokens(text, variables=True))


def _written(piece: str | Wild | Variable, values: Mapping[str, str]) -> str:
    match piece:
        case Wild():
            return str(piece.value)
        case Variable(key=key):
            if key.lower() in values:
                return _escaped(values[key.lower()])
            return f"${{{key}}}" if piece.default is None else _escaped(piece.default)
        case str():
            return _escaped(piece)


def _escaped(text: str) -> str:
    return re.sub(r"[*?$]", lambda hit: f"${{{hit[0]}}}", text)
