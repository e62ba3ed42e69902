# SPDX-License-Identifier: Apache-2.0
"""What everybody in an estate can gain: each technique tried by each caller on each thing."""

import functools
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import structs

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.remedy import Detach, Remedy
from bartizan.model.step import Ability, Breaker, Foothold, Step
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps import (
    actors,
    associations,
    federation,
    gaps,
    images,
    organization,
    shares,
    structure,
)
from bartizan.reason.authz.aws.steps.admission import Admission
from bartizan.reason.authz.aws.steps.candidates import Candidates
from bartizan.reason.authz.aws.steps.prove import Prover
from bartizan.reason.authz.aws.steps.remedies import DETACH
from bartizan.reason.authz.aws.steps.repertoire import Repertoire
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Technique
from bartizan.reason.authz.aws.steps.techniques import (
    ADMINISTRATION,
    OF_FILE_USERS,
    OF_SERVICES,
    OF_TAGS,
    TECHNIQUES,
    cloudformation,
    ecr,
    state,
    stores,
    transfer,
)
from bartizan.reason.authz.aws.steps.techniques import organization as organization_over

_CODE = frozenset({Ability.RUN_CODE, Ability.PLANT_CODE, Ability.INVOKE})
"""What can be done with workloads, beside acting as their roles."""

_WRITE, _ACT_AS = Ability.WRITE.value, Ability.ACT_AS.value

USE_WRITTEN = "use-written-policy"
"""Id of the step by which a rewritten policy gives what it says."""
ANYBODY = frozenset({actors.INTERNET, actors.ANY_ACCOUNT})
"""Strangers of whom there are any."""
_ALL = (*TECHNIQUES, *OF_TAGS)
_DATA = (*stores.TECHNIQUES, *ecr.TECHNIQUES, *state.TECHNIQUES)
"""Techniques on one store or key."""
_DATA_ABROAD = tuple(technique for technique in _DATA if technique.abroad)
_ABROAD = tuple(t for t in TECHNIQUES if t.abroad and t not in _DATA)
_ACROSS = tuple(technique for technique in TECHNIQUES if technique.abroad)
_BY_OTHERS = tuple(
    t for t in _ACROSS if t in (*organization_over.TECHNIQUES, *cloudformation.TECHNIQUES)
)
"""Techniques across accounts whose requests are not about the thing that is gained."""
ASKED_ACROSS = tuple(
    dict.fromkeys(need.action for t in _ACROSS if t not in _BY_OTHERS for need in t.needs)
)
"""Actions of the others."""


