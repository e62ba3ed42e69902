# SPDX-License-Identifier: Apache-2.0
"""What is written as text is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.authz.aws.kernel import codec
from bartizan.reason.authz.aws.kernel.statement import ActionSet, Pattern
from bartizan.reason.authz.aws.kernel.values import (
    NEVER_KNOWN,
    SURE_OF_NOTHING,
    Hole,
    Piece,
    SettledTest,
)
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild

texts = st.text(max_size=6)
tokens: st.SearchStrategy[tuple[Token, ...]] = st.lists(
    st.one_of(
        texts,
        st.sampled_from(Wild),
        st.builds(Variable, texts, st.none() | texts),
        st.just(NEVER_KNOWN),
    ),
    max_size=4,
).map(tuple)
pieces: st.SearchStrategy[Piece] = tokens | st.sampled_from(Hole)


@given(texts | tokens)
def test_a_pattern_is_read_back(pattern: Pattern) -> None:
    assert codec.pattern(codec.pattern_text(pattern)) == pattern


@given(
    st.builds(
        SettledTest,
        texts,
        texts,
        st.lists(pieces, max_size=3).map(tuple),
        st.none() | st.lists(texts, max_size=2).map(tuple),
    )
)
def test_a_test_is_read_back(test: SettledTest) -> None:
    assert codec.test(codec.test_text(test)) == test


@pytest.mark.parametrize("negated", [True, False])
def test_an_action_set_is_read_back(*, negated: bool) -> None:
    actions = ActionSet(negated, ("s3:*", "sqs:sendmessage"))

    assert codec.actions(codec.actions_text(actions)) == actions


def test_what_nobody_can_know_stays_so() -> None:
    assert codec.test(codec.test_text(SURE_OF_NOTHING)) == SURE_OF_NOTHING
