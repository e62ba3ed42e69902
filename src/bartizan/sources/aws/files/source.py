# SPDX-License-Identifier: Apache-2.0
"""Reads an estate from files that AWS tools wrote, with no access to AWS."""

import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.facts.gap import Unread
from bartizan.model.moment import written
from bartizan.model.record import Json, Record
from bartizan.ports import Pieces, Progress
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.files.config_snapshot import snapshot_dumps
from bartizan.sources.aws.files.dump import Dump, recognise
from bartizan.sources.aws.files.dump_records import Translation, by_operation
from bartizan.sources.aws.files.json_file import read
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.aws.unread import PROVIDER, unread_record

_logger = logging.getLogger(__name__)

CLI, CONFIG = "aws-cli", "aws-config"
"""What files may be: output of the AWS CLI, or configuration snapshots of AWS Config."""

_FILES = 1_000_000
"""Files of one folder; more is no folder of dumps."""


def _now() -> datetime:
    return datetime.now(UTC)


class FileSource(Struct, frozen=True):
    """Translates files into the records that a live scan would have written. What the table of
    calls would have asked and no file answers is `unread`.
    """

    places: Sequence[Path]
    """Files and folders."""
    kind: str | None = None
    """`aws-cli` or `aws-config`; None to tell from each file."""
    key: bytes = b""
    """Key of the fingerprints that stand in for secrets."""
    clock: Callable[[], datetime] = _now

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write a piece for each account, region and service that the files tell of.

        Raises:
            InputError: a file is damaged, or says too little to know what it is.
        """
        dumps, unknown = self._dumps()
        if not dumps:
            raise InputError(
                "nothing to load: no output of the AWS CLI, no snapshot of AWS Config, and no "
                "code, plan or state of Terraform",
                at=Location(", ".join(str(place) for place in self.places)),
                hint="name files of the AWS CLI after their commands (`s3api-list-buckets.json`); "
                "give plans and states one by one, and of code the folder with its `.tf` files",
            )
        pieces = list(self._pieces(dumps))
        progress.total(len(pieces) + 1)
        finished = draft.finished()
        for name, translation, service in pieces:
            if name not in finished:
                progress.started(name)
                _write(draft, progress, name, translation.run(service))
        progress.started("files")
        accounts = {dump.account for dump in dumps} | {""}
        calls = (call for service in SERVICES for call in service.calls)
        made = asked_records(sorted(accounts), calls, at=written(self.clock()))
        _write(draft, progress, "files", [*unknown, *made])

    def _dumps(self) -> tuple[list[Dump], list[Record]]:
        """Return what all files answer, and rows for the files that nobody understands."""
        dumps: list[Dump] = []
        unread: list[Unread] = []
        for path in self._files():
            content = read(path, named=path in self.places)
            if not isinstance(content, dict):
                raise InputError("the file holds no object", at=Location(str(path)))
            if self.kind == CONFIG or (self.kind is None and "configurationItems" in content):
                translated, gaps = snapshot_dumps(path, content)
                dumps += translated
                unread += gaps
            elif dump := recognise(path, content):
                dumps.append(dump)
            else:
                _logger.debug("no call is answered by %s", path)
                unread.append(_not_understood(path))
        at = written(self.clock())
        return dumps, [unread_record(row, at=at) for row in unread]

    def _files(self) -> Iterator[Path]:
        for place in self.places:
            if not place.exists():
                raise InputError("no such file or folder", at=Location(str(place)))
            if not place.is_dir():
                yield place
                continue
            inside = list(itertools.islice(place.rglob("*"), _FILES + 1))
            if len(inside) > _FILES:
                raise InputError(
                    f"more than {_FILES:,} files",
                    at=Location(str(place)),
                    hint="name the folders that hold the dumps, one by one",
                )
            yield from sorted(
                path
                for path in inside
                if path.name.endswith((".json", ".json.gz")) and not path.is_dir()
            )

    def _pieces(self, dumps: Sequence[Dump]) -> Iterator[tuple[str, Translation, Service]]:
        """Yield the name, the answers and the service of each piece, sorted."""
        dumps = [*dumps, *_callers(dumps)]
        for service in SERVICES:
            for scope in Scope:
                if not any(call.scope is scope for call in service.calls):
                    continue
                own = {(c.service, c.operation) for c in service.calls if c.scope is scope}
                told = [dump for dump in dumps if (dump.service, dump.operation) in own]
                if any(_says_none(dump) for dump in told):
                    continue
                held = _by_spot(told)
                for account, region, partition in _spots(dumps, told, scope):
                    place = "organization" if scope is Scope.ORGANIZATION else account
                    name = f"{place}/{region or 'global'}/{scope.value}/{service.name}"
                    translation = Translation(
                        scope=scope,
                        account=account,
                        region=region,
                        partition=partition,
                        at=written(self.clock()),
                        key=self.key,
                        dumps=by_operation(held.get((account, region), ())),
                    )
                    yield name, translation, service


def _says_none(dump: Dump) -> bool:
    """An empty answer to this call says that there is no organisation to ask anything of."""
    return dump.operation == "DescribeOrganization" and not dump.response


def _by_spot(dumps: Iterable[Dump]) -> Mapping[tuple[str, str], Sequence[Dump]]:
    found: dict[tuple[str, str], list[Dump]] = {}
    for dump in dumps:
        found.setdefault((dump.account, dump.region), []).append(dump)
    return found


def _spots(
    dumps: Sequence[Dump], told: Sequence[Dump], scope: Scope
) -> list[tuple[str, str, str]]:
    """Return the accounts, regions and partitions in which a service is looked at: all regions
    that an account is known to use where a file tells of the service in one of them, else none.
    """
    partitions = {dump.account: dump.partition for dump in dumps}
    if scope is Scope.ORGANIZATION:
        account = next((dump.account for dump in told), "")
        return [(account, "", partitions.get(account, "aws"))]
    if scope is Scope.ACCOUNT:
        return [(account, "", partitions[account]) for account in sorted(partitions)]
    used: dict[str, set[str]] = {}
    for dump in dumps:
        if dump.region:
            used.setdefault(dump.account, set()).add(dump.region)
    spoken = {dump.account for dump in told}
    return [
        (account, region, partitions[account])
        for account in sorted(partitions)
        for region in (sorted(used[account]) if account in spoken else [""])
    ]


def _callers(dumps: Iterable[Dump]) -> Iterator[Dump]:
    """Yield, for each account that files tell of, the answer that says it was looked into."""
    seen: Mapping[str, Dump] = {dump.account: dump for dump in dumps}
    asked = {dump.account for dump in dumps if dump.operation == "GetCallerIdentity"}
    for account, dump in sorted(seen.items()):
        if account in asked:
            continue
        arn = f"arn:{dump.partition}:iam::{account}:root"
        response: dict[str, Json] = {"Account": account, "UserId": account, "Arn": arn}
        yield Dump(
            path=Path("files"),
            service="sts",
            operation="GetCallerIdentity",
            parent="",
            page=0,
            account=account,
            region="",
            partition=dump.partition,
            response=response,
        )


def _not_understood(path: Path) -> Unread:
    return Unread(
        provider=PROVIDER,
        account="",
        region="",
        service="",
        operation=path.name,
        action="",
        kind="",
        resource="",
        code="unsupported",
        reason="the file answers no call that is known",
    )


def _write(draft: Pieces, progress: Progress, name: str, records: Sequence[Record]) -> None:
    draft.write(name, records)
    gaps = sum(record.kind == "Bartizan::Unread" for record in records)
    progress.finished(name, records=len(records) - gaps, unread=gaps)