class Derivation:
    """One pass over an estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._scene = Scene(estate)
        self._prover = Prover(self._scene)
        self._repertoire = Repertoire(estate, _ALL)
        self._written: dict[str, None] = {}
        self._waiting: dict[str, None] = {}
        self._done: set[str] = set()
        self._administers = functools.cache(self._find_administration)
        self._administering = functools.cache(self._find_administering)
        self._strangers = tuple(actors.strangers(estate))

    @property
    def admission(self) -> Admission:
        """Tells which accounts the policies of things could let in."""
        return self._scene.admission

    def all(self) -> Iterator[Step]:
        """Yield all steps, in no particular order; some may be repeated."""
        scene = self._scene
        yield from self._noted(self._each(actors.insiders(self._estate), scene))
        yield from self._noted(self._of_strangers(scene))
        yield from self._noted(self._federated(federation.ways(scene)))
        yield from self._consequences(scene)
        yield from self.rest()

    def anew(
        self,
        accounts: Collection[str],
        *,
        people: Iterable[Actor],
        others: Iterable[tuple[Actor, bool]],
        outside: Collection[str],
        open_: Iterable[tuple[str, Foothold]],
    ) -> Iterator[Step]:
        """Yield the steps that have to do with some accounts, and those that are nobody's request.

        `people` are of these accounts, `others` everybody else in the estate who might reach what
        is in them, each with whether by requests about it. Strangers of the accounts `outside` are
        asked about everything; `open_` is what is open to anybody elsewhere: a technique, and what
        it grants.
        """
        scene, near = self._scene, self._scene.within(accounts)
        yield from self._noted(self._each(people, scene))
        candidates = Candidates(near)
        for person, direct in others:
            tried = _ACROSS if direct else _BY_OTHERS
            yield from self._noted(self._of(person, candidates, tried))
        known = {*open_}
        yield from self._noted(self._of_strangers(near, open_=known))
        asked = [one for one in self._strangers if one.foothold.entity in outside]
        yield from self._noted(self._of_strangers(scene, people=asked, open_=known))
        yield from self._noted(self._federated(federation.ways(near)))
        yield from self._consequences(scene)
        yield from self.rest(accounts)

    def at_home(self, account: str, people: Iterable[Actor]) -> tuple[list[Step], list[Actor]]:
        """Return what `people` of an account, and outside directories, gain of its own things but
        stores and keys, and everybody of the account who can make requests: those whom an attacker
        makes as well.
        """
        scene = self._scene.within([account], only="")
        known = {person.name: person for person in people}
        found = [*self._noted(self._each(known.values(), scene))]
        found += self._noted(self._federated(federation.ways(scene)))
        made: list[Actor] = []
        found += self._consequences(scene, made)
        return found, [*known.values(), *made]

    def at_thing(self, people: Iterable[Actor], account: str, thing: str) -> Iterator[Step]:
        """Yield what people of an account gain of one of its stores and keys."""
        return self._each(people, self._scene.within([account], only=thing), _DATA)

    def abroad(self, people: Iterable[Actor], account: str, thing: str) -> Iterator[Step]:
        """Yield what people of other accounts gain of one store or key of an account; where
        `thing` is empty, of all its things but those.
        """
        scene = self._scene.within([account], only=thing)
        if not thing:
            return self._each(people, scene, _ABROAD)
        admitted = (one for one in people if self.admission.could(one.who.account, thing))
        return self._each(admitted, scene, _DATA_ABROAD)

    def of_strangers(self, account: str, thing: str) -> Iterator[Step]:
        """Yield what people outside the estate gain, likewise."""
        scene = self._scene.within([account], only=thing)
        return self._of_strangers(scene, _DATA if thing else None)

    def rest(self, accounts: Collection[str] | None = None) -> Iterator[Step]:
        """Yield steps that are nobody's request, and those of users of file servers; of those that
        rest on what hosts ask for, where `accounts` are given, those that speak of one of them.
        """
        scene = self._scene
        yield from self._of_file_users()
        yield from self._of_services()
        for source in (
            structure.workloads,
            structure.hidden_workloads,
            structure.clusters,
            structure.cluster_tokens,
            structure.credentials,
            images.steps,
            shares.steps,
            organization.steps,
            gaps.steps,
        ):
            yield from source(scene)
        yield from associations.steps(scene, accounts)

    def _consequences(self, scene: Scene, made: list[Actor] | None = None) -> Iterator[Step]:
        """Follow rewritten policies and the principals that they make, until nothing is new.

        Those principals are added to `made`.
        """
        while self._written or self._waiting:
            written, self._written = tuple(self._written), {}
            for thing in written:
                yield from self._noted(self._joined(thing))
            waiting, self._waiting = tuple(self._waiting), {}
            candidates = Candidates(scene)
            for name in waiting:
                person = actors.actor(self._estate, name)
                if made is not None:
                    made.append(person)
                yield from self._noted(self._of(person, candidates))

    def _noted(self, found: Iterator[Step]) -> Iterator[Step]:
        """Pass steps on and remember what has to be followed."""
        for step in found:
            entity = step.grants.entity
            if rewrites(step):
                if entity not in self._done:
                    self._done.add(entity)
                    self._written[entity] = None
            elif hypothetical(step) and entity not in self._done:
                self._done.add(entity)
                self._waiting[entity] = None
            yield step

    def _each(
        self, people: Iterable[Actor], scene: Scene, tried: Sequence[Technique] | None = None
    ) -> Iterator[Step]:
        """Yield what callers can gain, one after the other; best those of one account together."""
        candidates = Candidates(scene)
        for person in people:
            worth = None if tried is None else candidates.worth(tried, person)
            yield from self._of(person, candidates, worth)

    def _of(
        self, person: Actor, candidates: Candidates, tried: Sequence[Technique] | None = None
    ) -> Iterator[Step]:
        """Yield what one caller can gain by its own requests, by all techniques or those tried."""
        held = self._repertoire.among(_ALL if tried is None else tried, person.name)
        if tried is not None and not held:
            return
        administers = self._administering(person.name, person.foothold)
        if tried is None:
            yield from administers
        powerful = person.foothold.ability == Ability.ADMINISTER.value or any(
            step.proved and not step.conditions for step in administers
        )
        gained = set[Foothold]()
        for technique in held:
            if powerful and not self._still_worth(technique, person):
                continue
            for binding in candidates.of(technique, person):
                step = self._prover.step(technique, person, binding)
                if step is None or step.grants in step.needs:
                    continue
                if powerful and step.grants in gained:
                    continue
                if step.proved and not step.conditions:
                    gained.add(step.grants)
                yield step

    def _still_worth(self, technique: Technique, person: Actor) -> bool:
        """Say whether somebody who administers an account gains more by the technique.

        From the management account every member is reached without further ado. What an
        administrator can run is said once of each account, not of each of its administrators.
        """
        management = person.account is not None and person.account.management
        if management and technique.grants is Ability.ADMINISTER:
            return False
        whole = person.foothold.ability == Ability.ADMINISTER.value
        return technique.administrator or (whole and technique.grants in _CODE)

    def _of_strangers(
        self,
        scene: Scene,
        tried: Sequence[Technique] | None = None,
        *,
        people: Iterable[Actor] | None = None,
        open_: set[tuple[str, Foothold]] | None = None,
    ) -> Iterator[Step]:
        """Yield what strangers can gain; what is open to anybody is not said of each again, and
        `open_` notes it.
        """
        open_ = set() if open_ is None else open_
        candidates = Candidates(scene)
        for person in self._strangers if people is None else people:
            anybody = person.foothold in ANYBODY
            for step in self._of(person, candidates, tried):
                key = (step.technique, step.grants)
                if key in open_:
                    continue
                if anybody and step.proved and not step.conditions:
                    open_.add(key)
                yield step

    def _of_file_users(self) -> Iterator[Step]:
        """Yield what users of file servers can gain, who can do nothing but move files."""
        for person in transfer.users(self._scene):
            for technique in OF_FILE_USERS:
                for binding in technique.over(self._scene, person):
                    step = self._prover.step(technique, person, binding)
                    if step is not None:
                        yield step

    def _of_services(self) -> Iterator[Step]:
        """Yield what anybody with an account has services do that policies let in."""
        person = actors.actor(self._estate, caller.outsider(), actors.ANY_ACCOUNT)
        for technique in OF_SERVICES:
            for binding in technique.over(self._scene, person):
                step = self._prover.step(technique, person, binding)
                if step is not None:
                    yield step

    def _find_administering(self, name: str, held: Foothold) -> tuple[Step, ...]:
        return tuple(self._administration(actors.actor(self._estate, name, held)))

    def _administration(self, person: Actor) -> Iterator[Step]:
        if person.account is None or person.foothold.ability == Ability.ADMINISTER.value:
            return
        for technique in ADMINISTRATION:
            if technique.allows(functools.partial(self._estate.may, person.name)):
                step = self._prover.step(technique, person, Binding())
                if step is not None:
                    yield structs.replace(step, breakers=_lasting(step.breakers))

    def _find_administration(self, name: str) -> Step | None:
        found = self._administering(name, Foothold(Ability.ACT_AS.value, name))
        return next((step for step in found if step.proved), None)

    def _joined(self, thing: str) -> Iterator[Step]:
        """Yield what a rewritten policy gives to each of those that it holds for."""
        documents = self._estate.documents
        written = Foothold(Ability.WRITE.value, thing)
        if thing in documents.policies:
            uses = documents.targets.get(thing, ())
            holders = [use.target for use in uses if use.use == "identity"]
        else:
            holders = [thing]
        for holder in holders:
            row = self._estate.principals.get(holder)
            members = [holder]
            if row is not None and row.type == "group":
                members = [u for u, held in self._estate.groups.items() if holder in held]
            for member in sorted(members):
                yield self._taken(written, member, thing, holder)

    def _taken(self, written: Foothold, member: str, thing: str, holder: str) -> Step:
        """Return what `member` can do once the policy `thing` allows everything."""
        name = caller.escalated(member)
        power = self._administers(name)
        breakers: tuple[Breaker, ...] = ()
        if thing != holder:
            change = Detach(policy=thing, target=holder)
            title = f"Detach {thing.rsplit('/', 1)[-1]} from {holder.split(':', 5)[-1]}"
            breakers = (Breaker(remedies=(Remedy(change=change, title=title, cost=DETACH),)),)
        fact = Evidence(subject=thing, why=f"sets what {member} may do")
        return Step(
            technique=USE_WRITTEN,
            needs=tuple(sorted((written, Foothold(Ability.ACT_AS.value, member)))),
            grants=power.grants if power else Foothold(Ability.ACT_AS.value, name),
            cost=1 + (power.cost if power else 0),
            conditions=power.conditions if power else (),
            evidence=(fact, *(power.evidence if power else ())),
            asks=power.asks if power else (),
            breakers=breakers,
        )

    def _federated(self, ways: Iterable[federation.Way]) -> Iterator[Step]:
        open_to_all: set[str] = set()
        for technique, start, binding, need in ways:
            target = binding.names["target"]
            if target in open_to_all:
                continue
            person = actors.actor(self._estate, binding.names["provider"], start)
            tried: Technique = structs.replace(technique, needs=(need,))
            step = self._prover.step(tried, person, binding)
            if step is None:
                continue
            if start == actors.INTERNET and step.proved:
                open_to_all.add(target)
            yield step


def _lasting(breakers: tuple[Breaker, ...]) -> tuple[Breaker, ...]:
    """Keep what takes the power itself away: to forbid one of its many uses does not."""
    kept = []
    for breaker in breakers:
        kinds = {type(remedy.change).__name__ for remedy in breaker.remedies}
        if not kinds & {"Forbid", "Guard"}:
            kept.append(breaker)
    return tuple(kept)


def rewrites(step: Step) -> bool:
    """Tell whether a step lets somebody write what decides on the rights of others."""
    grants = step.grants
    return (
        grants.ability == _WRITE and ":iam:" in grants.entity and account_of(grants.entity) != ""
    )


def hypothetical(step: Step) -> bool:
    """Tell whether a step makes somebody of a principal whom there is not yet."""
    return step.grants.ability == _ACT_AS and "#" in step.grants.entity
