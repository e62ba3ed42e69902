# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bartizan.errors import DisagreementError, UsageError
from bartizan.model.access import Access, AccessAnswer, Asked, Certainty
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.engine import Chosen, Engine
from bartizan.reason.authz.aws.question.who_can import DEEPEST, who_can
from tests.fakes.estate import EstateBuilder
from tests.fakes.slow_kernel import SlowKernel
from tests.fakes.statements import allow, trusts

HOME, AWAY, FAR = "111111111111", "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::box"
OBJECT = f"{BUCKET}/k"
FROM_OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY, FAR):
        built.account(account)
    built.bucket("box", HOME)
    return built


def ask(
    built: EstateBuilder,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    *,
    context: tuple[tuple[str, str], ...] = (),
    complete: bool = False,
    by_account: bool = False,
    deepest: int = DEEPEST,
) -> AccessAnswer:
    facts = built.facts()
    asked = Asked(action=action, resource=resource, context=context, complete=complete)
    kernel = SlowKernel(facts)
    return who_can(facts, kernel, asked, by_account=by_account, deepest=deepest)


def group_of(found: AccessAnswer, name: str) -> Access | None:
    held = [group for group in found.groups if name in group.callers]
    return held[0] if held else None


def certainty(found: AccessAnswer, name: str) -> Certainty | None:
    group = group_of(found, name)
    return group.certainty if group else None


def test_everybody_who_can_is_named_with_the_statement(built: EstateBuilder) -> None:
    reader = built.user("reader", HOME, allows=[allow("s3:GetObject", f"{BUCKET}/*")])
    nobody = built.user("nobody", HOME, allows=[allow("s3:PutObject")])

    found = ask(built)

    group = group_of(found, reader)
    assert group is not None
    assert group.certainty is Certainty.MUST
    assert [one.subject for one in group.because] == [f"{reader}#inline/p"]
    assert certainty(found, f"arn:aws:iam::{HOME}:root") is Certainty.MUST
    assert group_of(found, nobody) is None
    assert found.never == found.callers - 2


@pytest.mark.parametrize("engine", [SlowKernel, Kernel.compile])
def test_nobody_brings_the_tags_that_only_the_sessions_of_others_bring(
    built: EstateBuilder, engine: Callable[[Facts], Engine]
) -> None:
    red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    everyone = trusts("*", "s3:GetObject", Resource="*")
    built.bucket("tagged", HOME, policy=[{**everyone, "Condition": red}])
    trust = [trusts({"AWS": HOME}), trusts({"AWS": HOME}, "sts:TagSession")]
    role = built.role("r", HOME, trust=trust)
    office = [allow("s3:GetObject", Condition=FROM_OFFICE)]
    user = built.user("u", HOME, tags={"team": "blue"}, allows=office)
    facts = built.facts()
    asked = Asked(action="s3:GetObject", resource="arn:aws:s3:::tagged/k")

    found = who_can(facts, engine(facts), asked)

    groups = [group_of(found, name) for name in (role, user)]
    assert [group and group.witness.context for group in groups] == [
        (("aws:PrincipalTag/team", "red"),),
        (("aws:SourceIp", "203.0.113.1"),),
    ]


def test_a_condition_comes_with_a_witness_and_its_effort(built: EstateBuilder) -> None:
    worker = built.user("worker", HOME, allows=[allow("s3:GetObject", Condition=FROM_OFFICE)])

    group = group_of(ask(built), worker)

    assert group is not None
    assert group.certainty is Certainty.MAY
    assert group.witness.context == (("aws:SourceIp", "203.0.113.1"),)
    assert group.witness.effort == 3


def test_a_stated_key_settles_the_condition(built: EstateBuilder) -> None:
    worker = built.user("worker", HOME, allows=[allow("s3:GetObject", Condition=FROM_OFFICE)])

    inside = ask(built, context=(("aws:SourceIp", "203.0.113.9"),))
    outside = ask(built, context=(("aws:SourceIp", "198.51.100.9"),))

    assert certainty(inside, worker) is Certainty.MUST
    assert certainty(outside, worker) is None
    assert certainty(ask(built, complete=True), worker) is None


def test_conditions_that_contradict_each_other_are_no_denial(built: EstateBuilder) -> None:
    both = {"StringEquals": {"s3:VersionId": "a"}, "StringNotEquals": {"s3:VersionId": "a"}}
    odd = built.user("odd", HOME, allows=[allow("s3:GetObject", Condition=both)])

    found = ask(built)

    group = group_of(found, odd)
    assert group is not None
    assert group.certainty is Certainty.UNKNOWN
    assert group.missing == ("context:s3:VersionId",)
    assert not found.whole


def test_stamped_roles_of_many_accounts_stand_together(built: EstateBuilder) -> None:
    built.rows.clear()
    for account in (HOME, AWAY, FAR):
        built.account(account)
    policy = [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]
    built.bucket("box", HOME, policy=policy)
    stamped = [
        built.role("audit", account, trust=[], allows=[allow("s3:Get*")])
        for account in (AWAY, FAR)
    ]

    assert group_of(ask(built), stamped[0]) == group_of(ask(built), stamped[1])
    apart = ask(built, by_account=True)
    assert group_of(apart, stamped[0]) != group_of(apart, stamped[1])


def test_roles_with_other_statements_stand_apart(built: EstateBuilder) -> None:
    one = built.role("one", HOME, trust=[], allows=[allow("s3:GetObject")])
    two = built.role("two", HOME, trust=[], allows=[allow("s3:*")])

    assert group_of(ask(built), one) != group_of(ask(built), two)


