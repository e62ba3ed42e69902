# SPDX-License-Identifier: Apache-2.0
"""Everything that the outside reaches, found at once, is what is found interface by interface."""

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Subnet
from bartizan.model.packet import INTERNET, TCP, UDP
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE, UNKNOWN, Kernel
from bench.network_estate import network_estate as organisation
from tests.fakes.broken_network import broken, mixed
from tests.fakes.dice import Dice, dice, seeded
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate

_QUESTIONS = [each for each in ASKED if each[0] in {TCP, UDP}]


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_exposed_at_once_is_what_is_found_one_by_one(thrown: Dice) -> None:
    facts = network_estate(thrown, readable=thrown.chance(50))

    _hold(facts, thrown, every=1)


@settings(max_examples=10, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(st.integers(0, 1_000))
def test_what_is_exposed_of_an_organisation_is_what_is_found_one_by_one(seed: int) -> None:
    thrown = seeded(seed)
    facts = broken(organisation(600, seed=seed), thrown, often=6)

    _hold(facts.replaced({Subnet.table: mixed(facts, thrown)}), thrown, every=5)


def _hold(facts: Facts, thrown: Dice, *, every: int) -> None:
    kernel = Kernel.compile(facts)
    source = thrown.one([INTERNET, *kernel.judge.world.sites.names.names()])
    place, questions = kernel.names.index(source), [*_QUESTIONS, (TCP, 443)]
    held: dict[str, list[dict[str, Any]]] = {}
    for row in kernel.exposed(source).to_pylist():
        held.setdefault(row["interface"], []).append(row)

    for name in kernel.judge.world.interfaces.ids.names()[::every]:
        for protocol, port in questions:
            said = {
                row["certainty"]
                for row in held.get(name, ())
                if row["protocol"] == protocol and row["first"] <= port <= row["last"]
            }
            wanted = REACHABLE if "reachable" in said else UNKNOWN if said else BLOCKED
            assert int(kernel.who_reaches(name, protocol, port)[place]) == wanted
