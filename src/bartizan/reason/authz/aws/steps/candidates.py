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

    def of(self, technique: Technique, actor: Actor) -> Iterable[Binding]:
        """Return the bindings of a caller, in order; of the others no step comes."""
        over = technique.over
        if not isinstance(over, Offered):
            return over(self._scene, actor)
        crowd = self._scene.attempts.crowd(actor.name)
        if crowd is None:
            return over(self._scene, actor)
        found = self._by_caller(technique, over, crowd).get(actor.name, ())
        return over.of(self._scene, actor, found)

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
