# SPDX-License-Identifier: Apache-2.0
from collections import Counter

import pytest

from bartizan.model.facts import TABLES
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.part import part
from bartizan.reason.authz.aws.estate.settle import decide
from bench.organization import KINDS, Kind, organization
from bench.requests import requests


@pytest.mark.parametrize("kind", KINDS)
def test_every_policy_can_be_read_and_is_there(kind: Kind) -> None:
    facts = organization(10, seed=1, kind=kind)
    documents = Estate(facts).documents

    missing = [documents.policy(row.id).missing for row in facts.rows(Policy)]
    assert [item for item in missing if item] == []
    held = {row.id for row in facts.rows(Policy)}
    assert {row.policy for row in facts.rows(Attachment)} <= held


@pytest.mark.parametrize("kind", KINDS)
def test_each_account_has_as_many_principals_as_asked_for(kind: Kind) -> None:
    for each in (1, 5, 13, 20, 33):
        facts = organization(3, each, seed=1, kind=kind)

        assert set(Counter(row.account for row in facts.rows(Principal)).values()) == {each}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_organization(kind: Kind) -> None:
    first, second = (organization(5, seed=7, kind=kind) for _ in range(2))

    assert all(first.table(table).equals(second.table(table)) for table in TABLES)


def test_no_statement_of_a_hostile_organization_stands_twice() -> None:
    facts = organization(12, seed=1, kind="hostile")
    documents = Estate(facts).documents

    own = [row for row in facts.rows(Policy) if not row.record.startswith("arn:aws:organ")]
    texts = Counter(
        statement.text
        for row in own
        for _, statement in documents.statements((documents.policy(row.id),))
    )

    assert texts.most_common(1)[0][1] == 1


def test_a_realistic_organization_repeats_itself() -> None:
    facts = organization(12, seed=1, kind="realistic")
    texts = Counter(row.document for row in facts.rows(Policy))

    assert len(texts) < sum(texts.values()) / 1.5


@pytest.mark.parametrize("kind", KINDS)
def test_requests_meet_every_verdict_and_their_part_decides_them(kind: Kind) -> None:
    facts = organization(12, seed=1, kind=kind)
    drawn = requests(facts, seed=1)
    whole = Estate(facts)
    told = Counter[str]()

    for number, request in enumerate(drawn.triples(400)):
        decision = decide(whole, *request)
        told[type(decision.verdict).__name__] += 1
        if number % 20 == 0:
            cut = Estate(part(facts, (request[0], request[2])))
            assert decide(cut, *request) == decision

    assert min(told["Allowed"], told["Denied"], told["Unknown"]) > 0
