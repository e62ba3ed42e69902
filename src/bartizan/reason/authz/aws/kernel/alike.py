# SPDX-License-Identifier: Apache-2.0
"""Policies of which those are read as one that differ in accounts alone.

An organisation stamps the same policies into all of its accounts: whom one might allow an action,
and what it asks for, is told once for all of them.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bartizan.errors import PolicyError
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.estate.setting import is_resource_tag
from bartizan.reason.authz.aws.kernel.keys import TAG
from bartizan.reason.authz.aws.kernel.shapes import Numbers, Shapes, beside, numbered
from bartizan.reason.authz.aws.kernel.statement import EVERYTHING, Raw, raw_statements
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.policy.read import read

Texts = Any
"""An array of texts: Arrow's own types are parametrised."""

ACCOUNT = "[0-9]{12}"
"""How an account is spelled."""
SILENT, NAMING, OPEN = 0, 1, 2
"""To whom, among users, roles and root users, a policy might allow an action: to nobody, to whom
it names with their account, or perhaps to anybody.
"""
SPEAKS, OF_CALLER, OF_THING, OF_PARTS, LIKE_NONE = 1, 2, 4, 8, 16
"""What the statements that cover an action ask for, as bits: there are some; they ask who the
caller is, beyond its account and organisation; what the thing is called, or which tags it has;
what accounts begin or end with; something by which no two requests are alike.
"""

_FRACTION = re.compile(r"[:,\[]\s*-?[0-9]+[.eE]")
"""Something that may be a number which is not written again as it was read."""
_BY_VALUE = re.compile("numeric|date|ipaddress|binary", re.IGNORECASE)
_NEVER_NAMES = frozenset({
    *("aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "aws:sourceip"),
    *("aws:tokenissuetime", "aws:vpcsourceip"),
})  # fmt: skip
"""Keys that hold no account, whoever asks for what."""
_NAMES = frozenset({"aws:principalarn", "aws:userid", "aws:username"})
_PATHS = frozenset({"aws:principalorgpaths", "aws:resourceorgpaths"})


class Alike:
    """Policies by place, several of which may be one."""

    def __init__(self, types: Texts, texts: Texts) -> None:
        """Tell policies apart by their types and texts, none of them null."""
        shapes, of_type = Shapes.of(texts), types.dictionary_encode()
        self.number, first = numbered((shapes.number, np.asarray(of_type.indices)))
        """Equal where policies differ in accounts alone."""
        self.accounts, self.odd = shapes.accounts, shapes.odd
        self._documents = [_read(types[n].as_py(), texts[n].as_py()) for n in first.tolist()]
        self.parts = set[tuple[str, bool]]()
        """What the statements that were asked about look for in accounts."""
        self._to_whom = cache(self._find_to_whom)
        self._asks = cache(self._find_asks)

    @property
    def kinds(self) -> int:
        """How many there are of which none differs from another in accounts alone."""
        return len(self._documents)

    def say(
        self, places: Numbers, actions: NDArray[np.integer], names: Sequence[str]
    ) -> NDArray[np.uint8]:
        """Return for pairs of policies and actions, which are places among `names` in lower
        case, to whom the one might allow the other; `names` spell no account.
        """
        return self._each(self._to_whom, places, actions, names)

    def ask(
        self, places: Numbers, actions: NDArray[np.integer], names: Sequence[str]
    ) -> NDArray[np.uint8]:
        """Return for such pairs what the policy's statements about the action ask for."""
        asked = self._each(self._asks, places, actions, names)
        return np.where(self.odd[places] & (asked != 0), asked | LIKE_NONE, asked)

    def _each(
        self,
        tell: Callable[[int, str], int],
        places: Numbers,
        actions: NDArray[np.integer],
        names: Sequence[str],
    ) -> NDArray[np.uint8]:
        asked, of_pair = np.unique(self.number[places] * len(names) + actions, return_inverse=True)
        pairs = (divmod(pair, len(names)) for pair in asked.tolist())
        told = [tell(number, names[action]) for number, action in pairs]
        return np.array(told, dtype=np.uint8)[of_pair]

    def _find_to_whom(self, number: int, action: str) -> int:
        document = self._documents[number]
        if document is None:
            return OPEN
        allows = (one for one in document.statements if one.effect is Effect.ALLOW)
        return max((_whom(one) for one in allows if covers_action(one, action)), default=SILENT)

    def _find_asks(self, number: int, action: str) -> int:
        document = self._documents[number]
        if document is None:
            return SPEAKS | LIKE_NONE
        found = 0
        for raw in raw_statements(document):
            if covers_action(raw.statement, action):
                parts = _parts(raw.statement)
                self.parts |= parts or frozenset()
                found |= _asks(raw) | (LIKE_NONE if parts is None else OF_PARTS if parts else 0)
        return found


def _read(kind: str, text: str) -> Document | None:
    """Read a policy; None for one that tells nothing, or may spell an account otherwise."""
    if "\\" in text or _FRACTION.search(text):
        return None
    try:
        return read(text, name="policy", type=kind, excerpts=False)
    except PolicyError:
        return None


def _whom(statement: Statement) -> int:
    named = statement.principal
    if named is None or named.any or named.canonical:
        return OPEN
    if not named.aws:
        return SILENT
    return NAMING if all(map(_says_account, named.aws)) else OPEN


def _says_account(name: str) -> bool:
    """An ARN or an account; in the unique id of a principal there may be any digits."""
    return any(re.fullmatch(ACCOUNT, text) for text in (name, account_of(name)))


def _asks(raw: Raw) -> int:
    """Return what one statement asks for."""
    statement, found = raw.statement, SPEAKS
    if any(map(_is_named, (statement.principal, statement.not_principal))):
        found |= OF_CALLER
    if raw.depends or raw.keys & _NAMES or any(key.startswith(TAG) for key in raw.keys):
        found |= OF_CALLER
    if raw.depends or raw.resources_alone != EVERYTHING or any(map(is_resource_tag, raw.keys)):
        found |= OF_THING
    tests = statement.conditions
    counted = any(
        _BY_VALUE.search(test.operator) and test.key.lower() not in _NEVER_NAMES for test in tests
    )
    return found | (LIKE_NONE if counted or raw.keys & _PATHS else 0)


def _parts(statement: Statement) -> frozenset[tuple[str, bool]] | None:
    """Return what a statement looks for in accounts; None where that is not told."""
    texts = [text for test in statement.conditions for text in test.values]
    texts += [*(statement.resource or ()), *(statement.not_resource or ())]
    found = frozenset[tuple[str, bool]]()
    for text in texts:
        parts = beside(text)
        if parts is None:
            return None
        found |= parts
    return found


def _is_named(element: Principals | None) -> bool:
    """Somebody is named otherwise than by an account."""
    if element is None:
        return False
    accounts = all(name.endswith(":root") or name.isdigit() for name in element.aws)
    return bool(element.canonical) or not accounts
