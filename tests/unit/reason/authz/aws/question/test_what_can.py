# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.errors import UsageError
from bartizan.model.access import Access, AccessAnswer, Asked, Certainty
from bartizan.model.facts.policy import Policy
from bartizan.reason.authz.aws.estate.caller import outsider
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.things import others
from bartizan.reason.authz.aws.question.what_can import what_can
from bartizan.reason.authz.aws.question.who_can import who_can
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

HOME, AWAY = "111111111111", "222222222222"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    built.bucket("box", HOME)
    built.bucket("far", AWAY)
    return built


def ask(
    built: EstateBuilder,
    principal: str,
    *,
    action: str = "",
    resource: str = "",
    complete: bool = False,
) -> AccessAnswer:
    asked = Asked(principal=principal, action=action, resource=resource, complete=complete)
    return what_can(Kernel.compile(built.facts()), asked)


def group_of(found: AccessAnswer, action: str, resource: str) -> Access | None:
    held = [g for g in found.groups if action in g.actions and resource in g.resources]
    assert len(held) < 2
    return held[0] if held else None


def test_what_is_written_is_found_with_its_statement(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject", "arn:aws:s3:::box/in/*")])

    found = ask(built, user)

    (group,) = (group for group in found.groups if group.by == "identity")
    assert (group.actions, group.resources) == (
        ("s3:GetObject",),
        ("arn:aws:s3:::box/in/bartizan",),
    )
    assert group.certainty is Certainty.MUST
    assert [one.subject for one in group.because] == [f"{user}#inline/p"]


def test_whatever_is_exempt_from_policies_is_there_too(built: EstateBuilder) -> None:
    user = built.user("u", HOME)

    found = ask(built, user)

    assert [group.actions for group in found.groups] == [
        ("sts:GetCallerIdentity", "sts:GetSessionToken")
    ]


@pytest.mark.parametrize("resource", ["", "arn:aws:s3:::whose/*", "arn:aws:s3:::whose/bartizan"])
@pytest.mark.parametrize("able", [False, True])
def test_a_thing_that_may_be_ones_own_is_open_by_either_side(
    built: EstateBuilder, resource: str, *, able: bool
) -> None:
    user = built.user("u", HOME, allows=[allow("s3:PutObject")] if able else [])
    target = "arn:aws:s3:::whose"
    opened = [trusts({"AWS": "*"}, "s3:GetObject", Resource="*")]
    built.policy(f"{target}#resource", opened, type_="resource", target=target, use="resource")

    found = ask(built, user, action="s3:*Object", resource=resource)

    read, write = (
        group_of(found, action, f"{target}/bartizan")
        for action in ("s3:GetObject", "s3:PutObject")
    )
    assert read is not None
    assert read.certainty is Certainty.UNKNOWN
    assert (write is not None) is able


def test_a_thing_elsewhere_that_names_the_caller_is_found(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow(["s3:GetObject", "sts:AssumeRole"])])
    statement = {**allow("s3:GetObject", "arn:aws:s3:::lent/*"), "Principal": {"AWS": user}}
    built.bucket("lent", AWAY, policy=[statement])
    role = built.role("door", AWAY, trust=[trusts({"AWS": HOME})])

    found = ask(built, user)

    assert group_of(found, "s3:GetObject", "arn:aws:s3:::lent/bartizan") is not None
    assert group_of(found, "sts:AssumeRole", role) is not None
    assert group_of(found, "s3:GetObject", "arn:aws:s3:::far/bartizan") is None


def test_a_key_elsewhere_with_a_grant_is_found(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("kms:Decrypt")])
    key = built.key("k", AWAY, policy=[])
    built.grant(key, user, ("Decrypt",))

    assert group_of(ask(built, user), "kms:Decrypt", key) is not None


def test_a_key_elsewhere_whose_policy_was_not_read_is_unknown(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("kms:Decrypt")])
    key = built.key("dark", AWAY, policy=None)

    group = group_of(ask(built, user), "kms:Decrypt", key)

    assert group is not None
    assert group.missing == (f"kms:GetKeyPolicy of {key}",)


def test_a_bucket_elsewhere_whose_policy_cannot_be_parsed_is_unknown(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject")])
    bucket = built.bucket("broken", AWAY, policy=[])
    built.rows = [
        structs.replace(row, document="{") if isinstance(row, Policy) and bucket in row.id else row
        for row in built.rows
    ]

    group = group_of(ask(built, user), "s3:GetObject", f"{bucket}/bartizan")

    assert group is not None
    assert group.certainty is Certainty.UNKNOWN


def test_things_elsewhere_that_are_open_to_many_are_bounded(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject")])
    everybody = [{**allow("s3:GetObject"), "Principal": {"AWS": ["*"]}}]
    built.bucket("a-open", AWAY, policy=everybody)
    named = built.bucket("named", AWAY, policy=[{**everybody[0], "Principal": {"AWS": user}}])
    facts = built.facts()
    who = Estate(facts).caller(user)

    index = Elsewhere.of(Estate(facts))
    assert others(index, who).named == (named,)
    assert [arn for _, arn in others(index, who).open] == ["arn:aws:s3:::a-open"]
    bounded = others(index, who, most=1)
    assert (bounded.named, bounded.open, bounded.left_out) == ((named,), (), 1)


def test_an_administrator_is_one_group_but_for_what_is_denied(built: EstateBuilder) -> None:
    admin = built.user("a", HOME, allows=[*FULL, deny("s3:DeleteBucket")])

    found = ask(built, admin, action="s3:*")

    identity = [group for group in found.groups if group.by == "identity"]
    assert len(identity) == 1
    assert "s3:DeleteBucket" not in identity[0].actions
    assert "s3:CreateBucket" in identity[0].actions


def test_a_region_that_policies_name_has_examples(built: EstateBuilder) -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    user = built.user("u", HOME, allows=[allow("ec2:StartInstances", Condition=condition)])

    found = ask(built, user, action="ec2:StartInstances")

    things = {thing for group in found.groups for thing in group.resources}
    assert things
    assert all(":eu-west-1:" in thing for thing in things)


def test_a_condition_on_the_request_comes_with_a_witness(built: EstateBuilder) -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    user = built.user("u", HOME, allows=[allow("s3:ListAllMyBuckets", Condition=condition)])

    (group,) = ask(built, user, action="s3:ListAllMyBuckets").groups

    assert group.certainty is Certainty.MAY
    assert group.witness.context == (("aws:SourceIp", "203.0.113.1"),)
    assert ask(built, user, action="s3:ListAllMyBuckets", complete=True).groups == ()


def test_a_session_may_bring_the_tag_that_its_role_lacks(built: EstateBuilder) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    trust = [trusts({"AWS": HOME}), trusts({"AWS": HOME}, "sts:TagSession")]
    role = built.role(
        "r",
        HOME,
        trust=trust,
        tags={"team": "blue"},
        allows=[allow("s3:ListAllMyBuckets", Condition=condition)],
    )

    (group,) = ask(built, role, action="s3:ListAllMyBuckets").groups

    assert group.certainty is Certainty.MAY
    assert group.witness.context == (("aws:PrincipalTag/team", "red"),)


def test_a_session_may_bring_the_tag_that_a_thing_elsewhere_asks_for(built: EstateBuilder) -> None:
    red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    everybody = trusts({"AWS": "*"}, "s3:GetObject", Resource="*", Condition=red)
    built.bucket("lent", AWAY, policy=[everybody])
    trust = [trusts({"AWS": HOME}), trusts({"AWS": HOME}, "sts:TagSession")]
    mine = [allow("s3:GetObject")]
    role = built.role("r", HOME, trust=trust, tags={"team": "blue"}, allows=mine)

    group = group_of(ask(built, role), "s3:GetObject", "arn:aws:s3:::lent/bartizan")

    assert group is not None
    assert group.witness.context == (("aws:PrincipalTag/team", "red"),)


def test_a_boundary_and_a_guardrail_are_heeded(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL, boundary=[allow("sqs:*")])

    found = ask(built, user, action="s3:GetObject")

    assert found.groups == ()
    assert found.requests == found.never > 0


def test_patterns_narrow_the_question(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)

    found = ask(built, user, action="s3:Get*", resource="arn:aws:s3:::box*")

    names = {name for group in found.groups for name in group.actions}
    things = {thing for group in found.groups for thing in group.resources}
    assert names
    assert all(name.startswith("s3:Get") for name in names)
    assert things == {"arn:aws:s3:::box", "arn:aws:s3:::box/bartizan"}


def test_one_thing_may_be_asked_about(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject", "arn:aws:s3:::box/secret")])

    found = ask(built, user, resource="arn:aws:s3:::box/secret")

    assert [group.actions for group in found.groups] == [("s3:GetObject",)]


def test_what_was_not_read_is_unknown(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    built.policy(f"{user}#inline/dark", None, target=user)

    found = ask(built, user, action="s3:ListAllMyBuckets")

    assert [group.certainty for group in found.groups] == [Certainty.UNKNOWN]
    assert not found.whole


def test_accounts_that_were_not_read_are_named(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    built.account("444444444444", collected=False)

    assert ask(built, user).incomplete == ("things of account 444444444444",)


@pytest.mark.parametrize(
    ("principal", "action", "resource"),
    [
        (f"arn:aws:iam::{HOME}:role/missing", "", ""),
        ("anonymous", "s3", ""),
        ("anonymous", "s3:None*", ""),
        ("anonymous", "", "box"),
    ],
)
def test_what_makes_no_sense_is_bad_usage(
    built: EstateBuilder, principal: str, action: str, resource: str
) -> None:
    with pytest.raises(UsageError):
        ask(built, principal, action=action, resource=resource)


def test_anybody_can_do_what_is_open(built: EstateBuilder) -> None:
    statement = {**allow("s3:GetObject", "arn:aws:s3:::open/*"), "Principal": "*"}
    built.bucket("open", AWAY, policy=[statement])

    found = ask(built, "anonymous")

    assert group_of(found, "s3:GetObject", "arn:aws:s3:::open/bartizan") is not None


def test_a_service_can_do_what_names_it(built: EstateBuilder) -> None:
    role = built.service_role("worker", HOME, "lambda.amazonaws.com")

    found = ask(built, "lambda.amazonaws.com")

    assert group_of(found, "sts:AssumeRole", role) is not None


def test_of_a_pattern_that_nothing_fits_an_example_is_asked(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)
    facts = built.facts()
    wide = "arn:aws:s3:::box/in/*"

    found = ask(built, user, action="s3:GetObject", resource=wide)
    everybody = who_can(facts, Kernel.compile(facts), Asked(action="s3:GetObject", resource=wide))

    example = "arn:aws:s3:::box/in/bartizan"
    assert group_of(found, "s3:GetObject", example) is not None
    assert any(user in group.callers for group in everybody.groups)


def test_strangers_are_not_asked_about_requests_that_name_nothing(built: EstateBuilder) -> None:
    stranger = outsider()
    facts = built.facts()
    kernel = Kernel.compile(facts)

    found = what_can(kernel, Asked(principal=stranger, action="s3:ListAllMyBuckets"))
    everybody = who_can(facts, kernel, Asked(action="s3:ListAllMyBuckets", resource="*"))

    assert found.requests == 0
    assert stranger in kernel.names
    assert everybody.callers == 2, "the root users of the two accounts"
    assert everybody.never == 0
