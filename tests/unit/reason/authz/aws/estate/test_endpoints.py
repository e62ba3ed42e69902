# SPDX-License-Identifier: Apache-2.0
"""What comes through an endpoint is limited by its policy."""

import json
from typing import Any

import pytest
from msgspec import structs

from bartizan.model.access import Asked
from bartizan.model.facts.service import Endpoint
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.what_can import what_can
from bartizan.reason.authz.aws.steps import derivation
from bartizan.reason.authz.aws.steps.again import again
from bartizan.reason.authz.aws.steps.attempt import Attempts
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, deny, trusts

HOME, AWAY = "111111111111", "222222222222"
USER, OTHER = f"arn:aws:iam::{HOME}:user/u", f"arn:aws:iam::{HOME}:user/v"
BOX, BAG = "arn:aws:s3:::box/k", "arn:aws:s3:::bag/k"
OVER = {"aws:SourceVpce": "vpce-1"}
INSIDE = {"aws:sourcevpc": "vpc-1"}


def endpoint(
    *statements: dict[str, Any], name: str = "vpce-1", service: str = "s3", account: str = AWAY
) -> Endpoint:
    return Endpoint(
        id=name, kind="interface", network="vpc-1", account=account, region="us-east-1",
        service=f"com.amazonaws.us-east-1.{service}", interfaces=(), private_names=True,
        preserves_client=False, available=True, name="",
        policy=json.dumps({"Statement": statements}) if statements else "",
    )  # fmt: skip


def lets(thing: str) -> dict[str, Any]:
    return allow("s3:*", thing, Principal="*")


ANYTHING = allow("*", Principal="*")


def built(*endpoints: Endpoint) -> EstateBuilder:
    """A user who may read two buckets, where the endpoints are another account's."""
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    built.user("u", HOME, allows=[allow("s3:GetObject")])
    built.bucket("box", HOME)
    built.bucket("bag", HOME)
    built.rows += endpoints
    return built


def verdict(
    chosen: dict[str, str], *endpoints: Endpoint, resource: str = BOX, unread: bool = False
) -> Verdict:
    """Decide by both engines, which must agree."""
    estate = built(*endpoints)
    if unread:
        estate.unread(AWAY, "ec2:DescribeVpcEndpoints", kind="AWS::EC2::VPCEndpoint")
    asked = USER, "s3:GetObject", resource
    found = decide(Estate(estate.facts()), *asked, chosen=chosen, complete=True).verdict
    by_kernel = Kernel.compile(estate.facts()).decide(*asked, chosen=chosen, complete=True)

    assert (Denied, Allowed, Unknown)[by_kernel] is type(found)
    return found


@pytest.mark.parametrize(
    "chosen", [OVER, INSIDE, {"aws:SourceVpcArn": "arn:aws:ec2:x:y:vpc/vpc-1"}]
)
def test_its_policy_has_to_allow_what_comes_through_it(chosen: dict[str, str]) -> None:
    narrow = endpoint(lets(BAG))

    assert isinstance(verdict(chosen, narrow), Denied)
    assert isinstance(verdict(chosen, narrow, resource=BAG), Allowed)


def test_a_deny_in_its_policy_is_one() -> None:
    assert isinstance(verdict(OVER, endpoint(ANYTHING, deny("s3:*", BOX, Principal="*"))), Denied)


@pytest.mark.parametrize("statements", [(), (ANYTHING,)])
def test_without_a_policy_or_with_the_default_one_it_limits_nothing(
    statements: tuple[dict[str, Any], ...],
) -> None:
    assert isinstance(verdict(OVER, endpoint(*statements)), Allowed)


def test_it_limits_nothing_that_comes_another_way() -> None:
    assert isinstance(verdict({}, endpoint(lets(BAG))), Allowed)
    assert isinstance(verdict({"aws:SourceVpce": "vpce-2"}, endpoint(lets(BAG))), Allowed)


def test_one_endpoint_of_a_network_is_enough_if_it_is_for_the_service() -> None:
    narrow = endpoint(lets(BAG))

    assert isinstance(verdict(INSIDE, narrow, endpoint(lets(BOX), name="vpce-2")), Allowed)
    assert isinstance(verdict(INSIDE, narrow, endpoint(name="vpce-2")), Allowed)
    assert isinstance(verdict(INSIDE, narrow, endpoint(name="vpce-2", service="sqs")), Denied)


