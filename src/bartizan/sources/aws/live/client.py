# SPDX-License-Identifier: Apache-2.0
"""The clients of a scan: one per service and region, whoever signs what it sends."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from botocore import xform_name
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import (
    BotoCoreError,
    DataNotFoundError,
    ProfileNotFound,
    UnknownServiceError,
)
from botocore.loaders import Loader, create_loader
from botocore.paginate import PaginatorModel
from botocore.session import Session
from msgspec import Struct

from bartizan.errors import SourceError
from bartizan.sources.aws.live import wire
from bartizan.sources.aws.live.failure import Failure, RefusedError, one_line
from bartizan.sources.aws.live.page import Paging, paging

_KEPT = 256
"""Clients kept; each takes a third of a megabyte, and making one takes as long as a few calls."""
_CONNECT_SECONDS = 10
_READ_SECONDS = 60


class Signer(Protocol):
    """Somebody who can sign requests."""

    def frozen(self) -> ReadOnlyCredentials:
        """Return credentials that work now.

        Raises:
            RefusedError: there are none.
        """
        ...


class _Lent(Credentials):  # type: ignore[misc] # the library has no types
    """Credentials that are those of whoever the running thread acts as.

    A client keeps its credentials for life; this way one client serves all accounts, and memory
    does not grow with them.
    """

    def __init__(self) -> None:
        super().__init__("lent", "lent")
        self.actor = threading.local()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the credentials of the running thread's actor."""
        return self.actor.credentials


@functools.cache
def _loader(data_path: str | None) -> Loader:
    """Return what reads service models: they are the same for all, and slow to read."""
    return create_loader(data_path)


def session(profile: str) -> Session:
    """Return a session of the AWS configuration; empty `profile` for the usual one.

    Raises:
        SourceError: there is no such profile, or the configuration cannot be read.
    """
    made = Session(profile=profile or None)
    try:
        path = made.get_config_variable("data_path")
    except ProfileNotFound as error:
        raise SourceError(
            f"there is no AWS profile `{made.get_config_variable('profile')}`",
            hint="list the profiles with `aws configure list-profiles`",
        ) from error
    except BotoCoreError as error:
        raise SourceError(f"cannot read the AWS configuration: {one_line(str(error))}") from error
    made.register_component("data_loader", _loader(path))
    return made


class _Resolver:
    """Gives the lent credentials where a session asks for its own."""

    def __init__(self, lent: _Lent) -> None:
        self.lent = lent

    def load_credentials(self) -> Credentials:
        """Return the lent credentials."""
        return self.lent


class Operation(Struct, frozen=True):
    """How one operation is called."""

    method: str
    """Name of the client's method."""
    paging: Paging


class Clients:
    """Makes clients when they are first needed and drops those that were not needed for long."""

    def __init__(
        self, *, profile: str, endpoint_url: str, concurrency: int, kept: int = _KEPT
    ) -> None:
        self._lent = _Lent()
        self._session = session(profile)
        self._session.register_component("credential_provider", _Resolver(self._lent))
        wire.teach(self._session)
        self._endpoint_url = endpoint_url or None
        self._kept = kept
        # Attempts are counted and paced here, so that botocore makes one.
        # NOTE: endpoints that carry the account's id are kept by a client for the first account.
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=concurrency,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            account_id_endpoint_mode="disabled",
        )
        self._clients: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._operations: dict[tuple[str, str], Operation] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Return the client of a service in a region.

        Raises:
            RefusedError: the installed botocore does not know the service.
            SourceError: the configured endpoint is no address.
        """
        key = (service, region)
        with self._lock:
            if key in self._clients:
                self._clients.move_to_end(key)
                return self._clients[key]
            try:
                made = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint_url,
                    config=self._config,
                )
            except UnknownServiceError as error:
                raise _unknown(service) from error
            except ValueError as error:
                raise SourceError(f"cannot reach `{service}`: {error}") from error
            self._clients[key] = made
            if len(self._clients) > self._kept:
                # Whoever still calls with it may: a closed client opens new connections.
                self._clients.popitem(last=False)[1].close()
            return made

    def operation(self, service: str, operation: str) -> Operation:
        """Return how to call `operation`.

        Raises:
            RefusedError: the installed botocore does not know it.
        """
        key = (service, operation)
        with self._lock:
            if key not in self._operations:
                self._operations[key] = self._look_up(service, operation)
            return self._operations[key]

    def _look_up(self, service: str, operation: str) -> Operation:
        try:
            model = self._session.get_service_model(service)
        except UnknownServiceError as error:
            raise _unknown(service) from error
        if operation not in model.operation_names:
            raise _unknown(f"{service}:{operation}")
        try:
            paginators = self._session.get_paginator_model(service)
        except DataNotFoundError:
            paginators = PaginatorModel({"pagination": {}})
        return Operation(method=xform_name(operation), paging=paging(model, paginators, operation))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            while self._clients:
                self._clients.popitem()[1].close()

    def offers(self, service: str, region: str) -> bool:
        """Say whether the installed botocore lists the region for the service."""
        partition = self._session.get_partition_for_region(region)
        with self._lock:
            return region in self._session.get_available_regions(service, partition)

    @contextmanager
    def acting_as(self, signer: Signer) -> Iterator[ReadOnlyCredentials]:
        """Sign what the running thread calls in `signer`'s name."""
        credentials = signer.frozen()
        self._lent.actor.credentials = credentials
        try:
            yield credentials
        finally:
            del self._lent.actor.credentials


def _unknown(name: str) -> RefusedError:
    reason = f"the installed botocore does not know `{name}`"
    return RefusedError(Failure(code="unsupported", reason=reason))
