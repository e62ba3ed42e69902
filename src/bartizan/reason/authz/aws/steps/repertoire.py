# SPDX-License-Identifier: Apache-2.0
"""Which techniques a caller could use at all, by the actions that policies might allow it."""

from collections.abc import Iterable
from functools import lru_cache

from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate
from bartizan.reason.authz.aws.policy.action import any_action
from bartizan.reason.authz.aws.policy.document import Effect
from bartizan.reason.authz.aws.request import Caller
from bartizan.reason.authz.aws.steps.technique import Technique

_KEPT = 1 << 12
"""Action elements of which it is kept what they cover, and callers."""


class Repertoire:
    """Tells it of some techniques; a set of actions is an integer with a bit for each."""

    def __init__(self, estate: Estate, techniques: Iterable[Technique]) -> None:
        self._estate = estate
        self._needed = {technique.id: tuple(_own(technique)) for technique in techniques}
        known = dict.fromkeys(action for held in self._needed.values() for action in held)
        self._bits = {action: 1 << number for number, action in enumerate(known)}
        self._asked = {id_: self._joined(held) for id_, held in self._needed.items()}
        self._carried = self._joined(one for one in known if one.split(":", 1)[0] in CARRIERS)
        self._covered = lru_cache(_KEPT)(self._find_covered)
        self._of = lru_cache(_KEPT)(self._find)
        """The actions that a caller's own policies, or those of some thing, could allow."""

    def _find(self, name: str) -> int:
        if self._estate.caller(name).type is Caller.ROOT:
            return -1
        identity, _ = self._estate.identity(name)
        found = self._carried
        for policy in identity:
            if policy.document is None:
                return -1
            for one in policy.document.statements:
                if one.effect is Effect.ALLOW:
                    found |= self._covered(one.action, one.not_action)
        return found

    def among(self, techniques: Iterable[Technique], name: str) -> list[Technique]:
        """Return those of some techniques of which a caller could make each request of its own, in
        their order.
        """
        lacking = ~self._of(name)
        return [one for one in techniques if not self._asked[one.id] & lacking]

    def _joined(self, actions: Iterable[str]) -> int:
        found = 0
        for action in actions:
            found |= self._bits[action]
        return found

    def _find_covered(
        self, action: tuple[str, ...] | None, not_action: tuple[str, ...] | None
    ) -> int:
        """Return what an Action or NotAction element covers."""
        patterns = not_action or () if action is None else action
        fits = (one for one in self._bits if any_action(patterns, one.lower()))
        covered = self._joined(fits)
        return covered if action is not None else ~covered


def _own(technique: Technique) -> Iterable[str]:
    return (need.action for need in technique.needs if need.by == "{actor}")
