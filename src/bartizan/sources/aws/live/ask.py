# SPDX-License-Identifier: Apache-2.0
"""Asks one question of AWS, page by page, as often as it takes and no more."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from msgspec import Struct, field

from bartizan.ports import Progress
from bartizan.sources.aws.live.client import Clients, Signer
from bartizan.sources.aws.live.failure import (
    Failure,
    RefusedError,
    UnreadableAnswerError,
    failure_of,
)
from bartizan.sources.aws.live.throttle import Bucket

_PAGES = 10_000


class Identity(Signer, Protocol):
    """Somebody signed in, who may sign in again."""

    def renew(self, used: ReadOnlyCredentials) -> bool:
        """Sign in again, unless `used` has been replaced already; false where that cannot be."""
        ...


class Place(NamedTuple):
    """What is asked, and where."""

    service: str
    """Name of the boto3 client."""
    region: str
    """Where the client is; global services have their home."""
    operation: str
    """As the service model spells it."""


class Asker(Struct):
    """What all threads of a scan share: clients, progress, and which calls fail everywhere."""

    clients: Clients
    progress: Progress
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the scan ends early: nobody waits any longer."""
    wait: Callable[[float], object] | None = None
    """Waits for so many seconds; None for real time."""
    longest: int = _PAGES
    """Pages of a listing after which it is taken for endless."""
    _broken: set[Place] = field(default_factory=set)
    """Calls that failed to the last attempt; they get one attempt until one is answered."""

    def bucket(self) -> Bucket:
        """Return a pace for one account, region and service."""
        return Bucket(now=time.monotonic, wait=self.wait or self.stop.wait)

    def pages(
        self, place: Place, parameters: Mapping[str, Any], *, identity: Identity, bucket: Bucket
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the answer's pages.

        Raises:
            RefusedError: the call failed, or its pages do not end; pages yielded before are good.
        """
        paging = self.clients.operation(place.service, place.operation).paging
        following: Mapping[str, Any] = {}
        seen: set[int] = set()
        for _ in range(self.longest):
            page = self.answer(
                place, {**parameters, **following}, identity=identity, bucket=bucket
            )
            yield page
            try:
                more = paging.following(page)
            except ValueError as error:
                raise _truncated(str(error)) from error
            if more is None:
                return
            following = more
            token = hash(str(sorted(following.items())))
            if token in seen:
                raise _truncated("the token of the next page repeats")
            seen.add(token)
        raise _truncated(f"the listing has more than {self.longest} pages")

    def answer(
        self, place: Place, parameters: Mapping[str, Any], *, identity: Identity, bucket: Bucket
    ) -> Mapping[str, Any]:
        """Return the answer to one call, attempted until it is answered or refused for good.

        Raises:
            RefusedError: there is none.
        """
        attempt, renewed = 0, False
        while True:
            attempt += 1
            self._may_ask(bucket)
            with self.clients.acting_as(identity) as used:
                outcome = self._attempt(place, parameters)
            throttled = isinstance(outcome, Failure) and outcome.code == "throttled"
            self.progress.called(throttled=throttled)
            if not isinstance(outcome, Failure):
                bucket.answered()
                self._broken.discard(place)
                return outcome
            if outcome.code == "expired" and not renewed and identity.renew(used):
                renewed = True
            elif not self._again(place, outcome, attempt=attempt, bucket=bucket):
                raise RefusedError(outcome)

    def _may_ask(self, bucket: Bucket) -> None:
        if bucket.closed:
            reason = "earlier calls were throttled to the last attempt"
            raise RefusedError(Failure(code="throttled", reason=reason))
        bucket.take()
        if self.stop.is_set():
            raise RefusedError(Failure(code="failed", reason="the scan was stopped"))

    def _attempt(self, place: Place, parameters: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        client = self.clients.client(place.service, place.region)
        method = self.clients.operation(place.service, place.operation).method
        try:
            answer: Mapping[str, Any] = getattr(client, method)(**parameters)
        except EndpointConnectionError as error:
            if self.clients.offers(place.service, place.region):
                return failure_of(error)
            return Failure(code="unsupported", reason="the service has no endpoint in the region")
        except (BotoCoreError, ClientError, ResponseParserError, UnreadableAnswerError) as error:
            return failure_of(error)
        return answer

    def _again(self, place: Place, failure: Failure, *, attempt: int, bucket: Bucket) -> bool:
        """Say, after a pause, whether another attempt makes sense."""
        if failure.code == "throttled":
            return bucket.throttled(attempt)
        if not failure.passing or place in self._broken:
            return False
        if bucket.failed(attempt):
            return True
        self._broken.add(place)
        return False


def _truncated(reason: str) -> RefusedError:
    return RefusedError(Failure(code="truncated", reason=reason))
