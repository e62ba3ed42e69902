# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import UsageError
from bartizan.reason.network.aws.question.service import (
    EVERY,
    Service,
    protocol_name,
    protocol_of,
    service,
    splits,
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("web", ("web", EVERY)),
        ("web:443", ("web", Service(6, 443))),
        ("web:53/udp", ("web", Service(17, 53))),
        ("web:8/ICMP", ("web", Service(1, 8))),
        ("web:0/50", ("web", Service(50, 0))),
        ("tag:role=web:443", ("tag:role=web", Service(6, 443))),
        ("arn:aws:rds:r:1:db:x:5432/tcp", ("arn:aws:rds:r:1:db:x", Service(6, 5432))),
        ("[2001:db8::1]:443", ("2001:db8::1", Service(6, 443))),
        ("[2001:db8::1]", ("2001:db8::1", EVERY)),
        (":443", (":443", EVERY)),
    ],
)
def test_a_port_stands_behind_the_last_colon(text: str, first: tuple[str, Service]) -> None:
    assert splits(text)[0] == first


def test_a_name_that_ends_as_a_port_does_may_be_all_of_it() -> None:
    assert splits("a:80") == [("a", Service(6, 80)), ("a:80", EVERY)]
    assert splits("[a]:80") == [("a", Service(6, 80))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("web:65536", "no port 65536"),
        ("web:256/icmp", "no type 256"),
        ("web:1/256", "no protocol `256`"),
        ("web:1/sctpx", "no protocol `sctpx`"),
        ("[::1]443", "`443` is no port"),
        ("[::1]:x", "`:x` is no port"),
    ],
)
def test_what_no_packet_can_have_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        splits(text)


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_refused_in_our_words(text: str) -> None:
    try:
        found = splits(text)
    except UsageError:
        return

    assert found
    assert all(-1 <= one.port <= 65535 for _, one in found)


@given(st.sampled_from([1, 6, 17, 50, 58]), st.integers(0, 255))
def test_what_is_said_of_a_service_is_read_as_it(protocol: int, port: int) -> None:
    assert splits(f"x:{port}/{protocol_name(protocol)}")[0] == ("x", service(protocol, port))
    assert protocol_of(protocol_name(protocol)) == protocol
