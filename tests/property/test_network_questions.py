# SPDX-License-Identifier: Apache-2.0
"""What is said to be exposed is exactly what the definition lets in."""

from hypothesis import Phase, given, settings
from msgspec.structs import replace

from bartizan.model.facts.network import Interface, Rule
from bartizan.model.packet import ANY, ICMP, ICMPV6, INTERNET, TCP, UDP
from bartizan.model.reach import Exposure, PortRange
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.question.engine import BLOCKED, REACHABLE, UNKNOWN, WORDS, number
from bartizan.reason.network.aws.question.exposed import exposed, source_of
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.ports import meets
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate

_TOLD = {BLOCKED: set(), UNKNOWN: {"unknown"}, REACHABLE: {"reachable", "unknown"}}
"""What may be said of some senders where the best that is said of any is an answer."""


@settings(max_examples=20, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_exposed_is_what_the_definition_lets_in(thrown: Dice) -> None:
    facts = network_estate(thrown)
    source = thrown.one([INTERNET, *(row.id for row in facts.rows(Interface))])
    protocol, port = thrown.one(ASKED)
    named = {TCP, UDP, ICMP, ICMPV6, *(row.protocol for row in facts.rows(Rule))}
    protocol = protocol if protocol in named else ANY
    asked, topology = PortRange(protocol=protocol, first=port, last=port), Topology(facts)
    answer = exposed(facts, Kernel.compile(facts), source_of(facts, source))

    for target in (name for name in topology.interfaces if name != source):
        flow = Flow(source=source, target=target, port=asked)
        verdict = number(decide(topology, flow))
        said = [
            one
            for one in answer.exposures
            if target in one.interfaces and any(meets(asked, held) for held in one.ports)
        ]
        told = {one.certainty for one in said}
        assert told >= ({WORDS[verdict]} if verdict != BLOCKED else set())
        assert told <= _TOLD[verdict]
        for one in said:
            _hold(topology, flow, one)


def _hold(topology: Topology, flow: Flow, one: Exposure) -> None:
    """Hold what is said of senders in some ranges against the definition, range by range."""
    answers = {
        number(decide(topology, replace(flow, ranges=(block,) if block else ())))
        for block in one.ranges or ("",)
    }

    if one.certainty == "reachable":
        assert answers == {REACHABLE}
    else:
        assert REACHABLE not in answers
