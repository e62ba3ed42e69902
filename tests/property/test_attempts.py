# SPDX-License-Identifier: Apache-2.0
"""What comes of a request is what the search for it finds, also where it is told by one that is
decided alike, or by texts alone.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bartizan.model.facts.estate import Store, Workload
from bartizan.model.verdict import Denied
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import settle
from bartizan.reason.authz.aws.steps.attempt import Attempts, search
from bartizan.reason.authz.aws.steps.plainness import is_plainly_denied
from bartizan.reason.authz.aws.steps.remedies import Remedies
from tests.fakes.dice import Dice, dice
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question
from tests.fakes.statements import allow, deny, trusts

THINGS = 12
A, B = "111111111111", "222222222222"
ACTIONS = (
    *("iam:PassRole", "iam:UpdateAssumeRolePolicy", "lambda:InvokeFunction", "sts:AssumeRole"),
    "s3:GetObject",
)
PATTERNS = (
    *("*", f"arn:aws:iam::{A}:role/a", f"arn:aws:iam::{A}:role/a*", "arn:aws:iam::*:role/?b"),
    *(f"arn:aws:iam::{B}:*", f"arn:aws:lambda:eu-west-1:{A}:function:a?", "arn:aws:iam"),
    *("arn:aws:iam::*:role/b*", f"arn:aws:iam::{A}:role/${{aws:username}}"),
    *("arn:aws:s3:::*-a/*", "arn:aws:s3:::b-*"),
)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}},
    {"Condition": {"StringEquals": {"aws:ResourceAccount": A}}},
)

statements = st.lists(
    st.builds(
        lambda verb, actions, element, patterns, condition: {
            **verb(sorted(actions), sorted(patterns), **condition),
            **({} if element else {"Resource": None, "NotResource": sorted(patterns)}),
        },
        st.sampled_from([allow, allow, deny]),
        st.sets(st.sampled_from((*ACTIONS, "*")), min_size=1, max_size=2),
        st.sampled_from([True, True, False]),
        st.sets(st.sampled_from(PATTERNS), min_size=1, max_size=2),
        st.sampled_from(CONDITIONS),
    ).map(lambda one: {key: value for key, value in one.items() if value is not None}),
    max_size=3,
)


@st.composite
def estates(draw: Callable[..., Any]) -> EstateBuilder:
    """Two accounts with things that little tells apart."""
    built = EstateBuilder()
    built.organization()
    built.account(A, member=True)
    built.account(B, member=True)
    built.guardrail(A, [allow("*"), *draw(statements)])
    built.user("ab", A, allows=draw(statements))
    for account, name in product((A, B), ("a", "ab", "bb", "c")):
        trust = [trusts({"AWS": draw(st.sampled_from([A, f"arn:aws:iam::{A}:user/ab"]))})]
        tags = draw(st.sampled_from([{}, {}, {"team": "red"}, {"team": "blue"}]))
        built.role(name, account, trust=trust, allows=draw(statements), tags=tags)
        built.function(name, account)
    for name, account in (("a-a", A), ("a-b", A), ("b-a", B)):
        who = draw(
            st.sampled_from([{"AWS": A}, {"AWS": "*"}, {"AWS": f"arn:aws:iam::{B}:role/a"}])
        )
        opens = [trusts(who, "s3:GetObject", Resource=f"arn:aws:s3:::{name}/*")]
        built.bucket(name, account, policy=draw(st.sampled_from([opens, None])))
    return built


def things_of(estate: Estate) -> list[str]:
    """Return the ARNs that requests are about."""
    stores = (f"{row.arn}/*" for row in estate.facts.rows(Store))
    return [*estate.principals, *(row.arn for row in estate.facts.rows(Workload)), *stores]


@settings(max_examples=40, deadline=None, phases=(Phase.generate,))
@given(built=estates())
def test_an_attempt_is_what_the_search_for_it_finds(built: EstateBuilder) -> None:
    estate = Estate(built.facts())
    attempts = Attempts(estate)

    for action, name, thing in product(ACTIONS, sorted(estate.principals), things_of(estate)):
        found = attempts(name, action, thing)
        request = estate.request(name, action, thing, {})
        wanted = search(estate, request, estate.policies(name, action, thing))
        told = None if found is None else (found.decision, found.ask.resource)
        assert told == (None if wanted is None else (wanted[0], thing)), (name, action)


@settings(max_examples=30, deadline=None, phases=(Phase.generate,))
@given(built=estates())
def test_what_breaks_an_attempt_is_found_as_for_it_alone(built: EstateBuilder) -> None:
    estate = Estate(built.facts())
    attempts = Attempts(estate)
    remedies = Remedies(estate, attempts)

    for action, name, thing in product(ACTIONS, sorted(estate.principals), things_of(estate)):
        found = attempts(name, action, thing)
        if found is None:
            continue
        for scope in ("*", thing):
            alone = Remedies(estate, attempts).breakers(replace(found, same=None), scope)
            assert list(remedies.breakers(found, scope)) == list(alone), (name, action, scope)


@settings(max_examples=60, deadline=None, phases=(Phase.generate,))
@given(dice())
def test_what_is_plainly_denied_is_denied(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    estate = Estate(made.facts)

    for _ in range(THINGS):
        asked = question(thrown, made)
        for name in made.names:
            request = estate.request(name, asked.action, asked.resource, asked.chosen)
            policies = estate.policies(name, asked.action, asked.resource)
            if is_plainly_denied(request, policies):
                decided = settle(estate, request, policies).verdict
                assert isinstance(decided, Denied), (name, asked)
