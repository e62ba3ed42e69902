# SPDX-License-Identifier: Apache-2.0
"""Which bindings of a technique are worth a try for a caller: those of which no request is plainly
denied. It is asked once for all callers of an account.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from bartizan.reason.authz.aws.steps.attempt import Crowd
from bartizan.reason.authz.aws.steps.hidden import ANY
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique

_KEPT = 1 << 8
"""Techniques, each in an account, whose bindings are kept for the next caller."""


class Candidates:
    """Finds them among the things that are in reach of a scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._by_caller = lru_cache(_KEPT)(self._sorted)
        self._worth = lru_cache(_KEPT)(self._find_worth)

    def of(self, technique: Technique, actor: Actor) -> Iterable[Binding]:
        """Return the bindings of a caller, in order; of the others no step comes."""
        over = technique.over
        if not isinstance(over, Offered):
            return over(self._scene, actor)
        crowd = self._scene.attempts.crowd(actor.name)
        if crowd is None:
            return over(self._scene, actor)
        found = self._by_caller(technique, over, crowd).get(actor.name)
        return () if found is None else over.of(self._scene, actor, found)

    def worth(self, tried: Sequence[Technique], actor: Actor) -> Sequence[Technique]:
        """Return those of some techniques that may have bindings for a caller, in order; all of
        them are bound for that.
        """
        crowd = self._scene.attempts.crowd(actor.name)
        if crowd is None:
            return tried
        found, anyway = self._worth(tuple(tried), crowd)
        return found.get(actor.name, anyway)

    def _find_worth(
        self, tried: tuple[Technique, ...], crowd: Crowd
    ) -> tuple[Mapping[str, Sequence[Technique]], Sequence[Technique]]:
        """Return it by the names of callers, and for all others."""
        offered = [
            self._by_caller(one, one.over, crowd) if isinstance(one.over, Offered) else None
            for one in tried
        ]
        names = {name for held in offered if held is not None for name in held}
        held_by = {
            name: [
                one
                for one, held in zip(tried, offered, strict=True)
                if held is None or name in held
            ]
            for name in names
        }
        return held_by, [one for one, held in zip(tried, offered, strict=True) if held is None]

    def _sorted(
        self, technique: Technique, over: Offered, crowd: Crowd
    ) -> Mapping[str, Sequence[Binding]]:
        found: dict[str, list[Binding]] = {}
        for binding in over.bindings(self._scene, crowd.account):
            for name in self._open_to(technique, binding, crowd):
                found.setdefault(name, []).append(binding)
        return found

    def _open_to(self, technique: Technique, binding: Binding, crowd: Crowd) -> Iterator[str]:
        """Yield those for whom no request of their own is ruled out."""
        names = {"account": crowd.account, "partition": crowd.partition, **binding.names}
        bits = crowd.full
        for need in (*technique.needs, *binding.extra):
            asked = _resource(need, names) if need.by == "{actor}" and bits else None
            if asked is not None:
                bits &= crowd.open_to(need.action, asked)
        return crowd.named(bits)


def _resource(need: Need, names: Mapping[str, str]) -> str | None:
    """Return what is asked for; None where the caller, or an attacker, decides on it."""
    try:
        found = need.resource.format_map(names)
    except KeyError:
        return None
    return None if ANY in found else found
