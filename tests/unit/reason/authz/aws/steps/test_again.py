# SPDX-License-Identifier: Apache-2.0
"""What is derived anew after a change, and what is not; that it is right is a property."""

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import ClusterAccess, Share
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Policy
from bartizan.model.facts.service import Endpoint, ServicePort
from bartizan.model.table import Row
from bartizan.reason.authz.aws.steps import derivation
from bartizan.reason.authz.aws.steps.again import again
from bartizan.reason.authz.aws.steps.changed import ABOUT, WHOLE, Owners, changed
from tests.fakes.dice import seeded
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_organization import organization
from tests.fakes.statements import FULL, allow, trusts
from tests.fakes.watched import Watched

A, B, VENDOR = "111111111111", "222222222222", "333333333333"
REST: tuple[type[Row], ...] = (ClusterAccess, ServicePort, Share)
"""Tables of which steps are made that are derived anew each time."""


def built(*, let_in: tuple[str, ...] = (), reads: bool = False, extra: bool = False) -> Facts:
    """Two accounts with a role and a bucket each; some are let in by that of the second one."""
    estate = EstateBuilder()
    for account in (A, B):
        estate.account(account)
        estate.role("r", account, trust=[], allows=[allow("s3:GetObject")] if reads else [])
        estate.bucket(f"b-{account}", account)
    names = {"AWS": [f"arn:aws:iam::{one}:root" for one in let_in]}
    estate.role("open", B, allows=FULL, trust=[trusts(names)] if let_in else [])
    if extra:
        estate.user("u", B, allows=[allow("sts:AssumeRole")])
    return estate.facts()


def test_it_is_said_of_every_table_whom_its_rows_are_about() -> None:
    seen: set[type[Row]] = set()
    for seed in range(8):
        facts = Watched.over(organization(seeded(seed)).facts)
        list(derivation.steps(facts))
        seen |= facts.seen

    assert seen == {*WHOLE, *ABOUT, Policy, Unread, Endpoint, *REST}


def test_an_account_that_is_let_in_changes_the_one_that_lets_it_in() -> None:
    before, after = built(), built(let_in=(A,))

    found = changed(before, after, Owners(before, after))

    assert found is not None
    assert found.accounts == {B}


def test_an_account_more_changes_everything() -> None:
    before, after = built(), built()
    more = EstateBuilder()
    more.account(VENDOR)

    assert changed(before, after.joined(more.facts()), Owners(before, after)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((), (A,)),
        ((A,), ()),
        ((), (VENDOR,)),
        ((VENDOR,), ()),
        ((VENDOR,), (A, VENDOR)),
    ],
)
def test_who_is_let_in_is_told_as_anew(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = built(let_in=old, reads=True), built(let_in=new, reads=True, extra=True)
    known = tuple(derivation.steps(before))

    found = set(again(before, known, after))

    assert found == set(derivation.steps(after))
    assert found != set(known)


def test_what_did_not_change_is_taken_over_and_not_asked_again() -> None:
    before, after = built(reads=True), built(reads=True, extra=True)
    known = tuple(derivation.steps(before))
    mine = next(step for step in known if step.grants.entity == f"arn:aws:s3:::b-{A}")

    (found,) = (step for step in again(before, known, after) if step == mine)

    assert found is mine


def test_many_accounts_are_derived_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "MANY", 2)
    before, after = built(), built(let_in=(A,))

    assert list(again(before, (), after)) == list(derivation.steps(after))
