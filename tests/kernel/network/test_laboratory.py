# SPDX-License-Identifier: Apache-2.0
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.network.laboratory import Cable, Laboratory, why_not
from tests.kernel.network.prober import ICMP, TCP, UDP, Probe, Prober

HERE = Path("/proc/self/ns/net")
LEFT, RIGHT = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def pair() -> Iterator[Laboratory]:
    if reason := why_not():
        pytest.skip(f"no packets can be sent: {reason}")
    cable = Cable(near="left", near_name="e0", far="right", far_name="e0")
    with Laboratory(["left", "right"], [cable]) as made:
        for name, address in (("left", LEFT), ("right", RIGHT)):
            text = f"addr add {address}/32 dev e0\nroute add default dev e0\n"
            made.run(name, "ip", "-batch", "-", text=text)
        yield made


def _probe(protocol: int, port: int) -> Probe:
    return Probe(
        space="left", source=LEFT, source_port=20000, address=RIGHT, port=port, protocol=protocol
    )


def test_packets_of_each_protocol_are_answered_where_something_listens(pair: Laboratory) -> None:
    prober = Prober(pair, {"right": [(RIGHT, 443, (TCP, UDP))]})

    said = prober.run([_probe(TCP, 443), _probe(UDP, 443), _probe(ICMP, 8), _probe(TCP, 444)])

    assert said == ["right", "right", "?", None]


def test_what_a_filter_drops_is_not_answered(pair: Laboratory) -> None:
    rules = (
        "add table ip t\nadd chain ip t c { type filter hook input priority 0; policy drop; }\n"
    )
    pair.run("right", "nft", "-f", "-", text=rules)
    prober = Prober(pair, {"right": [(RIGHT, 443, (TCP, UDP))]})

    assert prober.run([_probe(TCP, 443), _probe(UDP, 443), _probe(ICMP, 8)]) == [None] * 3


def test_a_laboratory_has_no_way_out(pair: Laboratory) -> None:
    with pair.inside("left"):
        listed = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True)  # noqa: S607

    assert sorted(line.split("@")[0].split()[0] for line in listed.stdout.splitlines()) == [
        "e0",
        "lo",
    ]


def test_what_fails_is_told_with_what_it_was_given(pair: Laboratory) -> None:
    with pytest.raises(RuntimeError, match="nonsense"):
        pair.run("left", "ip", "-batch", "-", text="nonsense\n")


@pytest.mark.usefixtures("pair")
def test_nothing_is_left_of_a_laboratory() -> None:
    before = HERE.readlink()
    named = sorted(Path("/run/netns").glob("*"))

    with Laboratory(["left"], []) as made, made.inside("left"):
        inside = HERE.readlink()

    assert HERE.readlink() == before != inside
    assert sorted(Path("/run/netns").glob("*")) == named
