# SPDX-License-Identifier: Apache-2.0
"""What is read is kept alone, or over what was read before."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bartizan.app.scan import scan
from bartizan.errors import InputError, UsageError
from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Record
from bartizan.ports import Pieces, Progress
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.puppet.record import unread
from bartizan.store.parquet import ParquetStore
from tests.fakes.aws_scan import CountingProgress
from tests.fakes.puppet import catalog, read, resource
from tests.fakes.records import AccountPerRecord, record

AT = "2026-01-01T00:00:00Z"
ONE, OTHER = "111111111111", "222222222222"


def caller(account: str) -> Record:
    """What says that an account was looked into."""
    return Record(
        provider="aws", account=account, region="", service="sts",
        kind="AWS::STS::CallerIdentity", id=account, body={},
    )  # fmt: skip


class Told:
    """A source of some records, one piece for each, which looks at what is safe already."""

    def __init__(self, *records: Record) -> None:
        self.records = records

    def collect(self, draft: Pieces, progress: Progress) -> None:
        for number, one in enumerate(self.records):
            piece = f"piece/{number}"
            assert piece not in draft.finished()
            draft.write(piece, [one])
            progress.finished(piece, records=len(draft.read(piece)), unread=0)


def host(name: str, *users: str) -> tuple[Record, ...]:
    return read(catalog(*(resource("User", user) for user in users), name=name))


def kept(store: ParquetStore, records: Sequence[Record], *, over: str | None = None) -> str:
    source = Told(*records)
    manifest = scan(
        source, store, CountingProgress(), scope="x", sources=("puppet",), resume=False,
        now=lambda: AT, over=over,
    )  # fmt: skip
    return manifest.id


@pytest.fixture
def store(tmp_path: Path) -> ParquetStore:
    return ParquetStore(tmp_path, AccountPerRecord())


def test_what_is_read_over_a_snapshot_stands_beside_what_it_holds(store: ParquetStore) -> None:
    cloud = kept(store, [record("a")])

    both = store.open(kept(store, host("web1", "alice"), over=cloud))

    assert [one.id for one in both.records.of("AWS::Test::Thing")] == ["a"]
    assert [one.id for one in both.records.of("Puppet::Resource")] == ["web1/User[alice]"]
    assert (both.manifest.parent, both.manifest.sources) == (cloud, ("puppet",))


def test_it_takes_the_place_of_what_was_told_of_the_same_hosts(store: ParquetStore) -> None:
    gap = unread(operation="x", code="hidden", reason="y", at=AT, host="web1")
    cloud_gap = record("b", kind=UNREAD_KIND)
    first = kept(store, [gap, cloud_gap, *host("web1", "alice"), *host("web2", "bob")])

    overlaid = store.open(kept(store, host("web1", "carl"), over=first))

    again = overlaid.records
    assert ("Puppet::Catalog", "web1") not in overlaid.manifest.dropped
    assert [one.id for one in again.of("Puppet::Resource")] == [
        "web1/User[carl]",
        "web2/User[bob]",
    ]
    assert [one.id for one in again.of(UNREAD_KIND)] == ["b"]


def test_the_same_read_alone_or_over_another_has_the_same_id(store: ParquetStore) -> None:
    cloud = kept(store, [record("a")])
    both = kept(store, host("web1", "alice"), over=cloud)

    assert kept(store, [record("a"), *host("web1", "alice")]) == both


def test_a_newer_read_of_one_account_leaves_what_was_asked_of_the_others(
    store: ParquetStore,
) -> None:
    calls = [call for service in SERVICES for call in service.calls]
    fewer = [call for call in calls if call.kind != "AWS::ECR::Repository"]
    older = kept(
        store, [*map(caller, (ONE, OTHER)), *asked_records(("", ONE, OTHER), fewer, at=AT)]
    )
    newer = [caller(OTHER), *asked_records([OTHER], calls, at=AT)]

    found = store.open(kept(store, newer, over=older))

    rows = AwsNormaliser()(found.records).rows(Unread)
    assert {row.account for row in rows if row.kind == "AWS::ECR::Repository"} == {ONE}
    assert {row.service for row in rows} == {"ecr"}


def test_it_is_not_taken_up_where_it_broke_off(store: ParquetStore) -> None:
    with pytest.raises(UsageError, match="held in memory"):
        scan(
            Told(), store, CountingProgress(), scope="x", sources=(), resume=True,
            now=lambda: AT, over="latest",
        )  # fmt: skip


def test_a_scan_that_failed_is_in_nobodys_way(store: ParquetStore) -> None:
    class Broken:
        def collect(self, draft: Pieces, progress: Progress) -> None:
            del draft, progress
            raise InputError("no such file or folder")

    with pytest.raises(InputError):
        scan(
            Broken(), store, CountingProgress(), scope="x", sources=("puppet",), resume=False,
            now=lambda: AT,
        )  # fmt: skip

    assert kept(store, host("web1", "alice"))
