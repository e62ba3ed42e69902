# SPDX-License-Identifier: Apache-2.0
"""Theorems about questions: they name exactly whom the definition does not refuse, and one is the
inverse of the other.
"""

import dataclasses
from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bartizan.errors import UsageError
from bartizan.model.access import Access, AccessAnswer, Asked, Certainty
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.answer import stated
from bartizan.reason.authz.aws.question.expand import THINGS, requests
from bartizan.reason.authz.aws.question.what_can import what_can
from bartizan.reason.authz.aws.question.who_can import who_can
from tests.fakes.dice import dice
from tests.fakes.engines import ALLOWED, DENIED, UNKNOWN, defined
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
    asked = structs.replace(spelled(scene.asked), complete=False, context=())
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
            found = what_can(kernel, structs.replace(asked, principal=row.arn, resource=resource))
        except UsageError:
            continue
        mine = answered(found, row.arn, asked.action, asked.resource)
        theirs = answered(everybody, row.arn, asked.action, asked.resource)
        assert (mine and mine.certainty) == (theirs and theirs.certainty)


@st.composite
def patterns(draw: st.DrawFn) -> Scene:
    """Draw a question about all things that fit a pattern, or about none."""
    thrown = draw(dice())
    made = organization(thrown, small=True)
    asked = question(thrown, made)
    start, slash, _ = asked.resource.partition("/")
    wide = f"{start}{slash}*", f"{asked.resource[:-1]}?", f"{start}/x/*", f"{asked.resource}*"
    action, resource = thrown.one(
        (
            *((asked.action, one) for one in wide),
            *((one, "*") for one in ("s3:ListAllMyBuckets", "sts:GetCallerIdentity")),
        )
    )
    return Scene(made, structs.replace(asked, action=action, resource=resource))


@given(scene=patterns())
@settings(max_examples=50, deadline=None)
def test_what_can_and_who_can_are_inverse_for_patterns(scene: Scene) -> None:
    asked = spelled(scene.asked)
    facts = scene.made.facts
    kernel = Kernel.compile(facts)
    try:
        pairs = requests(facts, action=asked.action, resource=asked.resource).pairs
        everybody = who_can(facts, kernel, asked)
    except UsageError:
        return

    for name in kernel.names:
        try:
            found = what_can(kernel, structs.replace(asked, principal=name))
        except UsageError:
            continue
        for action, resource in pairs:
            known = catalogue.action(action)
            # For what a service has nothing of, `who_can` asks about `*`, `what_can` for examples.
            if known is None or (resource == "*") != known.wildcard_only:
                continue
            mine = answered(found, name, action, resource)
            theirs = answered(everybody, name, action, resource)
            assert (mine and mine.certainty) == (theirs and theirs.certainty), (name, resource)


def exhaustive(facts: Facts, asked: Asked, things: Iterable[str]) -> dict[tuple[str, str], int]:
    """Decide every action on each of some things by the definition, one request after another."""
    estate = Estate(facts)
    found = {}
    for action in catalogue.expand(asked.action):
        for thing in things:
            if action.wildcard_only if thing == "*" else action.acts_on(thing):
                one = Question(
                    action=str(action),
                    resource=thing,
                    chosen=stated(asked.context),
                    complete=asked.complete,
                )
                found[str(action), thing] = defined(estate, asked.principal, one)
    return found


_ASKED_OF = ("s3:*", "kms:*", "sts:*", "iam:*Role*", "sqs:*", "lambda:*Function*", "ec2:Start*")


@st.composite
def inventories(draw: st.DrawFn) -> tuple[Generated, Asked]:
    """Draw who asks for which actions; mostly users and roles, for what policies speak of."""
    thrown = draw(dice())
    made = organization(thrown, small=True)
    asked = question(thrown, made)
    people = [name for name in made.names if ":user/" in name or ":role/" in name]
    services = [f"{action.partition(':')[0]}:*" for action, _ in made.words.hot]
    known = [action for action in services if catalogue.expand(action)]
    return made, structs.replace(
        spelled(asked),
        principal=thrown.one((*people, *people, *made.names)),
        action=thrown.one((*known, *known, *_ASKED_OF)),
        resource="",
    )


@given(drawn=inventories())
@settings(max_examples=60, deadline=None)
def test_what_can_answers_as_if_each_request_were_decided_alone(
    drawn: tuple[Generated, Asked],
) -> None:
    made, wide = drawn
    facts = made.facts
    kernel = Kernel.compile(facts)
    try:
        found = what_can(kernel, wide)
    except UsageError:
        return

    things = {thing for group in found.groups for thing in group.resources}
    who = Estate(facts).caller(wide.principal)
    owner = who.account
    things |= {*kernel.elsewhere.named(who), *kernel.elsewhere.open}
    for table in THINGS:
        things |= {row.arn for row in facts.rows(table) if row.account == owner}  # type: ignore[attr-defined] # all of them have both
    told = {
        (action, thing): group
        for group in found.groups
        for action in group.actions
        for thing in group.resources
    }
    alone = exhaustive(facts, wide, sorted(things))
    for pair, code in alone.items():
        group = told.get(pair)
        assert CODES[group.certainty if group else None] == code, (wide, pair)
    may = sorted(
        pair for pair, group in told.items() if pair in alone and group.certainty is Certainty.MAY
    )
    for action, thing in may[:: max(1, len(may) // 40)]:
        chosen = {**stated(wide.context), **stated(told[action, thing].witness.context)}
        again = decide(Estate(facts), wide.principal, action, thing, chosen=chosen, complete=True)
        assert isinstance(again.verdict, Allowed)


CODES = {
    None: DENIED,
    Certainty.MUST: ALLOWED,
    Certainty.MAY: UNKNOWN,
    Certainty.UNKNOWN: UNKNOWN,
}
