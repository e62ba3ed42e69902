# SPDX-License-Identifier: Apache-2.0
"""Which of many hosts a rule is about."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.model.facts.network import Rule
from bartizan.model.packet import TCP
from bartizan.reason.network.aws.steps.hosts import Hosts
from bartizan.reason.network.aws.steps.senders import of_interfaces
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.network_estate import OUT, public_network

NAMES = ("eni-a", "eni-b", "eni-c", "eni-gone")
PEERS = [
    *(("range", text) for text in ("0.0.0.0/0", "10.0.1.11", "10.0.1.44/30", "198.51.100.0/24")),
    *(("range", text) for text in ("10.0.1.12/31", "10.0.1.0/27", "::/0", "2001:db8::5/128", "?")),
    *(("group", name) for name in ("sg-a", "sg-b", "sg-none")),
    *(("prefix_list", name) for name in ("pl-some", "pl-none", "pl-unread", "pl-missing")),
]
texts = st.sampled_from(
    ["10.0.1.10", "10.0.1.12", "10.0.1.13", "10.0.1.32/28", "10.0.1.40", "2001:db8::5"]
)


def rule(kind: str, peer: str) -> Rule:
    return Rule(
        owner="sg-x", id="sgr-1", direction="in", number=0, allow=True, protocol=TCP, first=80,
        last=80, peer_kind=kind, peer=peer, description="",
    )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(held=st.tuples(*[st.lists(texts, min_size=1, max_size=3, unique=True)] * 3))
def test_all_at_once_are_told_what_each_is_told(held: tuple[list[str], ...]) -> None:
    words = zip(NAMES, held, ("sg-a", "sg-b", "sg-a,sg-b"), strict=False)
    topology = Topology(
        public_network(
            group={"sg-a": [OUT], "sg-b": [OUT]},
            prefix_list={"pl-some": "10.0.1.0/29 10.0.1.12/32", "pl-none": "", "pl-unread": None},
            interface={
                name: f"subnet-inside {' '.join(each)} groups={groups}"
                + (" public=198.51.100.7" if name == "eni-a" else "")
                for name, each, groups in words
            },
        )
    )
    hosts = Hosts(topology, NAMES)

    for kind, peer in PEERS:
        asked = rule(kind, peer)
        each = [of_interfaces(topology, [name]).meant(asked, topology) for name in NAMES]
        assert hosts.meant(asked).tolist() == each, (kind, peer)
