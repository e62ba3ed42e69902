# SPDX-License-Identifier: Apache-2.0
"""Reads AWS as it is now: an organisation, or the one account that the caller is in."""

from collections.abc import Callable

from msgspec import Struct

from bartizan.errors import UsageError
from bartizan.ports import Pieces, Progress
from bartizan.sources.aws.grant import session_policy
from bartizan.sources.aws.live.ask import Asker
from bartizan.sources.aws.live.client import Clients
from bartizan.sources.aws.live.crew import SerialProgress
from bartizan.sources.aws.live.enter import Door
from bartizan.sources.aws.live.settings import AwsSettings
from bartizan.sources.aws.live.sign_in import sign_in
from bartizan.sources.aws.live.walk import Walk
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import SERVICES

__all__ = ["AwsSettings", "AwsSource"]


class AwsSource(Struct, frozen=True):
    """Makes the calls of the table, and no others but those that sign in: all of them read.

    `Pieces.write` is called from several threads at once, never twice for one piece.
    """

    settings: AwsSettings
    services: tuple[Service, ...] = SERVICES
    """The table of calls."""
    wait: Callable[[float], object] | None = None
    """Waits for so many seconds; None for real time."""

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write all pieces that are not finished yet. A part that cannot be read is an `Unread`
        record in its piece.

        Raises:
            UsageError: the settings name a service that is not in the table.
            SourceError: nothing at all can be read (no credentials, wrong endpoint).
        """
        known = {service.name.casefold() for service in self.services}
        for name in sorted(self.settings.services):
            if name.casefold() not in known:
                names = ", ".join(sorted(service.name for service in self.services))
                raise UsageError(f"there is no service `{name}`", hint=f"choose from: {names}")
        clients = Clients(
            profile=self.settings.profile,
            endpoint_url=self.settings.endpoint_url,
            concurrency=self.settings.concurrency,
        )
        shown = SerialProgress(progress)
        asker = Asker(clients=clients, progress=shown, wait=self.wait)
        try:
            calls = [call for service in self.services for call in service.calls]
            door = Door(
                settings=self.settings,
                services=self.services,
                asker=asker,
                start=sign_in(self.settings, asker),
                policies=(session_policy(calls), session_policy(calls, limit=0)),
            )
            Walk(door=door, draft=draft, progress=shown, finished=draft.finished()).run()
        finally:
            clients.close()
