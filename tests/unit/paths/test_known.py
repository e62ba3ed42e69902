# SPDX-License-Identifier: Apache-2.0
"""Which steps were possible before, where many are told as one circle."""

import itertools
from collections.abc import Iterable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment
from bartizan.model.path import Entry, Jewel
from bartizan.model.step import ONE_OF_MANY, Ability, Condition, Foothold, Step
from bartizan.paths.known import Known, concerning
from bartizan.paths.novel import novel
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.alike.derive import Organisation
from bench.organization import organization

READ = "read-bucket"
AT = "2026-09-01T00:00:00Z"
Pair = tuple[str, str]
Rectangle = tuple[frozenset[str], frozenset[str]]

_MEMBERS = st.frozensets(st.sampled_from("mnop"), min_size=1)
_THINGS = st.frozensets(st.sampled_from("stuv"), min_size=1)
_CIRCLES = st.lists(st.tuples(_MEMBERS, _THINGS), max_size=3)
_ALONE = st.frozensets(st.tuples(st.sampled_from("mnop"), st.sampled_from("stuv")), max_size=6)
_NAMES = st.permutations(["x", "y", "z"])
"""Names of circles, which tell nothing of what is in them."""


def step(technique: str, need: str, grants: str) -> Step:
    ability = Ability.ACT_AS.value
    held = Foothold(ability, need), Foothold(ability, grants)
    return Step(technique=technique, needs=held[:1], grants=held[1], cost=1)


def told(circles: list[Rectangle], alone: Iterable[Pair], names: list[str]) -> list[Step]:
    """Return the steps of some circles and of single pairs."""
    found = [step(READ, member, thing) for member, thing in sorted(alone)]
    for name, (members, things) in zip(names, circles, strict=False):
        found += [step(ONE_OF_MANY, member, name) for member in sorted(members)]
        found += [step(READ, name, thing) for thing in sorted(things)]
    return found


_TOLD = st.builds(told, _CIRCLES, _ALONE, _NAMES)


def pairs(steps: list[Step]) -> Iterator[tuple[Pair, tuple[Step, ...]]]:
    """Yield who reads what, with the steps that it takes."""
    into = [one for one in steps if one.technique == ONE_OF_MANY]
    circles = {one.grants for one in into}
    for one in steps:
        if one.technique == READ and one.needs[0] not in circles:
            yield (one.needs[0].entity, one.grants.entity), (one,)
    for first, then in product(into, steps):
        if then.needs[0] == first.grants:
            yield (first.needs[0].entity, then.grants.entity), (first, then)


@given(_TOLD, _TOLD)
def test_no_pair_that_is_new_is_taken_for_an_old_one(
    before: list[Step], after: list[Step]
) -> None:
    old = {pair for pair, _ in pairs(before)}

    _, news = Known.of(before).parted(after)

    for pair, way in pairs(after):
        assert pair in old or any(one in news for one in way)


@given(_TOLD, _TOLD, st.data())
def test_what_some_steps_do_not_concern_changes_nothing_about_them(
    before: list[Step], after: list[Step], data: st.DataObject
) -> None:
    ways = [way for _, way in pairs(after)]
    some = data.draw(st.lists(st.sampled_from(ways), max_size=3)) if ways else []
    taken = {one for way in some for one in way}
    old, new = concerning(taken, before, after)

    _, news = Known.of(before).parted(after)
    _, told_of_few = Known.of(old).parted(new)

    assert taken & set(told_of_few) == taken & set(news)


@given(_CIRCLES, _ALONE, st.tuples(_NAMES, _NAMES), st.data())
def test_what_is_told_by_other_circles_is_no_news(
    circles: list[Rectangle],
    alone: frozenset[Pair],
    names: tuple[list[str], list[str]],
    data: st.DataObject,
) -> None:
    before = told(circles, alone, names[0])
    old = sorted({pair for pair, _ in pairs(before)})
    some = frozenset(data.draw(st.lists(st.sampled_from(old), max_size=6)) if old else ())
    fewer = [
        (data.draw(_subset(members)), data.draw(_subset(things))) for members, things in circles
    ]
    after = told(fewer, some, names[1])

    plain, news = Known.of(before).parted(after)

    assert (plain, news) == (after, [])


def _subset(held: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(held)), min_size=1)


def test_a_thing_that_nobody_could_reach_is_the_news_and_not_who_reaches_it() -> None:
    before = told([(frozenset("mn"), frozenset("st"))], (), ["x"])
    after = told([(frozenset("mn"), frozenset("stu"))], (), ["y"])

    _, news = Known.of(before).parted(after)

    assert news == [step(READ, "y", "u")]


def test_who_could_do_it_alone_brings_nothing_new_to_a_circle() -> None:
    before = told([], {("m", "s"), ("m", "t")}, [])
    after = told([(frozenset("mn"), frozenset("st"))], (), ["x"])

    _, news = Known.of(before).parted(after)

    assert news == [step(ONE_OF_MANY, "n", "x")]


