# SPDX-License-Identifier: Apache-2.0
"""A call about networks that is denied turns no answer around: it stays, or is unknown."""

from collections.abc import Iterator

from hypothesis import Phase, given, settings

from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.packet import INTERNET, TCP, UDP, Reach
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.kernel.kernel import UNKNOWN
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.network_pair import NetworkPair, code
from tests.fakes.network_records import operations
from tests.kernel.network.engine import facts_of
from tests.kernel.network.generator.draw import draw
from tests.kernel.network.world import World

QUESTIONS, DENIED, WORLDS = 8, 3, 120


@settings(max_examples=12, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_a_call_that_is_denied_turns_no_answer_around(thrown: Dice) -> None:
    world = draw(thrown.below(WORLDS))
    whole = NetworkPair(facts_of(world))
    questions = [_question(thrown, whole) for _ in range(QUESTIONS)]
    before = {asked: reaches(whole.topology, *asked) for asked in questions}

    for _ in range(DENIED):
        name = thrown.one(operations())
        account = thrown.one(["", *sorted({thing.account for thing in world.things})])
        assert list(_turned(world, name, account, before)) == []


_Asked = tuple[str, str, int, int]


def _question(thrown: Dice, pair: NetworkPair) -> _Asked:
    targets = [row.id for row in pair.facts.rows(Interface)]
    others = [INTERNET, *(row.id for row in pair.facts.rows(RemoteSite))]
    target, source = thrown.one(targets), thrown.one([*others, *targets])
    return source, target, *thrown.one(ASKED)


def _turned(world: World, name: str, account: str, before: dict[_Asked, Reach]) -> Iterator[str]:
    """Yield a line for each answer of the definition, or of the kernel, that is another one."""
    pair = NetworkPair(facts_of(world, denied=name, denied_to=account))
    for (source, target, protocol, port), known in before.items():
        now = reaches(pair.topology, source, target, protocol, port)
        asked = f"{source} to {target}, {protocol}/{port} without {name}"
        if type(now) is not type(known) and not isinstance(now, Unknown):
            yield f"{asked}: {known}, now {now}"
        names = list(pair.kernel.names)
        if source == target or not {source, target} <= set(names):
            continue
        found = int(pair.kernel.who_reaches(target, protocol, port)[names.index(source)])
        if found not in {UNKNOWN, code(known)} and not isinstance(known, Unknown):
            yield f"{asked}: {known}, kernel {found}"
        if protocol in {TCP, UDP}:
            yield from pair.misses(source, target, protocol, port)
