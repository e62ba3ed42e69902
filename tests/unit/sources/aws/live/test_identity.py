# SPDX-License-Identifier: Apache-2.0
"""Sessions of roles, and the clock that they are measured by."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from botocore.credentials import Credentials, ReadOnlyCredentials

from bartizan.sources.aws.live.ask import Asker
from bartizan.sources.aws.live.client import Clients
from bartizan.sources.aws.live.failure import RefusedError
from bartizan.sources.aws.live.identity import AssumedRole, Caller
from tests.fakes.aws_scan import CountingProgress, sign_in_as
from tests.fakes.aws_server import CALLER, FakeAws, Fault, Reply, credentials

ROLE = "arn:aws:iam::222222222222:role/reader"


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    sign_in_as(monkeypatch)
    with FakeAws(services=("sts", "organizations")) as fake:
        yield fake


def role(aws: FakeAws, clock: Clock) -> AssumedRole:
    clients = Clients(profile="", endpoint_url=aws.url, concurrency=1)
    asker = Asker(clients=clients, progress=CountingProgress(), wait=lambda _: None)
    caller = Caller(Credentials(f"AKIA{CALLER}", "secret"))
    return AssumedRole(ROLE, via=caller, asker=asker, region="eu-west-1", now=clock)


def test_a_role_is_assumed_once_and_again_shortly_before_its_session_ends(aws: FakeAws) -> None:
    clock = Clock()
    held = role(aws, clock)
    for seconds in (0, 1_000, 3_299, 3_301, 3_400):
        clock.seconds = seconds
        held.frozen()

    assert len(aws.asked("sts:AssumeRole")) == 2


def test_a_session_that_another_thread_renewed_is_not_renewed_again(aws: FakeAws) -> None:
    held = role(aws, Clock())
    old = ReadOnlyCredentials("old", "old", "old")
    held.frozen()

    assert held.renew(old)
    assert len(aws.asked("sts:AssumeRole")) == 1


def test_a_role_that_was_refused_is_not_asked_for_again(aws: FakeAws) -> None:
    aws.denied.add("sts:AssumeRole")
    held = role(aws, Clock())
    for _ in range(3):
        with pytest.raises(RefusedError) as caught:
            held.frozen()
        assert caught.value.failure.code == "denied"

    assert len(aws.asked("sts:AssumeRole")) == 1


@pytest.mark.parametrize("answer", [{}, {"Credentials": {"AccessKeyId": "x"}}])
def test_an_answer_without_credentials_signs_nobody_in(aws: FakeAws, answer: Reply) -> None:
    aws.replies["sts:AssumeRole"] = answer
    with pytest.raises(RefusedError, match="holds no credentials"):
        role(aws, Clock()).frozen()


def test_of_many_policies_only_one_that_is_too_large_makes_way(aws: FakeAws) -> None:
    aws.replies["sts:AssumeRole"] = [
        Fault("PackedPolicyTooLarge"),
        {"Credentials": credentials("222222222222")},
    ]
    held = role(aws, Clock())
    held.policies = ("long", "short")
    held.frozen()

    assert [one.parameters["Policy"] for one in aws.asked("sts:AssumeRole")] == ["long", "short"]


def test_policies_that_are_all_too_large_are_a_refusal(aws: FakeAws) -> None:
    aws.replies["sts:AssumeRole"] = Fault("PackedPolicyTooLarge")
    held = role(aws, Clock())
    held.policies = ("long", "short")
    with pytest.raises(RefusedError, match="PackedPolicyTooLarge"):
        held.frozen()

    assert len(aws.asked("sts:AssumeRole")) == 2


def test_keys_that_stay_the_same_cannot_be_renewed() -> None:
    caller = Caller(Credentials("a", "b"))

    assert not caller.renew(caller.frozen())
    assert caller.renew(ReadOnlyCredentials("old", "old", None))
