# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from bartizan.app.what_if import what_if
from bartizan.errors import InputError, PolicyError, UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Attachment, Policy
from tests.fakes.estate import EstateBuilder
from tests.fakes.policies import identity
from tests.fakes.statements import allow

ACCOUNT = "111111111111"
ODD = f"arn:aws:iam::{ACCOUNT}:policy/a@b=c"
"""A name may hold the marks that options use."""


@pytest.fixture
def facts() -> Facts:
    built = EstateBuilder()
    built.account(ACCOUNT)
    built.policy(ODD, [allow("s3:*")])
    for name in ("u", "v@w"):
        built.attach(ODD, built.user(name, ACCOUNT))
    return built.facts()


def targets(facts: Facts) -> list[str]:
    return [row.target.rsplit("/", 1)[-1] for row in facts.rows(Attachment)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (ODD, []),
        (f"{ODD}@arn:aws:iam::{ACCOUNT}:user/u", ["v@w"]),
        (f"{ODD}@arn:aws:iam::{ACCOUNT}:user/v@w", ["u"]),
    ],
)
def test_a_policy_and_its_target_are_told_apart(facts: Facts, text: str, left: list[str]) -> None:
    found = what_if(facts, detach=[text])

    assert targets(found.facts) == left
    assert found.changes[0].startswith(f"`{ODD}` detached from")


def test_a_policy_and_its_file_are_told_apart(facts: Facts, tmp_path: Path) -> None:
    place = tmp_path / "new=1.json"
    place.write_text(identity(Action="sqs:*"), encoding="utf-8")

    found = what_if(facts, replace=[f"{ODD}={place}"])

    (policy,) = found.facts.rows(Policy)
    assert policy.document == place.read_text(encoding="utf-8")
    assert found.changes == (f"`{ODD}` replaced by `{place}`",)


def test_nothing_supposed_leaves_the_facts_as_they_are(facts: Facts) -> None:
    assert what_if(facts).facts is facts


def test_changes_are_made_one_after_another(facts: Facts) -> None:
    one = f"{ODD}@arn:aws:iam::{ACCOUNT}:user/u"

    with pytest.raises(UsageError, match="is not attached"):
        what_if(facts, detach=[one, one])


@pytest.mark.parametrize("text", [ODD, f"{ODD}="])
def test_a_policy_without_a_file_is_bad_usage(facts: Facts, text: str) -> None:
    with pytest.raises(UsageError, match="not a policy and a file"):
        what_if(facts, replace=[text])


def test_a_file_that_is_not_there_is_bad_input(facts: Facts, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        what_if(facts, replace=[f"{ODD}={tmp_path / 'none.json'}"])


@pytest.mark.parametrize(("content", "error"), [(b"\xff", InputError), (b"{}", PolicyError)])
def test_a_file_that_is_no_policy_is_refused(
    facts: Facts, tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    place = tmp_path / "bad.json"
    place.write_bytes(content)

    with pytest.raises(error):
        what_if(facts, replace=[f"{ODD}={place}"])
