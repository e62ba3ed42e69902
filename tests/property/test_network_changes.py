# SPDX-License-Identifier: Apache-2.0
"""A kernel of networks that follows a changed rule says what one that is compiled anew says."""

from dataclasses import replace

from hypothesis import Phase, given, settings

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Rule
from bartizan.model.packet import INTERNET, TCP
from bartizan.model.table import to_arrow
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bench.network_estate import network_estate as organisation
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED, OUTSIDE, WIDE
from tests.fakes.generated_network import network_estate

CHANGES, QUESTIONS = 3, 4


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_a_kernel_that_follows_changed_rules_is_as_one_compiled_anew(thrown: Dice) -> None:
    facts = network_estate(thrown, balanced=thrown.chance(50), readable=thrown.chance(50))
    kernel = Kernel.compile(facts)

    for _ in range(CHANGES):
        facts = _changed(facts, thrown)
        kernel, anew = kernel.changed(facts), Kernel.compile(facts)
        targets = [name for name in anew.names if name.startswith("eni-")]
        for _ in range(QUESTIONS):
            target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
            found = kernel.who_reaches(target, protocol, port)
            assert found.tolist() == anew.who_reaches(target, protocol, port).tolist()
        for source in (INTERNET, thrown.one(targets)):
            assert kernel.exposed(source).equals(anew.exposed(source))
        assert kernel.count().pairs == anew.count().pairs


def _changed(facts: Facts, thrown: Dice) -> Facts:
    """Change, take away or add one rule of a group."""
    rules = list(facts.rows(Rule))
    at = [n for n, rule in enumerate(rules) if rule.owner.startswith("sg-")]
    if not at:
        return facts
    chosen = thrown.one(at)
    match thrown.below(4):
        case 0:
            del rules[chosen]
        case 1:
            rules.insert(thrown.below(len(rules) + 1), _other(facts, rules[chosen], thrown))
        case _:
            rules[chosen] = _other(facts, rules[chosen], thrown)
    return facts.replaced({Rule.table: to_arrow(Rule, rules)})


def _other(facts: Facts, rule: Rule, thrown: Dice) -> Rule:
    """Return a rule for another peer, or other ports, or another group."""
    addresses = [text for row in facts.rows(Interface) for text in row.addresses]
    peers = [*WIDE, *OUTSIDE, *addresses]
    other = thrown.one(facts.rows(Rule))
    match thrown.below(4):
        case 0:
            return replace(rule, protocol=other.protocol, first=other.first, last=other.last)
        case 1:
            return replace(rule, peer_kind=other.peer_kind, peer=other.peer)
        case 2 if other.owner.startswith("sg-"):
            return replace(rule, owner=other.owner, direction=other.direction)
        case _:
            return replace(rule, peer_kind="range", peer=thrown.one(peers))


def test_rules_for_single_addresses_part_classes_as_compiling_anew_does() -> None:
    facts = organisation(300, seed=3)
    kernel, rules = Kernel.compile(facts), list(facts.rows(Rule))
    owned = [n for n, rule in enumerate(rules) if rule.owner.startswith("sg-")]
    # An interface's own address, that of a public one, and one that is nobody's.
    for number, peer in enumerate(("10.0.4.9/32", "52.0.0.66/32", "10.0.1.37/32", "54.1.2.3/32")):
        at = owned[number * 17]
        rules[at] = replace(rules[at], direction="in", peer_kind="range", peer=peer)
        facts = facts.replaced({Rule.table: to_arrow(Rule, rules)})
        kernel, anew = kernel.changed(facts), Kernel.compile(facts)

        classes = len(kernel.judge.seats), len(anew.judge.seats)
        assert classes[0] == classes[1]
        assert kernel.count().pairs == anew.count().pairs
        assert kernel.exposed().equals(anew.exposed())
        for target in anew.names[:40:3]:
            found = kernel.who_reaches(target, TCP, 443)
            assert found.tolist() == anew.who_reaches(target, TCP, 443).tolist()