def test_one_more_who_may_do_the_same_makes_nothing_else_news() -> None:
    facts = organization(110, 2, seed=1, kind="realistic")
    before = list(Organisation(Estate(facts, at=AT)).all())
    member = next(one.needs[0] for one in before if one.technique == ONE_OF_MANY)
    more = _like(facts, member.entity)

    after = list(Organisation(Estate(facts.joined(more), at=AT)).all())

    circles = [{one.grants for one in held if one.technique == ONE_OF_MANY}
               for held in (before, after)]  # fmt: skip
    assert circles[0]
    assert circles[0] != circles[1], "the number of callers is in its name"
    goals = {one.grants for one in after if one.needs[0] in circles[1]}
    jewels = [Jewel(foothold=one, name=one.entity, rank=2, owner="o") for one in sorted(goals)]
    found = novel(before, after, [Entry(foothold=member, name="m")], jewels[:20])
    own = {row.arn for row in more.rows(Principal)}
    assert all(own & {one.grants.entity for one in path.steps} for path in found)


def _like(facts: Facts, arn: str) -> Facts:
    """Return a role more that may do what another one may, and that nobody may act as."""
    (role,) = (row for row in facts.rows(Principal) if row.arn == arn)
    other = structs.replace(role, arn=f"{arn}-too", name=f"{role.name}-too", unique_id="AROA2")
    attached = (row for row in facts.rows(Attachment) if row.target == arn and row.use != "trust")
    return Facts.of([other, *(structs.replace(row, target=other.arn) for row in attached)])


def bound(one: Step, *values: str, key: str = "aws:SourceIp", effort: int = 3) -> Step:
    """Return a step that takes an address as well."""
    condition = Condition(text="from there", key=key, values=values, effort=effort)
    return structs.replace(one, conditions=(condition,))


def knows(old: Step, new: Step) -> bool:
    known = Known.of([old])
    (plain, news) = known.parted([new])
    assert known.holds(new) == bool(plain) == (not news)
    return bool(plain)


FREE = step(READ, "m", "s")
OFFICE = bound(FREE, "203.0.113.0/24")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (OFFICE, FREE, False),
        (FREE, OFFICE, True),
        (OFFICE, OFFICE, True),
        (OFFICE, bound(FREE, "203.0.113.7"), True),
        (OFFICE, bound(FREE, "203.0.0.0/16"), False),
        (bound(FREE, "203.0.112.0/24", "203.0.113.0/24"), bound(FREE, "203.0.112.0/23"), True),
        (bound(FREE, "2001:db8::/32"), bound(FREE, "2001:db8:1::/48"), True),
        (bound(FREE, "2001:db8::/32"), OFFICE, False),
        (
            bound(FREE, "2001:db8::/33", "2001:db8:8000::/33"),
            bound(FREE, "2001:db8::/32"),
            True,
        ),
        (OFFICE, bound(FREE, "203.0.113.7", "198.51.100.1"), False),
        (OFFICE, bound(FREE, "203.0.113.0/24", key="AWS:sourceip"), True),
        (bound(FREE, "a", "b"), bound(FREE, "a"), True),
        (bound(FREE), OFFICE, True),
        (OFFICE, bound(FREE), False),
        (OFFICE, bound(FREE, "203.0.113.0/24", key="aws:SourceVpc"), False),
        (bound(FREE, "a"), bound(FREE, "b"), False),
        (bound(FREE, "a", effort=0), FREE, True),
    ],
)
def test_what_took_more_before_was_not_possible_so(old: Step, new: Step, wanted: bool) -> None:  # noqa: FBT001 - of a table
    assert knows(old, new) is wanted
    into = [step(ONE_OF_MANY, member, "x") for member in "mn"]
    out = [structs.replace(one, needs=(into[0].grants,)) for one in (old, new)]

    _, news = Known.of([*into, out[0]]).parted([*into, out[1]])

    assert (not news) is wanted, "nor where many do it alike"


def test_ports_from_fewer_places_leave_those_from_more_open() -> None:
    sends = structs.replace(FREE, grants=Foothold("send", "eni-1:443/tcp"))

    assert not knows(bound(sends, "203.0.113.0/24"), sends)
    assert knows(sends, bound(sends, "203.0.113.0/24"))


def test_of_several_ways_to_do_it_before_the_one_that_took_least_counts() -> None:
    for before in itertools.permutations([FREE, OFFICE, bound(FREE, "198.51.100.1")]):
        assert Known.of(before).holds(FREE)
    assert not Known.of([OFFICE, bound(FREE, "198.51.100.1")]).holds(FREE)


def test_ports_that_were_open_in_pieces_are_known_in_any_order() -> None:
    def sends(ports: str) -> Step:
        return structs.replace(FREE, grants=Foothold("send", f"eni-1:{ports}/tcp"))

    pieces = [sends(one) for one in ("1-99", "100-200", "150-300", "302")]
    for before in itertools.permutations(pieces):
        known = Known.of(before)
        assert known.holds(sends("1-300"))
        assert known.holds(sends("302"))
        assert not known.holds(sends("301"))
        assert not known.holds(sends("1-302"))
        assert not known.holds(sends("0-300"))


def test_a_path_that_takes_less_than_before_is_told() -> None:
    entries = [Entry(foothold=FREE.needs[0], name="m")]
    jewels = [Jewel(foothold=FREE.grants, name="s", rank=4)]

    (path,) = novel([OFFICE], [FREE], entries, jewels)

    assert path.conditions == ()
    assert novel([FREE], [OFFICE], entries, jewels) == ()
