# SPDX-License-Identifier: Apache-2.0
"""From a snapshot to its attack paths and the cut that closes them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct, structs

import bartizan
from bartizan.app.kept import own_steps
from bartizan.app.names import names
from bartizan.app.reasoner import Reasoner
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.assumption import rests
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import Host
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Policy
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Cut, Entry, Jewel, Path
from bartizan.model.step import Foothold, Step
from bartizan.paths import (
    Ends,
    analyse,
    cut,
    default_entries,
    default_jewels,
    hidden_jewels,
    host_ends,
    select,
)
from bartizan.ports import Editor, Normaliser, Snapshot

_MOST_EXTRA = 100_000
"""Steps that cuts may bring to light before we stop and say what is left."""


class Question(Struct, frozen=True, kw_only=True):
    """What the user wants to know."""

    start: Sequence[str] = ()
    """As `--from`; empty for the default entries."""
    to: Sequence[str] = ()
    """As `--to`; empty for the default jewels."""
    possible: bool = False
    """Also cover, with the cut, paths that rest on something unread."""
    alternatives: int = 3
    """How many paths to one jewel."""
    cut: bool = True
    """Find the cut."""
    budget: int | None = None
    """What the cut may cost; None for whatever it takes."""
    assume: Sequence[str] | None = None
    """Names of the assumptions that paths may rest on; None for all."""
    hosts: frozenset[str] | None = None
    """Hosts whose users are entries too, and on which alone root must not be lost; None where
    that is as by default."""
    without: frozenset[str] = frozenset()
    """Techniques that are left out."""


class _Case(Struct, frozen=True, kw_only=True):
    """What a cut is for."""

    steps: tuple[Step, ...]
    entries: Sequence[Entry]
    jewels: Sequence[Jewel]
    paths: tuple[Path, ...]
    question: Question


class Engine(Struct, frozen=True, kw_only=True):
    """The road from facts to paths, with its implementations put in."""

    normalise: Normaliser
    reasoners: Sequence[Reasoner]
    editor: Editor
    settings: Settings
    version: str = ""
    """Of everything that steps are derived by; empty where none are to be kept."""

    def steps(self, snapshot: Snapshot) -> tuple[Step, ...]:
        """Return all steps of all reasoners; each reasoner's own are kept with the snapshot."""
        return self.joined(snapshot.facts(), self.own_steps(snapshot))

    def own_steps(self, snapshot: Snapshot) -> Mapping[str, tuple[Step, ...]]:
        """Return what each reasoner says of a snapshot by itself, by its name."""
        return own_steps(snapshot, self.reasoners, self.version)

    def steps_after(
        self, snapshot: Snapshot, facts: Facts, known: Mapping[str, Sequence[Step]]
    ) -> tuple[Step, ...]:
        """Return all steps of a snapshot of which a change made other `facts`; `known` are each
        reasoner's own before it.
        """
        at = snapshot.manifest.finished_at
        own = {
            one.name: one.steps(facts, at)
            if one.again is None
            else one.again(snapshot.facts(), known[one.name], facts, at)
            for one in self.reasoners
        }
        return self.joined(facts, {name: tuple(held) for name, held in own.items()})

    def joined(self, facts: Facts, own: Mapping[str, Sequence[Step]]) -> tuple[Step, ...]:
        """Return the steps of all reasoners with those that follow from them."""
        steps = tuple(step for one in self.reasoners for step in own[one.name])
        more = (
            step
            for reasoner in self.reasoners
            if reasoner.following is not None
            for step in reasoner.following(facts, steps)
        )
        return (*steps, *more)

    def admitted(self, steps: Iterable[Step], question: Question) -> tuple[Step, ...]:
        """Return those of `steps` that rest on nothing but what the question admits."""
        admitted = question.assume
        steps = tuple(step for step in steps if step.technique not in question.without)
        return steps if admitted is None else tuple(s for s in steps if rests(s, admitted))

    def beyond(self) -> frozenset[str]:
        """Return the techniques that no change of code has a part in."""
        return frozenset().union(*(reasoner.beyond for reasoner in self.reasoners))

    def notes(self) -> Mapping[str, TechniqueNote]:
        """Return the notes of all techniques."""
        return {id_: note for r in self.reasoners for id_, note in r.notes().items()}

    def find(self, snapshot: Snapshot, question: Question) -> Findings:
        """Answer `question` for a snapshot.

        Raises:
            UsageError: a name in the question fits nothing.
            DisagreementError: a step of a printed path does not hold by the definition.
        """
        steps = self.admitted(self.steps(snapshot), question)
        found = self.unchecked(snapshot, question, steps, self.ends(snapshot, question, steps))
        told = (*found.proved, *found.possible)
        checked = self.checked(told, snapshot.facts())
        case = _Case(
            steps=steps,
            entries=found.entries,
            jewels=found.jewels,
            paths=told if question.possible else found.proved,
            question=question,
        )
        return structs.replace(
            found,
            estate=_estate(snapshot.facts(), steps),
            proved=checked[: len(found.proved)],
            possible=checked[len(found.proved) :],
            cut=self._cut(snapshot, case) if question.cut else None,
        )

    def unchecked(
        self,
        snapshot: Snapshot,
        question: Question,
        steps: tuple[Step, ...],
        ends: Ends,
        *,
        among: Collection[Foothold] | None = None,
        dead: int = 0,
    ) -> Findings:
        """Answer `question` by the steps of a snapshot from end to end, without the cut and what
        the estate holds; no path of the answer may be printed before it is `checked`. Jewels that
        are not `among` some have no more than their cheapest paths; so many `dead` steps, that
        nobody can take, were left out.
        """
        facts, entries, jewels = snapshot.facts(), ends.entries, ends.jewels
        proved, possible = analyse(
            steps, entries, jewels, alternatives=question.alternatives, among=among, dead=dead
        )
        used = {step.technique for path in (*proved, *possible) for step in path.steps}
        notes = self.notes()
        return Findings(
            snapshot=snapshot.manifest.id,
            read_at=snapshot.manifest.finished_at,
            tool_version=bartizan.__version__,
            estate={},
            names=names(facts),
            entries=entries,
            jewels=jewels,
            proved=proved,
            possible=possible,
            cut=None,
            unread=self._unread(facts, proved, possible),
            techniques={id_: notes[id_] for id_ in sorted(used) if id_ in notes},
        )

    def checked(self, paths: Sequence[Path], facts: Facts) -> tuple[Path, ...]:
        """Return paths as they are to be shown, after each of their steps has been decided again.

        Raises:
            DisagreementError: a step does not hold by the definition.
        """
        if not paths:
            return ()
        printed = {id(step): step for path in paths for step in path.steps}
        checked: Sequence[Step] = tuple(printed.values())
        for reasoner in self.reasoners:
            checked = reasoner.recheck(checked, facts)
        shown = dict(zip(printed, checked, strict=True))
        return tuple(
            structs.replace(path, steps=tuple(shown[id(step)] for step in path.steps))
            for path in paths
        )

    def _unread(
        self, facts: Facts, proved: Sequence[Path], possible: Sequence[Path]
    ) -> tuple[Unread, ...]:
        """Return what could not be read, and what is not known that decides whether a jewel is
        reached.
        """
        lost = {held.foothold for path in proved for held in (path.jewel, *path.implies)}
        doubtful = tuple(
            step
            for path in possible
            if path.jewel.foothold not in lost
            for step in path.steps
            if not step.proved
        )
        more = (
            row
            for reasoner in self.reasoners
            if reasoner.unread is not None
            for row in reasoner.unread(facts, doubtful)
        )
        return (*facts.rows(Unread), *more)

    def ends(self, snapshot: Snapshot, question: Question, steps: Sequence[Step]) -> Ends:
        """Return where paths start and end: as asked for, else by default and settings.

        Raises:
            UsageError: a name in the question fits nothing.
        """
        facts = snapshot.facts()
        found = select(
            facts,
            steps,
            start=question.start or self.settings.entries.also,
            to=question.to or self.settings.jewels.also,
        )
        entries, jewels = found.entries, found.jewels
        if not question.start:
            entries = tuple(dict.fromkeys((*default_entries(facts, steps), *entries)))
        if not question.to:
            tags, alone = self.settings.jewels.tags, question.hosts is None
            default = default_jewels(facts, tags=tags, hosts=alone)
            hidden = hidden_jewels(facts, steps)
            jewels = tuple(dict.fromkeys((*default, *hidden, *jewels)))
        if question.hosts is not None:
            more, lost = host_ends(steps, question.hosts)
            entries = tuple(dict.fromkeys((*entries, *more)))
            jewels = tuple(dict.fromkeys((*jewels, *lost)))
        return Ends(entries=entries, jewels=jewels)

    def _cut(self, snapshot: Snapshot, case: _Case) -> Cut:
        """Find the cut, and compute the estate as it would be after it, until no path is left.

        A remedy can leave another reason for the same access in place, and so bring steps to
        light that were not there before; the next cut closes those as well.
        """
        extra: tuple[Step, ...] = ()
        while True:
            chosen = cut(
                case.steps,
                case.entries,
                case.jewels,
                paths=case.paths,
                extra=extra,
                possible=case.question.possible,
                budget=case.question.budget,
            )
            after = self._after(snapshot, chosen, case.question)
            left = _reached(after, case)
            known = {*case.steps, *extra}
            new = tuple(step for step in after if step not in known)
            bounded = case.question.budget is not None or len(extra) > _MOST_EXTRA
            if not left or not new or bounded:
                break
            extra += new
        return self._told(structs.replace(chosen, paths_left=left), snapshot)

    def _after(self, snapshot: Snapshot, chosen: Cut, question: Question) -> tuple[Step, ...]:
        remedies = [one.remedy for one in chosen.remedies]
        changed = self.editor.apply(remedies, snapshot.records)
        after = Supposed(snapshot.manifest, changed, self.normalise)
        return self.admitted(self.steps(after), question)

    def _told(self, chosen: Cut, snapshot: Snapshot) -> Cut:
        """Say how each remedy is done."""
        done = [one.remedy for one in chosen.remedies]
        told = (
            structs.replace(
                one,
                command=self.editor.command(one.remedy, snapshot.records, after=done[:place]),
                terraform=self.editor.terraform(one.remedy, snapshot.records),
            )
            for place, one in enumerate(chosen.remedies)
        )
        return structs.replace(chosen, remedies=tuple(told))


