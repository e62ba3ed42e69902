# SPDX-License-Identifier: Apache-2.0
"""One question, asked until it is answered or refused for good."""

from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from bartizan.sources.aws.live.ask import Asker, Place
from bartizan.sources.aws.live.client import Clients
from bartizan.sources.aws.live.failure import Failure, RefusedError
from bartizan.sources.aws.live.identity import Caller
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import CountingProgress, sign_in_as
from tests.fakes.aws_server import CALLER, FakeAws, Reply

USERS = Place("iam", "eu-west-1", "ListUsers")
IDENTITY = Caller(Credentials(f"AKIA{CALLER}", "secret"))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    sign_in_as(monkeypatch)
    with FakeAws() as fake:
        yield fake


def asker(url: str, *, longest: int = 10) -> Asker:
    clients = Clients(profile="", endpoint_url=url, concurrency=1)
    return Asker(
        clients=clients, progress=CountingProgress(), wait=lambda _: None, longest=longest
    )


def refusal(held: Asker, place: Place) -> Failure:
    with pytest.raises(RefusedError) as caught:
        list(held.pages(place, {}, identity=IDENTITY, bucket=held.bucket()))
    held.clients.close()
    return caught.value.failure


def test_a_listing_that_never_ends_is_ended(aws: FakeAws) -> None:
    def endless(asked: Asked) -> Reply:
        place = int(asked.parameters.get("Marker", "0")) + 1
        return {"Users": [], "IsTruncated": True, "Marker": str(place)}

    aws.replies["iam:ListUsers"] = endless
    failure = refusal(asker(aws.url), USERS)

    assert failure.code == "truncated"
    assert len(aws.asked("iam:ListUsers")) == 10


def test_a_listing_of_just_so_many_pages_is_whole(aws: FakeAws) -> None:
    aws.replies["iam:ListUsers"] = [
        {"Users": [], "IsTruncated": True, "Marker": "1"},
        {"Users": [], "IsTruncated": False},
    ]
    held = asker(aws.url, longest=2)
    pages = list(held.pages(USERS, {}, identity=IDENTITY, bucket=held.bucket()))
    held.clients.close()

    assert len(pages) == 2


def test_no_connection_in_a_region_without_the_service_is_unsupported(aws: FakeAws) -> None:
    held = asker("http://127.0.0.1:9")

    assert refusal(held, Place("apprunner", "eu-north-1", "ListServices")).code == "unsupported"
    assert refusal(held, Place("apprunner", "eu-west-1", "ListServices")).code == "failed"
    assert aws.calls == []


def test_nothing_is_asked_once_the_scan_ends(aws: FakeAws) -> None:
    held = asker(aws.url)
    held.stop.set()

    assert refusal(held, USERS).reason == "the scan was stopped"
    assert aws.calls == []


def test_real_waits_end_when_the_scan_ends() -> None:
    held = asker("http://127.0.0.1:9")
    held.wait = None
    held.stop.set()

    assert held.bucket().wait(3_600) is True
