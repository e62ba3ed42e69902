# SPDX-License-Identifier: Apache-2.0
"""Theorems about questions: they name exactly whom the definition does not refuse, and one is the
inverse of the other.
"""

import dataclasses
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.errors import UsageError
from bartizan.model.access import Access, AccessAnswer, Asked, Certainty
from bartizan.model.facts.identity import Principal
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.answer import stated
from bartizan.reason.authz.aws.question.expand import THINGS
from bartizan.reason.authz.aws.question.what_can import what_can
from bartizan.reason.authz.aws.question.who_can import who_can
from tests.fakes.dice import dice
from tests.fakes.generated_organization import Generated, organization
from tests.fakes.generated_request import Question, question
from tests.fakes.slow_kernel import SlowKernel


@dataclasses.dataclass(frozen=True)
class Scene:
    made: Generated
    asked: Question


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    thrown = draw(dice())
    made = organization(thrown, small=True)
    return Scene(made, question(thrown, made))


def spelled(asked: Question) -> Asked:
    pairs = [
        (key, item)
        for key, value in asked.chosen.items()
        for item in ([value] if isinstance(value, str) else value)
    ]
    return Asked(
        action=asked.action,
        resource=asked.resource,
        context=tuple(sorted(pairs)),
        complete=asked.complete,
    )


def answered(found: AccessAnswer, name: str, action: str, resource: str) -> Access | None:
    """Return the group of one request; None where it is never allowed."""
    known = catalogue.action(action)
    action = str(known) if known else action
    held = [
        group
        for group in found.groups
        if name in group.callers and action in group.actions and resource in group.resources
    ]
    assert len(held) < 2
    return held[0] if held else None


@given(scene=scenes())
@settings(max_examples=25, deadline=None)
def test_who_can_names_exactly_whom_the_definition_does_not_refuse(scene: Scene) -> None:
    asked = spelled(scene.asked)
    if "*" in asked.action or "?" in asked.action or "*" in asked.resource:
        return
    facts = scene.made.facts
    kernel = SlowKernel(facts)
    try:
        found = who_can(facts, kernel, asked)
    except UsageError:
        return

    estate = Estate(facts)
    for name in kernel.names:
        group = answered(found, name, asked.action, asked.resource)
        decision = decide(
            estate,
            name,
            asked.action,
            asked.resource,
            chosen=stated(asked.context),
            complete=asked.complete,
        )
        wanted: set[Certainty | None] = {Certainty.MAY, Certainty.UNKNOWN}
        if isinstance(decision.verdict, Allowed):
            wanted = {Certainty.MUST}
        elif isinstance(decision.verdict, Denied):
            wanted = {None}
        assert (group.certainty if group else None) in wanted


@given(scene=scenes())
@settings(max_examples=25, deadline=None)
def test_a_witness_is_allowed_for_everybody_in_its_group(scene: Scene) -> None:
    asked = dataclasses.replace(spelled(scene.asked), complete=False, context=())
    facts = scene.made.facts
    try:
        found = who_can(facts, SlowKernel(facts), asked)
    except UsageError:
        return

    estate = Estate(facts)
    for group in found.groups:
        if group.certainty is Certainty.MAY:
            for name, action, resource in _requests(group):
                context = stated(group.witness.context)
                decision = decide(estate, name, action, resource, chosen=context, complete=True)
                assert isinstance(decision.verdict, Allowed)


def _requests(group: Access) -> Iterator[tuple[str, str, str]]:
    for name in group.callers:
        for action in group.actions:
            yield from ((name, action, resource) for resource in group.resources)


@given(scene=scenes())
@settings(max_examples=50, deadline=None)
def test_what_can_and_who_can_are_inverse(scene: Scene) -> None:
    asked = spelled(scene.asked)
    known = catalogue.action(asked.action)
    if known is None or not known.acts_on(asked.resource) or "*" in asked.resource:
        return
    facts = scene.made.facts
    kernel = Kernel.compile(facts)
    everybody = who_can(facts, kernel, asked)
    things = {arn for table in THINGS for arn in facts.table(table)["arn"].to_pylist()}

    # Of things of the estate it finds out by itself; of others it has to be told.
    resource = "" if asked.resource in things else asked.resource
    for row in facts.rows(Principal):
        if row.type == "group" or not row.account:
            continue
        try:
            found = what_can(
                kernel, dataclasses.replace(asked, principal=row.arn, resource=resource)
            )
        except UsageError:
            continue
        mine = answered(found, row.arn, asked.action, asked.resource)
        theirs = answered(everybody, row.arn, asked.action, asked.resource)
        assert (mine and mine.certainty) == (theirs and theirs.certainty)


@given(scene=scenes())
@settings(max_examples=15, deadline=None)
def test_what_can_answers_for_every_action_of_a_class(scene: Scene) -> None:
    facts, asked = scene.made.facts, spelled(scene.asked)
    known = catalogue.action(asked.action)
    people = [row.arn for row in facts.rows(Principal) if row.type in {"user", "role"}]
    if known is None or not people:
        return
    wide = dataclasses.replace(
        asked, principal=people[0], action=f"{known.service}:*", resource=""
    )
    try:
        found = what_can(Kernel.compile(facts), wide)
    except UsageError:
        return

    estate, chosen = Estate(facts), stated(asked.context)
    held = {
        (action, thing): group.certainty
        for group in found.groups
        for action in group.actions
        for thing in group.resources
    }
    things = sorted({thing for group in found.groups for thing in group.resources})
    for action in map(str, catalogue.expand(wide.action)):
        for thing in things:
            known = catalogue.action(action)
            if known is None or not (
                thing == "*" if known.wildcard_only else known.acts_on(thing)
            ):
                continue
            if thing == "*" and not known.wildcard_only:
                continue
            decision = decide(
                estate, people[0], action, thing, chosen=chosen, complete=asked.complete
            )
            certainty = held.get((action, thing))
            assert (certainty is Certainty.MUST) == isinstance(decision.verdict, Allowed)
            assert (certainty is None) == isinstance(decision.verdict, Denied)
