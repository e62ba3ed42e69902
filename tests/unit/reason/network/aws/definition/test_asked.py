# SPDX-License-Identifier: Apache-2.0
from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.network.aws.definition.asked import Asked
from bartizan.reason.network.aws.topology.addresses import Address

ADDRESSES = st.builds(Address, st.sampled_from((4, 6)), st.integers(0, 6))


@given(st.sets(ADDRESSES), ADDRESSES, ADDRESSES)
def test_addresses_are_alike_where_no_edge_lies_between_them(
    edges: set[Address], one: Address, other: Address
) -> None:
    low, high = sorted((one, other))

    alike = Asked(edges=edges).around(one).holds(other)

    assert alike == (not any(low < edge <= high for edge in edges))


@given(st.sets(st.integers(0, 8)), st.integers(0, 8), st.integers(0, 8))
def test_ports_are_alike_where_no_edge_lies_between_them(
    edges: set[int], one: int, other: int
) -> None:
    low, high = sorted((one, other))

    alike = Asked(ports=edges).around_port(one).holds(other)

    assert alike == (not any(low < edge <= high for edge in edges))
