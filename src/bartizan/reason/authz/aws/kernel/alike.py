# SPDX-License-Identifier: Apache-2.0
"""Policies of which those are read as one that differ in accounts alone.

An organisation stamps the same policies into all of its accounts: whom one might allow an action
is told once for all of them, beside the accounts that each spells.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.errors import PolicyError
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.policy.read import read

Numbers = NDArray[np.int64]
Texts = Any
"""An array of texts: Arrow's own types are parametrised."""

ACCOUNT = "[0-9]{12}"
"""How an account is spelled."""
_ANY_ACCOUNT = "1" * 12
"""What stands for every account."""
SILENT, NAMING, OPEN = 0, 1, 2
"""To whom, among users, roles and root users, a policy might allow an action: to nobody, to whom
it names with their account, or perhaps to anybody.
"""


class Alike:
    """Policies by number, several of which may be one."""

    def __init__(self, number: Numbers, kinds: Sequence[tuple[str, str]]) -> None:
        self._number = number
        self._documents = [_read(kind, text) for kind, text in kinds]

    @property
    def kinds(self) -> int:
        """How many there are of which none differs from another in accounts alone."""
        return len(self._documents)

    @classmethod
    def of(cls, types: Texts, texts: Texts) -> "Alike":
        """Tell policies apart by their types and texts."""
        plain = pc.replace_substring_regex(texts, ACCOUNT, _ANY_ACCOUNT).dictionary_encode()
        of_type = types.dictionary_encode()
        width = max(1, len(of_type.dictionary))
        codes = np.asarray(plain.indices).astype(np.int64) * width + np.asarray(of_type.indices)
        kinds, number = np.unique(codes, return_inverse=True)
        held, named = plain.dictionary, of_type.dictionary
        return cls(
            number.astype(np.int64),
            [(named[k % width].as_py(), held[k // width].as_py()) for k in kinds.tolist()],
        )

    def say(
        self, numbers: Numbers, actions: NDArray[np.integer], names: Sequence[str]
    ) -> NDArray[np.uint8]:
        """Return for pairs of policies and actions, which are places among `names` in lower
        case, to whom the one might allow the other; `names` spell no account.
        """
        asked, of_pair = np.unique(
            self._number[numbers] * len(names) + actions, return_inverse=True
        )
        pairs = (divmod(pair, len(names)) for pair in asked.tolist())
        said = [_to_whom(self._documents[number], names[action]) for number, action in pairs]
        return np.array(said, dtype=np.uint8)[of_pair]


def _read(kind: str, text: str) -> Document | None:
    """Read a policy; None for one that tells nothing, or may spell an account otherwise."""
    if "\\" in text:
        return None
    try:
        return read(text, name="policy", type=kind, excerpts=False)
    except PolicyError:
        return None


def _to_whom(document: Document | None, action: str) -> int:
    if document is None:
        return OPEN
    allows = (one for one in document.statements if one.effect is Effect.ALLOW)
    return max((_whom(one) for one in allows if covers_action(one, action)), default=SILENT)


def _whom(statement: Statement) -> int:
    named = statement.principal
    if named is None or named.any or named.canonical:
        return OPEN
    if not named.aws:
        return SILENT
    return NAMING if all(map(_says_account, named.aws)) else OPEN


def _says_account(name: str) -> bool:
    """An ARN or an account; in the unique id of a principal there may be any digits."""
    return name == _ANY_ACCOUNT or account_of(name) == _ANY_ACCOUNT
