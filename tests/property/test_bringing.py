# SPDX-License-Identifier: Apache-2.0
"""Whose requests could hold some keys is told of all callers at once as of each alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_words import TAGS
from tests.fakes.slow_kernel import SlowKernel

KEYS = (
    *("aws:PrincipalTag/team", "aws:PrincipalTag/Stage", "aws:MultiFactorAuthPresent"),
    *("aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:TokenIssueTime"),
)
"""Keys of which callers have different ones, and one that anybody may have."""


@given(dice(), st.dictionaries(st.sampled_from(KEYS), st.sampled_from(TAGS), max_size=3))
@settings(max_examples=40, deadline=None)
def test_callers_could_hold_what_each_of_them_could(thrown: Dice, chosen: dict[str, str]) -> None:
    facts = organization(thrown, small=True).facts
    kernel, slow = Kernel.compile(facts), SlowKernel(facts)

    found = dict(zip(kernel.names, kernel.could_hold(chosen).tolist(), strict=True))
    alone = dict(zip(slow.names, slow.could_hold(chosen).tolist(), strict=True))
    assert found == alone
