# SPDX-License-Identifier: Apache-2.0
from msgspec.structs import replace

from bartizan.model.step import ONE_OF_MANY, Step
from bartizan.paths.graph import Estate
from bartizan.paths.proof import Prover, path, path_id
from tests.fakes.attack_steps import entry, jewel, lasting, step


def test_a_long_chain_is_unfolded_without_recursion() -> None:
    steps = [step(f"n{n:05} > n{n + 1:05}") for n in range(3_000)]
    estate = Estate.of(steps)

    found = Prover.of(estate, [entry("n00000").foothold]).prove(3_000)

    assert found is not None
    assert found.steps == tuple(range(3_000))


def test_a_path_keeps_its_id_when_costs_and_evidence_change() -> None:
    one, other = step("a > b"), step("b > c")

    assert path_id([one, other]) == path_id([step("b > c", cost=9), step("a > b", missing=["x"])])
    assert path_id([one, other]) != path_id([one, step("b > c", technique="other")])
    assert len(path_id([one])) == 12


def _through(circle: str, member: str) -> list[Step]:
    into = replace(step(f"{member} > {circle}"), technique=ONE_OF_MANY)
    return [step(f"net > {member}"), into, step(f"{circle} > bucket", technique="read")]


def test_a_path_keeps_its_id_however_many_are_in_a_circle_on_it() -> None:
    few = path_id(_through("any of 17 callers (circle 1)", "m"))

    assert few == path_id(_through("any of 18 callers (circle 4)", "m"))
    # Where they are so few that each is told, it is the same path.
    assert few == path_id([step("net > m"), step("m > bucket", technique="read")])
    assert few != path_id(_through("any of 17 callers (circle 1)", "n"))


def test_a_proof_that_cannot_be_settled_is_possible_and_never_dropped() -> None:
    # Every foothold can be had as one of two people; no two in a row agree on whom.
    steps = [
        step(f"n{n} > n{n + 1}", technique=who, conditions=[lasting(f"k{n // 2}", f"{who}{n}")])
        for n in range(8)
        for who in ("ann", "bob")
    ]
    estate = Estate.of(steps)

    prover = Prover.of(estate, [entry("n0").foothold], tries=3)
    found = prover.prove(estate.number[jewel("n8").foothold])

    assert found is not None
    assert not found.settled
    told = path(estate, found, entries={entry("n0").foothold: entry("n0")}, jewel=jewel("n8"))
    assert not told.proved
    assert told.id == path_id(estate.steps[held] for held in found.steps)