def test_what_was_not_read_is_unknown() -> None:
    other = {"aws:SourceVpce": "vpce-2"}
    broken = structs.replace(endpoint(), policy="{")

    hidden = verdict(other, endpoint(lets(BAG)), unread=True)
    unreadable = verdict(OVER, broken)

    assert isinstance(hidden, Unknown)
    assert "ec2:DescribeVpcEndpoints" in " ".join(hidden.missing)
    assert isinstance(unreadable, Unknown)
    assert f"arn:aws:ec2:us-east-1:{AWAY}:vpc-endpoint/vpce-1" in " ".join(unreadable.missing)


def only_over(*endpoints: Endpoint) -> EstateBuilder:
    """Another user, who may read two buckets over some endpoints alone."""
    made = built(*endpoints)
    over = {"StringEquals": {"aws:SourceVpce": [one.id for one in endpoints]}}
    made.user("v", HOME, allows=[allow("s3:GetObject", Condition=over)])
    return made


def test_a_request_is_made_over_the_endpoint_that_lets_it_through() -> None:
    made = only_over(endpoint(lets(BAG)), endpoint(lets(BOX), name="vpce-2"))

    found = Attempts(Estate(made.facts()))(OTHER, "s3:GetObject", BOX)

    assert found is not None
    assert found.ask.context == (("aws:SourceVpce", "vpce-2"),)


def test_conditions_of_its_policy_are_met_as_others_are() -> None:
    at = {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}
    made = only_over(endpoint({**lets(BOX), "Condition": at}))

    found = Attempts(Estate(made.facts()))(OTHER, "s3:GetObject", BOX)

    assert found is not None
    assert not found.missing
    assert {key for key, _ in found.ask.context} == {"aws:SourceVpce", "aws:CurrentTime"}


def test_things_that_it_tells_apart_are_not_tried_as_one() -> None:
    """Nothing else tells two objects of a bucket apart."""
    attempts = Attempts(Estate(only_over(endpoint(lets(BOX))).facts()))

    found = [attempts(OTHER, "s3:GetObject", thing) for thing in (BOX, f"{BOX}-2")]

    assert [one is not None for one in found] == [True, False]


def test_what_somebody_can_over_it_is_what_it_lets_through() -> None:
    made = only_over(endpoint(lets("arn:aws:s3:::bag/*")))
    asked = Asked(
        principal=OTHER,
        action="s3:GetObject",
        context=(("aws:SourceVpce", "vpce-1"),),
    )

    found = what_can(Kernel.compile(made.facts()), asked)

    things = {thing for group in found.groups for thing in group.resources}
    assert {thing.partition("/")[0].rpartition(":")[2] for thing in things} == {"bag"}


def test_a_policy_that_changes_in_one_account_makes_steps_in_another() -> None:
    before, after = (
        only_over(endpoint(lets(f"arn:aws:s3:::{name}/*"))).facts() for name in ("other", "box")
    )
    known = tuple(derivation.steps(before))

    found = set(again(before, known, after))

    assert found == set(derivation.steps(after))
    assert found != set(known)


@pytest.mark.parametrize(
    ("action", "wanted"),
    [("sts:AssumeRole", Denied), (["sts:AssumeRole", "sts:TagSession"], Unknown)],
)
def test_what_it_denies_to_a_tag_is_open_where_sessions_may_bring_others(
    action: Any,  # noqa: ANN401 - JSON
    wanted: type[Verdict],
) -> None:
    red = {"StringEquals": {"aws:PrincipalTag/stage": "red"}}
    estate = built(endpoint(ANYTHING, deny("s3:*", BOX, Principal="*", Condition=red)))
    trust = [trusts({"AWS": USER}, action)]
    role = estate.role(
        "r", HOME, trust=trust, allows=[allow("s3:GetObject")], tags={"stage": "red"}
    )
    asked = role, "s3:GetObject", BOX

    found = decide(Estate(estate.facts()), *asked, chosen=OVER).verdict
    by_kernel = Kernel.compile(estate.facts()).decide(*asked, chosen=OVER)

    assert type(found) is wanted
    assert (Denied, Allowed, Unknown)[by_kernel] is wanted
