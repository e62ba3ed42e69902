# SPDX-License-Identifier: Apache-2.0
import itertools

from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.question.ports import joined, meets, without

RANGES = st.lists(
    st.builds(
        lambda protocol, first, length: PortRange(
            protocol=protocol, first=first, last=first + length
        ),
        st.sampled_from([6, 17]),
        st.integers(0, 20),
        st.integers(0, 5),
    ),
    max_size=6,
)


def _points(ranges: list[PortRange] | tuple[PortRange, ...]) -> set[tuple[int, int]]:
    return {(one.protocol, port) for one in ranges for port in range(one.first, one.last + 1)}


@given(RANGES)
def test_joining_changes_no_port_and_leaves_gaps_between(ranges: list[PortRange]) -> None:
    found = joined(ranges)

    assert _points(found) == _points(ranges)
    assert all(
        a.protocol != b.protocol or a.last + 1 < b.first for a, b in itertools.pairwise(found)
    )


@given(RANGES, RANGES)
def test_taking_away_leaves_exactly_the_rest(one: list[PortRange], other: list[PortRange]) -> None:
    assert _points(without(one, other)) == _points(one) - _points(other)


@given(RANGES, RANGES)
def test_stretches_meet_where_they_share_a_port(
    one: list[PortRange], other: list[PortRange]
) -> None:
    shared = bool(_points(one) & _points(other))

    assert any(meets(a, b) for a in one for b in other) == shared
