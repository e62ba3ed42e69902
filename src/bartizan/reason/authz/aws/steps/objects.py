# SPDX-License-Identifier: Apache-2.0
"""Objects in buckets that policies open."""

from collections.abc import Iterable
from functools import lru_cache

from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.keys import fixed
from bartizan.reason.authz.aws.policy.document import Effect
from bartizan.reason.authz.aws.policy.wildcard import Variable, tokens
from bartizan.reason.authz.aws.request import Attached, RequestPrincipal

_KEPT = 1 << 12
"""Callers whose objects are kept: things are asked for one after the other by the same ones."""


class Objects:
    """Finds them, or patterns of them, in the policies of one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.named_by = lru_cache(_KEPT)(self._named_by)
        """Those in what a caller holds, by the name of the caller."""

    def of(self, policies: Iterable[Attached]) -> frozenset[str]:
        """Return those in some policies, with variables as they are written."""
        return frozenset(
            text
            for _, statement in self._estate.documents.statements(tuple(policies))
            if statement.effect is Effect.ALLOW
            and pattern.covers_action(statement, "s3:GetObject")
            for text in statement.resource or ()
            if "/" in text
        )

    def _named_by(self, name: str) -> frozenset[str]:
        identity, _ = self._estate.identity(name)
        return self.of((*identity, *(self._estate.session(name) or ())))


def filled(text: str, who: RequestPrincipal) -> str:
    """Put what is known of a caller in the place of variables, or else what they default to, or
    any name that the caller could bring.
    """
    if "${" not in text:
        return text
    known, parts = fixed(who), []
    for piece in tokens(text, variables=True):
        if isinstance(piece, Variable):
            values = known.get(piece.key.lower())
            parts.append(
                values[0] if isinstance(values, tuple) else piece.default or pattern.FRESH
            )
        else:
            parts.append(piece if isinstance(piece, str) else str(piece.value))
    return "".join(parts)