def test_whoever_the_resource_names_is_there_from_outside(built: EstateBuilder) -> None:
    built.bucket(
        "open",
        HOME,
        policy=[{**allow("s3:GetObject", "arn:aws:s3:::open/*"), "Principal": "*"}],
    )
    role = built.role("partner", HOME, trust=[trusts({"AWS": "999999999999"})])

    anybody = ask(built, resource="arn:aws:s3:::open/k")
    assuming = ask(built, "sts:AssumeRole", role)

    assert certainty(anybody, "anonymous") is Certainty.MUST
    assert {group.relation for group in anybody.groups} >= {"anyone", "own"}
    group = group_of(assuming, "arn:aws:iam::999999999999:role/bartizan-outsider")
    assert group is not None
    assert group.relation == "outside"
    assert all(one.subject != "bartizan:full-access" for one in group.because)


def test_patterns_stand_for_actions_and_things(built: EstateBuilder) -> None:
    built.bucket("boxes", HOME)
    reader = built.user("reader", HOME, allows=[allow("s3:GetObject*", "arn:aws:s3:::box/*")])

    found = ask(built, "s3:GetObject*", "arn:aws:s3:::box*/*")

    groups = [group for group in found.groups if reader in group.callers]
    assert {thing for group in groups for thing in group.resources} == {f"{BUCKET}/bartizan"}
    assert "s3:GetObjectTagging" in {name for group in groups for name in group.actions}
    assert any("catalogue" in note for note in found.notes)


def test_an_action_without_a_resource_is_about_ones_own_account(built: EstateBuilder) -> None:
    lister = built.user("lister", HOME, allows=[allow("s3:ListAllMyBuckets")])

    found = ask(built, "s3:ListAllMyBuckets", "*")

    group = group_of(found, lister)
    assert group is not None
    assert group.relation == "own"
    assert all(one.relation != "anyone" for one in found.groups)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3", OBJECT),
        ("s3:", OBJECT),
        ("s3:NoSuch*", OBJECT),
        ("s3:GetObject", "box"),
        ("s3:Get*", "arn:aws:sqs:::q"),
    ],
)
def test_what_makes_no_sense_is_bad_usage(
    built: EstateBuilder, action: str, resource: str
) -> None:
    with pytest.raises(UsageError):
        ask(built, action, resource)


def test_an_unread_policy_makes_it_unknown_and_is_named(built: EstateBuilder) -> None:
    built.bucket("dark", HOME)
    built.policy(
        "arn:aws:s3:::dark#resource",
        None,
        type_="resource",
        target="arn:aws:s3:::dark",
        use="resource",
    )
    reader = built.user("reader", HOME, allows=[allow("s3:GetObject")])

    found = ask(built, resource="arn:aws:s3:::dark/k")

    group = group_of(found, reader)
    assert group is not None
    assert group.certainty is Certainty.UNKNOWN
    assert group.missing == ("document of arn:aws:s3:::dark#resource",)
    assert not found.whole


def test_identities_that_were_not_read_are_named(built: EstateBuilder) -> None:
    built.account("444444444444", collected=False)
    built.bucket(
        "shared",
        HOME,
        policy=[
            {**allow("s3:GetObject", "*"), "Principal": {"AWS": "arn:aws:iam::444444444444:root"}}
        ],
    )

    assert ask(built, resource="arn:aws:s3:::shared/k").incomplete == (
        "users and roles of account 444444444444",
    )
    assert ask(built).incomplete == ()


def test_a_role_that_was_not_read_but_is_named_counts(built: EstateBuilder) -> None:
    built.rows.append(
        Unread(
            provider="aws",
            account=AWAY,
            region="",
            service="iam",
            operation="GetAccountAuthorizationDetails",
            action="iam:GetAccountAuthorizationDetails",
            kind="AWS::IAM::Role",
            resource="",
            code="denied",
            reason="",
        )
    )
    named = f"arn:aws:iam::{AWAY}:role/unseen"
    built.bucket(
        "lent", HOME, policy=[{**allow("s3:GetObject", "*"), "Principal": {"AWS": named}}]
    )

    assert ask(built, resource="arn:aws:s3:::lent/k").incomplete == (
        f"users and roles of account {AWAY}",
    )


class LyingKernel(SlowKernel):
    """Says that everybody may."""

    def who_can(
        self, action: str, resource: str, *, chosen: Chosen | None = None, complete: bool = False
    ) -> NDArray[np.uint8]:
        return np.full_like(super().who_can(action, resource, chosen=chosen, complete=complete), 1)


def test_a_disagreement_names_both_answers(built: EstateBuilder) -> None:
    facts = built.facts()

    with pytest.raises(DisagreementError, match="kernel answers allowed, but the definition"):
        who_can(facts, LyingKernel(facts), Asked(action="s3:GetObject", resource=OBJECT))


def test_of_very_many_one_of_each_name_is_explained(built: EstateBuilder) -> None:
    policy = [{**allow("s3:GetObject", "*"), "Principal": "*"}]
    built.bucket("open", HOME, policy=policy)
    for account in (AWAY, FAR):
        built.role("audit", account, trust=[], allows=[allow("s3:Get*", Condition=FROM_OFFICE)])
    whole = ask(built, resource="arn:aws:s3:::open/k")

    few = ask(built, resource="arn:aws:s3:::open/k", deepest=1)

    def named(found: AccessAnswer) -> list[tuple[Certainty, str, tuple[str, ...]]]:
        return [(group.certainty, group.relation, group.callers) for group in found.groups]

    assert named(few) == named(whole)
    assert sum(group.checked for group in few.groups) < sum(g.checked for g in whole.groups)


def test_the_same_question_has_the_same_answer(built: EstateBuilder) -> None:
    built.user("reader", HOME, allows=[allow("s3:*")])

    assert ask(built) == ask(built)
