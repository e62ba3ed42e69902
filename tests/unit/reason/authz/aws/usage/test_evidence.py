# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.usage import Use
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.usage.evidence import (
    Claim,
    Evidence,
    Finding,
    Uncovered,
    Unused,
    Used,
)
from tests.fakes.observed_use import HOME, ROLE, SESSION, advice, call, day, service, use

OTHER = f"arn:aws:iam::{HOME}:role/other"
WHOLE = Claim(principals=(ROLE,), management=True, data=frozenset({"s3"}))


def _find(name: str, found: Use, claim: Claim = WHOLE) -> Finding:
    action = catalogue.action(name)
    assert action is not None
    return Evidence(found, claim).find(action)


@pytest.mark.parametrize("by", [ROLE, SESSION])
def test_what_was_called_is_used(by: str) -> None:
    assert isinstance(_find("s3:ListBucket", use(call("ListObjects", by=by))), Used)


def test_what_somebody_else_called_is_not_used_by_the_role() -> None:
    assert isinstance(_find("s3:ListBucket", use(call("ListObjects", by=OTHER))), Unused)


def test_what_logs_would_show_and_do_not_is_unused_with_the_days_as_evidence() -> None:
    found = _find("ec2:RunInstances", use())

    assert isinstance(found, Unused)
    assert f"{day(0)} to {day(99)} (100 days with events, 1 region)" in found.evidence


@pytest.mark.parametrize(
    ("name", "claim", "why"),
    [
        ("ec2:RunInstances", Claim(principals=(ROLE,)), "management events are not said"),
        ("s3:GetObject", Claim(principals=(ROLE,), management=True), "data events of s3"),
        ("ec2:RunInstances", Claim(management=True), "no principal was named"),
        ("iam:PassRole", WHOLE, "not every use of it is an event"),
        ("glue:GetTable", WHOLE, "which calls of glue are logged"),
        (
            "ec2:RunInstances",
            Claim(principals=(ROLE,), management=True, days=101),
            "logs of 100 days, 101 are asked for",
        ),
        (
            "ec2:RunInstances",
            Claim(principals=(ROLE, "arn:aws:iam::222222222222:role/r"), management=True),
            "logs of 0 days",
        ),
    ],
)
def test_what_logs_would_not_show_is_not_covered(name: str, claim: Claim, why: str) -> None:
    found = _find(name, use(), claim)

    assert isinstance(found, Uncovered)
    assert why in found.why


def test_a_call_that_stands_for_no_action_leaves_its_whole_service_uncovered() -> None:
    found = _find("ec2:RunInstances", use(call("Mystery", source="ec2")))

    assert isinstance(found, Uncovered)
    assert "Mystery" in found.why


ALONE = Claim(principals=(ROLE,))


def test_a_service_that_was_never_accessed_is_unused_but_for_what_is_no_call() -> None:
    seen = use(advice=[advice(service("iam"), service("sqs"))])

    assert isinstance(_find("sqs:SendMessage", seen, ALONE), Unused)
    assert isinstance(_find("iam:PassRole", seen, ALONE), Uncovered)


def test_of_a_service_that_was_accessed_only_tracked_actions_are_covered() -> None:
    told = service("s3", last=day(9), PutBucketWebsite="", ListAllMyBuckets=day(9))
    seen = use(advice=[advice(told)])

    assert isinstance(_find("s3:PutBucketWebsite", seen, ALONE), Unused)
    assert isinstance(_find("s3:ListAllMyBuckets", seen, ALONE), Used)
    assert isinstance(_find("s3:PutBucketPolicy", seen, ALONE), Uncovered)
    assert isinstance(_find("ec2:RunInstances", seen, ALONE), Uncovered)


def test_a_report_that_names_somebody_else_shows_nothing_unused() -> None:
    seen = use(advice=[advice(service("sqs"), service("s3", last=day(9), by=OTHER))])

    assert isinstance(_find("sqs:SendMessage", seen, ALONE), Uncovered)


def test_one_report_shows_nothing_of_two_principals() -> None:
    both = Claim(principals=(ROLE, OTHER))

    assert isinstance(
        _find("sqs:SendMessage", use(advice=[advice(service("sqs"))]), both), Uncovered
    )


def test_a_report_does_not_reach_back_further_than_it_tracks() -> None:
    long = Claim(principals=(ROLE,), days=401)

    assert isinstance(
        _find("sqs:SendMessage", use(advice=[advice(service("sqs"))]), long), Uncovered
    )


def test_coverage_says_what_was_read_and_what_was_vouched_for() -> None:
    seen = use(advice=[advice(service("s3", last=day(9), by=OTHER))])

    said = Evidence(seen, WHOLE).coverage(seen)

    assert "vouched for: management, data of s3" in said[0]
    assert said[1].endswith("not of these principals")
    assert "not said to be whole" in Evidence(seen, ALONE).coverage(seen)[0]
