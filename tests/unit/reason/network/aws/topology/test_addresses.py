# SPDX-License-Identifier: Apache-2.0
import ipaddress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.network.aws.topology.addresses import (
    PUBLIC,
    Address,
    Range,
    is_public,
    joined,
    parse_address,
    parse_range,
    without,
)


def four(value: int) -> Address:
    return Address(4, value)


SMALL = st.builds(
    lambda first, size: Range(4, first, first + size), st.integers(0, 60), st.integers(0, 9)
)


@pytest.mark.parametrize("text", ["", "10.0.0.300/24", "10.0.0.0/33", "sg-1", "::g"])
def test_what_is_no_range_or_address_is_none(text: str) -> None:
    assert parse_range(text) is None
    assert parse_address(text) is None


def test_bits_behind_the_prefix_are_ignored() -> None:
    assert parse_range("10.0.0.5/24") == parse_range("10.0.0.0/24")


@pytest.mark.parametrize(("text", "length"), [("0.0.0.0/0", 0), ("10.0.0.1", 32), ("::/64", 64)])
def test_a_range_has_the_length_of_its_prefix(text: str, length: int) -> None:
    found = parse_range(text)

    assert found is not None
    assert found.length == length


@given(st.ip_addresses())
def test_an_address_is_written_as_it_was_read(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert str(parse_address(str(address))) == str(address)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True), ("9.255.255.255", True), ("10.0.0.0", False), ("100.63.0.0", True),
        ("100.64.0.0", False), ("169.254.169.254", False), ("203.0.113.1", True),
        ("224.0.0.1", False), ("2600::1", True), ("fd00::1", False), ("64:ff9b::1", False),
        ("2002::1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_those_that_the_registries_give_out(text: str, public: bool) -> None:  # noqa: FBT001 - a table
    address = parse_address(text)

    assert address is not None
    assert is_public(address) is public


@given(st.lists(SMALL))
def test_joined_ranges_hold_the_same_and_are_apart(ranges: list[Range]) -> None:
    found = joined(ranges)

    for value in range(75):
        address = Address(4, value)
        assert any(r.holds(address) for r in found) == any(r.holds(address) for r in ranges)
    assert all(one.last + 1 < other.first for one, other in pairwise(found))


@given(st.lists(SMALL), st.lists(SMALL))
def test_without_holes_nothing_else_is_missing(ranges: list[Range], holes: list[Range]) -> None:
    found = without(joined(ranges), holes)

    for value in range(75):
        address = Address(4, value)
        wanted = any(r.holds(address) for r in ranges) and not any(h.holds(address) for h in holes)
        assert any(r.holds(address) for r in found) == wanted


def test_public_ranges_are_in_order_and_apart() -> None:
    assert joined(PUBLIC) == PUBLIC
    assert [held.alone for held in (Address(4, 7),)] == [Range(4, 7, 7)]


@given(SMALL, SMALL)
def test_ranges_meet_where_they_have_an_address_in_common(one: Range, other: Range) -> None:
    common = any(one.holds(held) and other.holds(held) for held in map(four, range(75)))

    assert one.meets(other) == common
    assert not one.meets(other._replace(version=6))
