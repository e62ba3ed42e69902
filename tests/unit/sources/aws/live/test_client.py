# SPDX-License-Identifier: Apache-2.0
"""One client for many accounts."""

import threading
from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from bartizan.errors import SourceError
from bartizan.sources.aws.live.client import Clients
from bartizan.sources.aws.live.failure import RefusedError
from bartizan.sources.aws.live.identity import Caller
from tests.fakes.aws_scan import sign_in_as
from tests.fakes.aws_server import CALLER, FakeAws, account_of


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    sign_in_as(monkeypatch)
    with FakeAws(services=("sts", "organizations")) as fake:
        yield fake


def clients(aws: FakeAws) -> Clients:
    return Clients(profile="", endpoint_url=aws.url, concurrency=4)


def test_each_thread_signs_as_who_it_acts_as_with_the_same_client(aws: FakeAws) -> None:
    held = clients(aws)
    seen: dict[str, set[str]] = {}

    def ask(account: str) -> None:
        identity = Caller(Credentials(f"AKIA{account}", "secret", f"token-of-{account}"))
        for _ in range(20):
            with held.acting_as(identity):
                answer = held.client("sts", "eu-west-1").get_caller_identity()
            seen.setdefault(account, set()).add(answer["Account"])

    accounts = [f"{number}" * 12 for number in range(1, 5)]
    threads = [threading.Thread(target=ask, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.close()

    assert seen == {account: {account} for account in accounts}
    assert {(account_of(one), one.token[-12:]) for one in aws.calls} == {(a, a) for a in accounts}


def test_nothing_is_signed_outside_of_an_account(aws: FakeAws) -> None:
    held = clients(aws)
    with held.acting_as(Caller(Credentials(f"AKIA{CALLER}", "secret"))):
        held.client("sts", "eu-west-1").get_caller_identity()
    with pytest.raises(AttributeError):
        held.client("sts", "eu-west-1").get_caller_identity()
    held.close()


def test_clients_that_were_not_used_for_long_are_dropped(aws: FakeAws) -> None:
    held = Clients(profile="", endpoint_url=aws.url, concurrency=1, kept=2)
    first = held.client("sts", "eu-west-1")
    held.client("sts", "eu-west-2")
    again = held.client("sts", "eu-west-1")
    held.client("sts", "eu-west-3")
    kept = held.client("sts", "eu-west-1")
    dropped = held.client("sts", "eu-west-2")
    held.close()

    assert first is again is kept
    assert dropped is not first


def test_no_endpoint_is_made_from_the_account_that_a_client_was_made_for(aws: FakeAws) -> None:
    held = clients(aws)
    made = held.client("dynamodb", "eu-west-1")
    held.close()

    assert made.meta.config.account_id_endpoint_mode == "disabled"


def test_a_service_without_described_pages_can_be_called(aws: FakeAws) -> None:
    held = clients(aws)

    assert held.operation("sts", "GetCallerIdentity").method == "get_caller_identity"
    assert held.operation("sagemaker-runtime", "InvokeEndpoint").paging.tokens == ()


@pytest.mark.parametrize(("service", "operation"), [("sts", "GetTomorrow"), ("tomorrow", "Get")])
def test_what_the_installed_library_does_not_know_is_refused(
    aws: FakeAws, service: str, operation: str
) -> None:
    with pytest.raises(RefusedError, match="does not know") as caught:
        clients(aws).operation(service, operation)

    assert caught.value.failure.code == "unsupported"


def test_an_endpoint_that_is_no_address_is_said_so() -> None:
    held = Clients(profile="", endpoint_url="nowhere", concurrency=1)
    with pytest.raises(SourceError, match="cannot reach `sts`"):
        held.client("sts", "eu-west-1")


def test_regions_that_a_service_is_not_in_are_known() -> None:
    held = Clients(profile="", endpoint_url="", concurrency=1)

    assert held.offers("ec2", "eu-west-1")
    assert not held.offers("apprunner", "eu-north-1")
