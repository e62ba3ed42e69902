# SPDX-License-Identifier: Apache-2.0
"""A scan of a small made-up organisation that is killed dead and taken up again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import bartizan
from bartizan.app import wiring
from bartizan.model.snapshot import Manifest
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.services import SERVICES
from bartizan.store.draft import ParquetDraft
from bartizan.store.parquet import ParquetStore
from tests.fakes import killed_command
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import user
from tests.fakes.aws_server import CALLER, FakeAws, account_of

MEMBER = "222222222222"
REGION = "eu-west-1"
_INCOMPLETE = 3
"""What a scan exits with here, as the made-up AWS answers some calls with nothing."""


def served() -> FakeAws:
    """Return an organisation of two accounts in which every call of the table is answered."""
    called = {call.service for service in SERVICES for call in service.calls}
    details = {"UserDetailList": [user("ann"), user("bob")], "RoleDetailList": []}
    return FakeAws(
        # In S3 any path is some object, so that S3 Control must be tried before it.
        services=sorted(called | {"sts"}, reverse=True),
        members=[MEMBER],
        replies={"iam:GetAccountAuthorizationDetails": details},
    )


@dataclass
class Home:
    """A home with the snapshots and drafts of scans of `aws`."""

    aws: FakeAws
    place: Path
    requests: list[Asked] = field(default_factory=list)
    """What the last scan asked."""

    @property
    def store(self) -> ParquetStore:
        return wiring.store(self.place)

    def scan(self, *, kill_at: int = 0, since: str = "start", resume: bool = True) -> bool:
        """Scan, and say whether that came to its end."""
        told, first = self.place.parent / f"{self.place.name}.told", len(self.aws.calls)
        command = [sys.executable, killed_command.__file__, str(kill_at), since, str(told)]
        command += ["scan", "aws", "--endpoint-url", self.aws.url]
        command += ["--resume"] if resume else []
        done = subprocess.run(command, env=self._environment(), capture_output=True, check=False)
        self.requests = self.aws.calls[first:]
        assert done.returncode in (_INCOMPLETE, -signal.SIGKILL), done.stderr.decode()
        return done.returncode == _INCOMPLETE

    def events(self) -> tuple[int, int]:
        """Return how many events the last whole scan had, in all and from its commit on."""
        told = (self.place.parent / f"{self.place.name}.told").read_text(encoding="utf-8")
        whole, commit = told.split()
        return int(whole), int(commit)

    def finished(self) -> frozenset[str]:
        """Name the pieces that are safe in an unfinished draft."""
        drafts = self.place / "drafts"
        found = [one for one in drafts.glob("*") if one.is_dir() and not one.name.startswith(".")]
        pieces = (ParquetDraft(one, self.store.snapshots, -1).finished() for one in found)
        return frozenset(piece for held in pieces for piece in held)

    def snapshot(self) -> Manifest | None:
        """Return the only snapshot that is there, which must be whole; None where none is."""
        found = self.store.list()
        assert len(found) <= 1
        for manifest in found:
            assert not self.store.verify(manifest.id)
        return found[0] if found else None

    def asked_again(self, finished: frozenset[str]) -> list[str]:
        """Name the requests of the last scan that were about pieces in `finished` alone."""
        return [
            f"{one.service}:{one.operation} of {account_of(one)}"
            for one in self.requests
            if one.service != "sts" and (told := set(_pieces(one))) and told <= finished
        ]

    def left_behind(self) -> list[str]:
        """Name what is neither a snapshot, nor a lock, nor the home's key."""
        return sorted(
            str(one.relative_to(self.place))
            for one in self.place.rglob("*")
            if one.is_dir() and (one.parent.name == "drafts" or one.name.endswith(".partial"))
        )

    def _environment(self) -> Mapping[str, str]:
        nothing = str(self.place / "nothing")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(Path(bartizan.__file__).parents[1]),
            "BARTIZAN_HOME": str(self.place),
            "AWS_ACCESS_KEY_ID": f"AKIA{CALLER}",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": nothing,
            "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def home(place: Path) -> Iterator[Home]:
    """Serve a made-up AWS for scans into `place`."""
    place.mkdir(parents=True)
    with served() as aws:
        yield Home(aws, place)


def _pieces(asked: Asked) -> Iterator[str]:
    """Yield the pieces that a request may be for."""
    for service in SERVICES:
        for call in service.calls:
            if (call.service, call.operation) == (asked.service, asked.operation):
                match call.scope:
                    case Scope.ORGANIZATION:
                        yield f"organization/{service.name}"
                    case Scope.ACCOUNT:
                        yield f"{account_of(asked)}/global/{service.name}"
                    case Scope.REGION:
                        yield f"{account_of(asked)}/{asked.region}/{service.name}"
