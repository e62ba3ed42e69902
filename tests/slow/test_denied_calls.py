# SPDX-License-Identifier: Apache-2.0
"""Every call of the table denied, one at a time: nothing goes silently, nothing is made up.

The example organisation is built on the emulator and scanned once, through a server that records
every answer. Then, for each operation of the table, the collecting engine reads again every piece
in which it is made, from the recorded answers with that operation refused, and the whole road from
records to paths and cut is gone. Pieces of services that do not make the call are those recorded.
An operation that the example gives no cause to ask for is asserted to change nothing.
"""

from collections.abc import Iterator

import pytest

from bartizan.cli.options import INCOMPLETE, status
from bartizan.errors import SourceError
from bartizan.model.record import RecordKey
from tests.fakes.aws_scan import MemoryDraft
from tests.fakes.denied_estate import (
    REGIONS,
    Example,
    View,
    complaints,
    operations,
    recorded_example,
    scan,
    view,
)

pytestmark = pytest.mark.slow

WHO = "sts:GetCallerIdentity"
"""Without it nobody knows where the scan is; AWS lets everybody make this call."""


@pytest.fixture(scope="module")
def example() -> Iterator[Example]:
    with recorded_example() as made:
        yield made


def contents(seen: View) -> dict[RecordKey, object]:
    return {one.key: one.body for one in seen.records.rows}


def judge(example: Example, operation: str, account: str) -> None:
    seen, refused = example.denied(operation, account=account)

    assert example.aws.strange == []
    if not refused:
        assert contents(seen) == contents(example.whole)
        return
    assert complaints(example.whole, seen, operation) == []
    rank = max((path.jewel.rank for path in seen.findings.proved), default=0)
    unread = len(seen.findings.unread)
    said = status(rank=rank, unread=unread, fail_on="low", allow_incomplete=False)
    assert said == INCOMPLETE


@pytest.mark.parametrize("operation", [name for name in operations() if name != WHO])
def test_a_call_that_is_denied_everywhere_hides_no_path_and_opens_none(
    example: Example, operation: str
) -> None:
    judge(example, operation, "")


@pytest.mark.parametrize("operation", operations())
def test_a_call_that_is_denied_in_one_account_hides_no_path_and_opens_none(
    example: Example, operation: str
) -> None:
    judge(example, operation, example.names["data"])


def test_without_knowing_who_it_is_a_scan_ends_in_words(example: Example) -> None:
    with pytest.raises(SourceError, match="cannot sign in to AWS"):
        example.denied(WHO)


def test_an_unchanged_estate_read_again_gives_the_same_records(example: Example) -> None:
    draft = MemoryDraft()
    scan(example.aws.url, draft, regions=REGIONS)

    assert example.aws.strange == []
    assert contents(view(draft.pieces)) == contents(example.whole)
