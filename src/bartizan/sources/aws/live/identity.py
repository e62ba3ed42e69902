# SPDX-License-Identifier: Apache-2.0
"""Who the scan signs in as: the caller, or a role that the caller may assume.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import threading
import time
from collections.abc import Callable, Mapping

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct, field

from bartizan.sources.aws.live.ask import Asker, Identity, Place
from bartizan.sources.aws.live.failure import Failure, RefusedError, failure_of

SESSION_NAME = "bartizan"
"""Shows in the account's trail; the same each time, so that equal scans read equal."""

_LIFETIME = 3600
"""Seconds: the longest that a chained role allows."""
_TOO_LARGE = "PackedPolicyTooLarge"
_EARLY = 300
"""Seconds before its end at which a session is replaced."""


class Caller(Struct, frozen=True):
    """Whoever started the scan; botocore refreshes what can be refreshed."""

    credentials: Credentials

    def frozen(self) -> ReadOnlyCredentials:
        """Return credentials that work now.

        Raises:
            RefusedError: they cannot be had any more.
        """
        try:
            return self.credentials.get_frozen_credentials()
        except (BotoCoreError, ClientError, RuntimeError) as error:
            raise RefusedError(Failure(code="expired", reason=failure_of(error).reason)) from error

    def renew(self, used: ReadOnlyCredentials) -> bool:
        """Say whether other credentials are there by now."""
        return bool(self.frozen() != used)


class AssumedRole(Struct):
    """A session of a role, assumed when it is first needed and again before it ends."""

    arn: str
    """The role."""
    via: Identity
    """Who assumes it."""
    asker: Asker
    region: str
    """Where STS is asked."""
    policies: tuple[str, ...] = ("",)
    """Session policies: what the session is cut down to. The next is tried where AWS finds one too
    large once packed, which only AWS can tell; an empty one cuts nothing."""
    external_id: str = ""
    now: Callable[[], float] = time.monotonic
    """NOTE: the age of a session is measured here, as the clocks of two machines may differ."""
    _held: ReadOnlyCredentials | None = None
    _assumed_at: float = 0.0
    _gone: Failure | None = None
    """Why it could not be assumed again; nothing works from then on."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def frozen(self) -> ReadOnlyCredentials:
        """Return credentials that work now.

        Raises:
            RefusedError: the role cannot be assumed, or not any more.
        """
        with self._lock:
            if self._gone is not None:
                raise RefusedError(self._gone)
            if self._held is None or self.now() - self._assumed_at > _LIFETIME - _EARLY:
                self._held = self._assume()
            return self._held

    def renew(self, used: ReadOnlyCredentials) -> bool:
        """Assume the role again, unless another thread just did.

        Raises:
            RefusedError: that is refused now; the session is over.
        """
        with self._lock:
            if self._gone is None and self._held == used:
                self._held = self._assume()
            return self._gone is None

    def _assume(self) -> ReadOnlyCredentials:
        self._assumed_at = self.now()
        for policy in self.policies:
            try:
                return self._assume_under(policy)
            except RefusedError as refused:
                if refused.failure.error == _TOO_LARGE and policy != self.policies[-1]:
                    continue
                self._gone = refused.failure
                raise
        raise AssertionError("there is always a policy, be it empty")

    def _assume_under(self, policy: str) -> ReadOnlyCredentials:
        parameters = {
            "RoleArn": self.arn,
            "RoleSessionName": SESSION_NAME,
            "DurationSeconds": _LIFETIME,
        }
        if policy:
            parameters["Policy"] = policy
        if self.external_id:
            parameters["ExternalId"] = self.external_id
        answer = self.asker.answer(
            Place("sts", self.region, "AssumeRole"),
            parameters,
            identity=self.via,
            bucket=self.asker.bucket(),
        )
        return _credentials(answer)


def _credentials(answer: Mapping[str, object]) -> ReadOnlyCredentials:
    held = answer.get("Credentials")
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    if not isinstance(held, dict) or not all(held.get(name) for name in names):
        reason = "the answer to `AssumeRole` holds no credentials"
        raise RefusedError(Failure(code="failed", reason=reason))
    return ReadOnlyCredentials(*(held[name] for name in names))
