# SPDX-License-Identifier: Apache-2.0
"""What values know of their parts."""

from hypothesis import given
from hypothesis import strategies as st

from bartizan.sources.terraform.evaluator.datum import (
    UNKNOWN,
    Datum,
    mapping,
    null,
    number,
    sequence,
    text,
    truth,
    unknown,
)

_LEAVES = (
    st.builds(text, st.text(max_size=200))
    | st.builds(number, st.integers())
    | st.sampled_from(
        [null(), truth(value=True), unknown(), Datum(null().kind, None, sensitive=True)]
    )
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.builds(sequence, st.lists(inner, max_size=3))
        | st.builds(mapping, st.dictionaries(st.text(max_size=3), inner, max_size=3))
    ),
    max_leaves=12,
)


def _weight(datum: Datum) -> int:
    own = len(datum.value) // 64 if isinstance(datum.value, str) else 0
    return 1 + own + sum(map(_weight, datum.parts()))


def _known(datum: Datum) -> bool:
    return datum.value is not UNKNOWN and all(map(_known, datum.parts()))


@given(_VALUES)
def test_a_value_weighs_what_its_parts_weigh_and_is_known_as_far_as_they_are(datum: Datum) -> None:
    assert datum.weight == _weight(datum)
    assert datum.wholly_known == _known(datum) == (not list(datum.unknowns()))


@given(_VALUES, st.lists(_VALUES, max_size=3))
def test_a_mark_changes_nothing_else(datum: Datum, others: list[Datum]) -> None:
    found = datum.marked(*others)

    assert found.sensitive == any(one.sensitive for one in (datum, *others))
    assert (found.kind, found.value, found.why) == (datum.kind, datum.value, datum.why)
