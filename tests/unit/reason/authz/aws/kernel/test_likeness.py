# SPDX-License-Identifier: Apache-2.0
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.likeness import kin
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import FULL, allow

HOME, AWAY, FAR = "111111111111", "222222222222", "333333333333"


def built() -> EstateBuilder:
    found = EstateBuilder()
    for account in (HOME, AWAY, FAR):
        found.account(account)
    return found


def opened(name: str, owner: str) -> list[dict[str, object]]:
    """Write a policy as a template stamps it into each account."""
    who = {"AWS": [f"arn:aws:iam::{owner}:root", "*"]}
    return [{**allow("s3:GetObject", f"arn:aws:s3:::{name}/*"), "Principal": who}]


def kin_of(made: EstateBuilder, *things: str) -> list[object]:
    estate = Estate(made.facts())
    return [kin(estate, thing, trust=False) for thing in things]


def test_things_of_one_template_are_kin() -> None:
    made = built()
    a = made.bucket("a", AWAY, policy=opened("a", AWAY))
    b = made.bucket("b", FAR, policy=opened("b", FAR))

    one, other = kin_of(made, f"{a}/k", f"{b}/k")

    assert one is not None
    assert one == other


def test_a_bucket_that_its_policy_does_not_cover_is_no_kin_of_its_object() -> None:
    made = built()
    a = made.bucket("a", AWAY, policy=opened("a", AWAY))

    one, other = kin_of(made, a, f"{a}/k")

    assert one != other


def test_a_condition_on_whose_a_thing_is_keeps_owners_apart() -> None:
    made = built()
    things = []
    for name, owner in (("a", AWAY), ("b", FAR)):
        condition = {"StringEquals": {"aws:ResourceAccount": AWAY}}
        policy = [{**opened(name, owner)[0], "Condition": condition}]
        things.append(made.bucket(name, owner, policy=policy))

    one, other = kin_of(made, *things)

    assert one != other


def test_what_has_grants_or_a_variable_in_its_policy_has_no_kin() -> None:
    made = built()
    key = made.key("k", AWAY, policy=[])
    made.grant(key, made.user("u", HOME), ("Decrypt",))
    policy = [{**allow("s3:GetObject", "arn:aws:s3:::a/${aws:userid}/*"), "Principal": "*"}]
    bucket = made.bucket("a", AWAY, policy=policy)

    assert kin_of(made, key, f"{bucket}/k") == [None, None]


def test_only_patterns_of_the_caller_tell_things_apart() -> None:
    made = built()
    wide = made.user("wide", HOME, allows=FULL)
    narrow = made.user("narrow", HOME, allows=[allow("s3:GetObject", "arn:aws:s3:::a/*")])

    for user, told in ((wide, False), (narrow, True)):
        patterns = reached(made, user)[0].patterns
        assert patterns.tells_apart("s3") is told
        assert not patterns.tells_apart("sqs")
        assert (patterns.covering("arn:aws:s3:::a/k") != patterns.covering("b")) is told


def test_a_pattern_that_the_request_fills_in_settles_nothing() -> None:
    made = built()
    user = made.user("u", HOME, allows=[allow("s3:*", "arn:aws:s3:::a/${aws:SourceVpc}/*")])

    patterns = reached(made, user)[0].patterns

    assert patterns.covering("arn:aws:s3:::a/x/k") is None