def _reached(steps: Sequence[Step], case: _Case) -> int:
    """Count the jewels that are still reached by `steps`."""
    proved, possible = analyse(steps, case.entries, case.jewels, alternatives=1)
    found = (*proved, *possible) if case.question.possible else proved
    lost = {path.jewel.foothold for path in found}
    return len(lost | {jewel.foothold for path in found for jewel in path.implies})


def _estate(facts: Facts, steps: Sequence[Step]) -> Mapping[str, int]:
    """Count what the summary of a report names, in its order."""
    return {
        "accounts": facts.count(Account),
        "principals": facts.count(Principal),
        "policies": facts.count(Policy),
        "workloads": facts.count(Workload),
        "stores": facts.count(Store),
        "keys": facts.count(Key),
        **_hosts(facts),
        "steps": len(steps),
        "footholds": len({f for step in steps for f in (*step.needs, step.grants)}),
        "unread": facts.count(Unread),
    }


def _hosts(facts: Facts) -> Mapping[str, int]:
    """Count hosts, and those whose machine in the cloud is not told, where there are any."""
    hosts = facts.rows(Host)
    if not hosts:
        return {}
    machines = {row.arn.rpartition("/")[2] for row in facts.rows(Workload)}
    unknown = sum(host.instance not in machines for host in hosts)
    apart = {"hosts on no known machines": unknown} if machines and unknown else {}
    return {"hosts": len(hosts), **apart}
