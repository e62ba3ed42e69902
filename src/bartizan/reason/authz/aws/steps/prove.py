# SPDX-License-Identifier: Apache-2.0
"""From a technique, somebody and a binding to a step: every need met with the same names."""

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.remedy import Forbid
from bartizan.model.step import Breaker, Condition, Foothold, Step
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.estate.documents import FULL_ACCESS
from bartizan.reason.authz.aws.policy.document import Effect
from bartizan.reason.authz.aws.policy.wildcard import glob
from bartizan.reason.authz.aws.steps.attempt import Attempt
from bartizan.reason.authz.aws.steps.hidden import ANY, shown
from bartizan.reason.authz.aws.steps.remedies import Remedies
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique

_REGIONS = 4
_NAMES = 6
_LITERAL_REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")

Proof = tuple[tuple[Attempt, str], ...]
"""Each request that was made, with the pattern of all those that would have done as well."""


class Prover:
    """Tries techniques and keeps what it learned of regions and names."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._estate = scene.estate
        self._remedies = Remedies(scene.estate, scene.attempts)
        self._regions = functools.cache(self._find_regions)
        self._names = functools.cache(self._find_names)

    def step(self, technique: Technique, actor: Actor, binding: Binding) -> Step | None:
        """Return the step that `actor` can take, or might; None where some need is denied."""
        names = {
            "actor": actor.name,
            "account": actor.who.account,
            "partition": actor.partition,
            **binding.names,
        }
        needs = (*technique.needs, *binding.extra)
        proof = self._prove(needs, actor, names)
        if proof is None:
            return None
        conditions = (
            *technique.conditions,
            *binding.conditions,
            *(_known(c, actor) for attempt, _ in proof for c in attempt.conditions),
        )
        entity = shown(technique.entity.format_map(names))
        return Step(
            technique=technique.id,
            needs=tuple(sorted({actor.foothold, *binding.needs})),
            grants=Foothold(technique.grants.value, entity),
            cost=technique.effort + sum(c.effort for c in unique(conditions)),
            conditions=unique(conditions),
            evidence=unique((*binding.evidence, *_evidence(proof))),
            asks=tuple(attempt.ask for attempt, _ in proof),
            breakers=unique((*binding.breakers, *self._breakers(proof, actor))),
            missing=tuple(sorted({*binding.missing, *(m for a, _ in proof for m in a.missing)})),
        )

    def _prove(
        self, needs: Sequence[Need], actor: Actor, names: Mapping[str, str]
    ) -> Proof | None:
        """Meet all needs with one region and one name, at the least effort."""
        best: Proof | None = None
        for region, new in self._free(needs, actor, names):
            proof = self._meet(needs, {**names, "region": region, "new": new}, names)
            if proof is None:
                continue
            if not any(attempt.missing or attempt.conditions for attempt, _ in proof):
                return proof
            if best is None or _rank(proof) < _rank(best):
                best = proof
        return best

    def _free(
        self, needs: Sequence[Need], actor: Actor, names: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the regions and names that are worth trying."""
        texts = [need.resource for need in needs]
        regions: Sequence[str] = ("",)
        if "region" in names:
            regions = (names["region"],)
        elif any("{region}" in text for text in texts) or any(
            "{region}" in (value or "") for need in needs for _, value in need.context
        ):
            regions = self._regions(actor.name)
        fresh: Sequence[str] = (pattern.FRESH,)
        if any("{new}" in text for text in texts):
            actions = tuple(need.action for need in needs if "{new}" in need.resource)
            fresh = self._names(actor.name, actions)
        yield from itertools.product(regions, fresh)

    def _meet(
        self, needs: Sequence[Need], names: Mapping[str, str], known: Mapping[str, str]
    ) -> Proof | None:
        proof: list[tuple[Attempt, str]] = []
        for need in needs:
            attempt = self._attempt(need, names)
            if attempt is None:
                return None
            scope = {"region": "*", "new": "*", "each": "*", **known}
            proof.append((attempt, shown(need.resource.format_map(scope))))
        return tuple(proof)

    def _attempt(self, need: Need, names: Mapping[str, str]) -> Attempt | None:
        by = need.by.format_map(names)
        context = tuple(
            [
                (key, shown(value.format_map(names)) if value is not None else None)
                for key, value in need.context
            ]
        )
        if names["region"] and need.resource == "*" and need.by == "{actor}":
            context = (*context, ("aws:RequestedRegion", names["region"]))
        template = need.resource.format_map({**names, "each": ANY})
        best: Attempt | None = None
        for name in self._names(by, (need.action,)) if ANY in template else ("",):
            resource = template.replace(ANY, name)
            attempt = self._scene.attempts(by, need.action, resource, context)
            if attempt is not None and (best is None or _weight(attempt) < _weight(best)):
                best = attempt
            if best is not None and not best.missing and not best.conditions:
                return best
        return best

    def _find_regions(self, principal: str) -> tuple[str, ...]:
        """Name the regions that what is written about `principal` treats differently."""
        account = self._estate.accounts.get(self._estate.caller(principal).account)
        enabled = account.regions if account is not None else ()
        named = sorted(self._estate.regions_named(principal))
        usual = ("us-east-1", *enabled)
        plain = next((r for r in usual if (not enabled or r in enabled) and r not in named), "")
        wanted = [
            region
            for text in named
            for region in ([text] if _LITERAL_REGION.match(text) else enabled)
            if glob(text)(region) and (not enabled or region in enabled)
        ]
        found = dict.fromkeys((*((plain,) if plain else ()), *wanted))
        return tuple(found)[:_REGIONS] or ("us-east-1",)

    def _find_names(self, principal: str, actions: tuple[str, ...]) -> tuple[str, ...]:
        """Return names that the patterns which allow `actions` leave room for."""
        identity, _ = self._estate.identity(principal)
        tails = [
            re.split(r"[:/]", text)[-1]
            for _, statement in self._estate.documents.statements(identity)
            if statement.effect is Effect.ALLOW
            and any(pattern.covers_action(statement, action) for action in actions)
            for text in statement.resource or ()
        ]
        wanted = [tail for tail in dict.fromkeys(tails) if tail.strip("*") and "${" not in tail]
        joined = [
            pattern.instance(head[:-1] + tail)
            for head, tail in itertools.permutations(wanted[:_NAMES], 2)
            if head.endswith("*") and tail.startswith("*")
        ]
        names = (pattern.FRESH, *map(pattern.instance, wanted), *joined)
        return tuple(dict.fromkeys(names))[: _NAMES * 2]

    def _breakers(self, proof: Proof, actor: Actor) -> Iterator[Breaker]:
        """Yield ways to break any request of the proof.

        Requests that others make for the actor (a host that reports to its manager) are what those
        others live by: nothing is forbidden to them where the actor can be stopped.
        """
        found = [
            (attempt.ask.principal == actor.name, breaker)
            for attempt, scope in proof
            for breaker in self._remedies.breakers(attempt, scope)
        ]
        stoppable = any(own for own, _ in found)
        for own, breaker in found:
            forbids = any(isinstance(remedy.change, Forbid) for remedy in breaker.remedies)
            if own or not stoppable or not forbids:
                yield breaker


def unique(items: Sequence[Condition | Evidence | Breaker]) -> tuple:  # type: ignore[type-arg]
    """Return each item once, in order."""
    return tuple(dict.fromkeys(items))


def _known(condition: Condition, actor: Actor) -> Condition:
    """A partner that a role was made for knows the external id that it was given."""
    partner = actor.account is None and actor.foothold.entity == actor.who.account
    if partner and condition.key.lower() == "sts:externalid":
        return structs.replace(condition, effort=0)
    return condition


def _evidence(proof: Proof) -> Iterator[Evidence]:
    """Yield what the estate says; what attackers allow their own principals is none of it."""
    for attempt, _ in proof:
        yield from (one for one in attempt.decision.because if one.subject != FULL_ACCESS.id)


def _weight(attempt: Attempt) -> tuple[int, int]:
    return len(attempt.missing), attempt.effort


def _rank(proof: Proof) -> tuple[int, int]:
    return (
        sum(len(attempt.missing) for attempt, _ in proof),
        sum(attempt.effort for attempt, _ in proof),
    )
