# SPDX-License-Identifier: Apache-2.0
"""Subjects of tokens against patterns of trusts."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.pipeline import token
from tests.fakes.rows import row

ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111111111111:oidc-provider/{ISSUER}"
JOB = row(
    PipelineJob, id="w#j", issuer=ISSUER, proposals=True, file="w", line=3,
    subjects=("repo:a/b:ref:refs/heads/main",),
    proposed_subjects=("repo:a/b:pull_request", "repo:a/b:ref:refs/heads/*"),
)  # fmt: skip


def trust(pattern: str, provider: str = PROVIDER) -> Step:
    start = Foothold(Ability.START.value, f"{provider}|{pattern}")
    return Step(
        technique="federation-oidc",
        needs=(start,),
        grants=Foothold(Ability.ACT_AS.value, "r"),
        cost=1,
    )


def asked(job: PipelineJob, pattern: str) -> dict[str, bool]:
    steps = token.steps([job], [trust(pattern)])
    return {step.needs[0].entity: step.proved for step in steps}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("repo:a/b:*", {"w#j": True, "w#j@pull-request": True}),
        ("repo:a/*", {"w#j": True, "w#j@pull-request": True}),
        ("repo:a@1/b@2:*", {"w#j": True, "w#j@pull-request": True}),
        ("repo:a/b:ref:refs/heads/main", {"w#j": True, "w#j@pull-request": False}),
        ("repo:a/b:pull_request", {"w#j@pull-request": False}),
        ("repo:a/b:ref:refs/heads/other", {"w#j@pull-request": False}),
        ("repo:a/c:*", {}),
        ("repo:a/b:environment:live", {}),
    ],
)
def test_a_token_has_what_a_trust_asks_surely_perhaps_or_not(
    pattern: str, found: dict[str, bool]
) -> None:
    assert asked(JOB, pattern) == found


def test_a_repository_that_nobody_names_may_be_any() -> None:
    job = row(PipelineJob, id="j", issuer=ISSUER, subjects=("repo:*:ref:refs/heads/main",))

    assert asked(job, "repo:a/b:*") == {"j": False}
    assert asked(job, "*") == {"j": True}


def test_a_job_without_a_token_or_of_another_issuer_asks_for_none() -> None:
    other = trust("repo:a/b:*", PROVIDER.replace(ISSUER, "gitlab.com"))
    none = row(PipelineJob, id="j", subjects=JOB.subjects)

    assert [*token.steps([none], [trust("repo:a/b:*")])] == []
    assert [*token.steps([JOB], [other])] == []


_TEXTS = st.text("ab*?", max_size=6)
_WORDS = st.text("ab", max_size=5)


@given(_TEXTS, _TEXTS, st.lists(_WORDS, max_size=20))
def test_what_is_taken_in_fits_and_what_fits_both_meets(
    pattern: str, subject: str, words: list[str]
) -> None:
    inside = token.takes_in(pattern, subject)
    met = token.meets(pattern, subject)
    for word in words:
        fits = fnmatch.fnmatchcase(word, pattern), fnmatch.fnmatchcase(word, subject)
        assert not (inside and fits[1]) or fits[0]
        assert met or not all(fits)


@given(_TEXTS, _TEXTS)
def test_patterns_meet_just_where_a_word_fits_both(pattern: str, subject: str) -> None:
    words = ["", *_all_words(6)]
    both = any(
        fnmatch.fnmatchcase(word, pattern) and fnmatch.fnmatchcase(word, subject) for word in words
    )

    assert token.meets(pattern, subject) is both or len(pattern) + len(subject) > 6


def _all_words(length: int) -> list[str]:
    found = [""]
    every: list[str] = []
    for _ in range(length):
        found = [word + letter for word in found for letter in "ab"]
        every += found
    return every
