# SPDX-License-Identifier: Apache-2.0
"""What is said to be exposed is exactly what the definition lets in."""

from hypothesis import Phase, given, settings

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET
from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.question.engine import BLOCKED, WORDS, number
from bartizan.reason.network.aws.question.exposed import exposed, source_of
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.ports import meets
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate


@settings(max_examples=20, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_exposed_is_what_the_definition_lets_in(thrown: Dice) -> None:
    facts = network_estate(thrown)
    source = thrown.one([INTERNET, *(row.id for row in facts.rows(Interface))])
    protocol, port = thrown.one(ASKED)
    asked, topology = PortRange(protocol=protocol, first=port, last=port), Topology(facts)
    answer = exposed(facts, Kernel.compile(facts), source_of(facts, source))

    for target in (name for name in topology.interfaces if name != source):
        verdict = number(decide(topology, Flow(source=source, target=target, port=asked)))
        said = {
            one.certainty
            for one in answer.exposures
            if target in one.interfaces and any(meets(asked, held) for held in one.ports)
        }
        assert said == ({WORDS[verdict]} if verdict != BLOCKED else set())
