# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts.gap import Unread
from tests.kernel.network.engine import described, facts_of
from tests.kernel.network.generator.draw import draw
from tests.kernel.network.mutants.run import MUTANTS, mutated, sources
from tests.kernel.network.shrink import shrink
from tests.kernel.network.world import World, of_json, to_json
from tests.kernel.network.writer.plan import BOXES, ROOMS

SEEDS = range(40)


def test_a_seed_is_a_world_and_another_seed_another() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


def test_a_world_is_read_from_what_was_written() -> None:
    for seed in SEEDS:
        assert of_json(to_json(draw(seed))) == draw(seed)


def test_every_world_has_room_in_the_laboratory() -> None:
    for seed in SEEDS:
        assert len(list(draw(seed).of("NetworkInterface"))) <= BOXES
        assert len(list(draw(seed).of("VPC"))) <= ROOMS


def test_both_readers_are_given_all_that_was_drawn() -> None:
    for seed in SEEDS:
        world = draw(seed)
        accounts = {thing.account for thing in world.things}
        lists = [described(world, account) for account in accounts]
        rules = sum(
            len(one.get("Entries", ())) for held in lists for one in held.get("PrefixLists", ())
        )

        assert rules == len(list(world.of("PrefixListEntry")))
        assert sum(len(held["SecurityGroups"]) for held in lists if "SecurityGroups" in held) == (
            len(list(world.of("SecurityGroup")))
        )


def test_the_engine_finds_nothing_missing_in_a_world() -> None:
    for seed in SEEDS:
        assert list(facts_of(draw(seed)).rows(Unread)) == []


def test_shrinking_leaves_what_is_of_interest_and_little_else() -> None:
    world = draw(3)

    def still(candidate: World) -> bool:
        return any(body["IpPermissions"] for body in candidate.of("SecurityGroup"))

    small = shrink(world, still)
    rules = sum(len(body["IpPermissions"]) for body in small.of("SecurityGroup"))

    assert rules == 1
    assert not list(small.of("NetworkInterface"))


def test_every_wrong_model_differs_from_the_definition_in_one_place() -> None:
    texts = sources()

    assert len(MUTANTS) >= 60
    assert len({mutant.believes for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        assert mutated(texts, mutant) != texts
