# SPDX-License-Identifier: Apache-2.0
"""The definition beside another engine: where they differ, a page says why and who is right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential.comparison import Comparison, compare, ours
from tests.differential.deviations import DENIED_ANYWAY, DEVIATIONS, UNDECIDED
from tests.differential.oracle import FOLDER, Oracle, translated
from tests.fakes.drawn_request import requests

LABS = Path(__file__).parent.parent.parent / "docs" / "labs"
PLAIN = {
    "principal": {
        "type": "user",
        "arn": "arn:aws:iam::111111111111:user/u",
        "account": "111111111111",
    },
    "action": "s3:GetObject",
    "resource": {"arn": "arn:aws:s3:::bucket/k", "account": "111111111111"},
    "context": {},
    "context_complete": True,
    "policies": {
        "identity": [
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
            }
        ]
    },
}


@pytest.fixture(name="oracle", scope="module")
def fixture_oracle() -> Iterator[Oracle]:
    if not (FOLDER / "installed").exists():
        pytest.skip("the other engine is not installed: install node and npm, then `make test`")
    with Oracle(FOLDER) as running:
        yield running


def _agree(seed: int, count: int, oracle: Oracle) -> Comparison:
    found = compare(list(requests(seed, count)), oracle)
    assert found.unclassified == [], "\n".join(found.unclassified[:10])
    assert found.answered == count
    # Requests that nothing is written about would agree on being denied.
    assert found.verdicts["allowed"] > count / 10
    assert found.verdicts["denied explicitly"] > count / 10
    return found


def test_the_two_engines_differ_only_where_a_page_says_why(oracle: Oracle) -> None:
    _agree(1, 2_000, oracle)


@pytest.mark.slow
def test_many_requests_meet_every_known_deviation_and_no_other(oracle: Oracle) -> None:
    found: set[str] = set()
    for seed in range(2, 12):
        found |= set(_agree(seed, 4_000, oracle).classes)

    known = {one.name for one in (*DEVIATIONS, DENIED_ANYWAY)}
    assert found == known | set(UNDECIDED.values())


def test_a_disagreement_that_nothing_causes_is_told_and_made_small(oracle: Oracle) -> None:
    wide = {**PLAIN, "context": {"aws:UserAgent": "x"}}

    found = compare([wide], oracle, answering=lambda _: "denied")

    (told,) = found.unclassified
    assert told.startswith("we say denied, the other engine allowed")
    assert "UserAgent" not in told


def test_a_plain_request_is_answered_alike(oracle: Oracle) -> None:
    assert list(oracle.ask([translated(PLAIN)])) == [ours(PLAIN)] == ["allowed"]


def test_every_deviation_has_its_section_and_every_section_its_deviation() -> None:
    text = (LABS / "other-engines.md").read_text(encoding="utf-8")
    sections = {
        re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        for title in re.findall(r"^## (.+)$", text, re.MULTILINE)
    }

    assert sections == {one.name for one in (*DEVIATIONS, DENIED_ANYWAY)}


def test_everything_undecided_has_its_page() -> None:
    assert [page for page in UNDECIDED.values() if not (LABS / page).exists()] == []
