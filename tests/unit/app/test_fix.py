# SPDX-License-Identifier: Apache-2.0
"""Which edits are offered: the cheapest that close all that counts, and only where that held when
the change was judged again with them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from msgspec import Struct, structs

from bartizan.app import wiring
from bartizan.app.fix import Fixed, fix
from bartizan.app.paths import Engine, Question
from bartizan.app.reasoner import Reasoner
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.errors import FixError
from bartizan.model.code_fix import EditedFile
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Principal
from bartizan.model.gate import Gate
from bartizan.model.laid import Laid
from bartizan.model.record import Overlay, Record, RecordList, Records
from bartizan.model.remedy import Detach, Remedy
from bartizan.model.step import Breaker, Foothold, Step
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.gate_case import MANIFEST

INTERNET = Foothold("start", "internet")
GAP = Unread(
    provider="aws", account=ACCOUNT, region="", service="iam", operation="x.y", action="",
    kind="AWS::IAM::User", resource="x", code="not-known", reason="p.json: it is not known",
)  # fmt: skip


class Way(Struct, frozen=True, kw_only=True):
    """A way from the Internet to a bucket that a change opens."""

    to: str
    cost: int = 1
    closed_by: tuple[tuple[str, ...], ...]
    """Edits that close it, in sets of which each is enough."""
    missing: tuple[str, ...] = ()
    enough: str = ""
    """One of these edits that closes it alone, though nobody knows."""


class Coded(Struct, frozen=True, kw_only=True):
    """A change whose code says some ways, and of which edits of some costs can be made."""

    ways: Mapping[str, Way]
    costs: Mapping[str, int]
    done: tuple[str, ...] = ()
    against: frozenset[str] = frozenset()
    """Edits that cannot be made after another one."""
    hides: Mapping[str, int] = {}
    """Edit to how much more than before cannot be told after it."""
    gaps: int = 0
    partial_after: frozenset[str] = frozenset()
    """Edits after which the change is not told whole."""
    partial: tuple[str, ...] = ()
    names: tuple[str, ...] = ("p.json",)
    drift: tuple[str, ...] = ()
    unread_code: tuple[str, ...] = ()

    @property
    def edited(self) -> tuple[EditedFile, ...]:
        return tuple(EditedFile(name=one, before=b"", after=b"x") for one in sorted(self.done))

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "Coded":
        del touched
        if remedy.title not in self.costs or (self.done and remedy.title in self.against):
            raise FixError("the text does not write it out")
        return structs.replace(
            self,
            done=(*self.done, remedy.title),
            gaps=self.gaps + self.hides.get(remedy.title, 0),
            partial=(*self.partial, "p.json: half")
            if remedy.title in self.partial_after
            else self.partial,
        )

    def write(self) -> None:
        """Nothing is kept."""

    def place(self, address: str, attribute: str = "") -> None:
        """It is written nowhere."""

    def over(self, records: Records) -> Laid:
        put = [
            user(name)
            for name, way in self.ways.items()
            if way.enough not in self.done
            and not any(set(self.done) >= set(one) for one in way.closed_by)
        ]
        return Laid(
            overlay=Overlay(records, {one.key: one for one in put}, frozenset()),
            gaps=tuple(structs.replace(GAP, operation=f"x.y{n}") for n in range(self.gaps)),
            changed=len(self.ways),
            others={},
            touched={},
        )


def user(name: str) -> Record:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return record("AWS::IAM::User", arn, UserName=name, UserId=f"AIDA{name}", Path="/", Arn=arn)


def bucket(name: str) -> Record:
    return record("AWS::S3::Bucket", f"arn:aws:s3:::{name}", Name=name)


def fixed(change: Coded, *, ruled: Callable[[Gate], Gate] = lambda found: found) -> Fixed:
    def steps(facts: Facts, at: str) -> Iterator[Step]:
        del at
        for row in facts.rows(Principal):
            if (way := change.ways.get(row.name)) is not None:
                yield Step(
                    technique=row.name, needs=(INTERNET,), missing=way.missing,
                    grants=Foothold("read", f"arn:aws:s3:::{way.to}"), cost=way.cost,
                    breakers=tuple(
                        Breaker(remedies=tuple(remedy(one) for one in held))
                        for held in way.closed_by
                    ),
                )  # fmt: skip

    def remedy(title: str) -> Remedy:
        cost = change.costs.get(title, 1)
        return Remedy(change=Detach(policy=title, target="t"), title=title, cost=cost)

    def recheck(held: Sequence[Step], facts: Facts) -> Sequence[Step]:
        del facts
        return held

    one = Reasoner(name="one", steps=steps, recheck=recheck, notes=dict)
    engine: Engine = structs.replace(wiring.engine(Settings()), reasoners=(one,), version="")
    root = f"arn:aws:iam::{ACCOUNT}:root"
    identity = record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root)
    there = RecordList((identity, *map(bucket, sorted({way.to for way in change.ways.values()}))))
    snapshot = Supposed(MANIFEST, there, wiring.normaliser())
    return fix(engine, snapshot, change, Question(cut=False), ruled=ruled)


def one_way(*closed_by: tuple[str, ...], **costs: int) -> Coded:
    return Coded(ways={"way": Way(to="b", closed_by=closed_by)}, costs=costs)


def test_the_cheapest_edit_is_taken() -> None:
    for dear, cheap in (("a", "b"), ("b", "a")):
        found = fixed(one_way(("a",), ("b",), **{dear: 3, cheap: 2}))

        assert found.fix.remedies == (cheap,)
        assert [one.name for one in found.fix.files] == [cheap]


@pytest.mark.parametrize(("cost", "wanted"), [(3, ("all",)), (5, ("x", "y"))])
def test_what_edits_cost_together_decides_and_not_how_many_they_are(
    cost: int, wanted: tuple[str, ...]
) -> None:
    ways = {name: Way(to=name, closed_by=((name,), ("all",))) for name in ("x", "y")}

    found = fixed(Coded(ways=ways, costs={"x": 2, "y": 2, "all": cost}))

    assert found.fix.remedies == wanted


def test_among_more_edits_than_are_tried_together_the_cheap_ones_are() -> None:
    costs = {f"e{number:02}": 30 - number for number in range(20)}

    assert fixed(one_way(*((name,) for name in costs), **costs)).fix.remedies == ("e19",)


def test_edits_that_only_close_a_way_together_are_made_together() -> None:
    assert fixed(one_way(("a", "b"), a=1, b=1)).fix.remedies == ("a", "b")
    assert fixed(one_way(("a", "b"), ("c",), a=1, b=1, c=9)).fix.remedies == ("a", "b")
    # Half of it is no edit of this code.
    assert fixed(one_way(("a", "b"), a=1)).fix.remedies == ()


def test_what_comes_to_light_behind_what_is_closed_is_closed_as_well() -> None:
    """Of the ways to one thing the cheapest are told, and the next ones when these are gone."""
    ways = {
        name: Way(to="b", cost=cost, closed_by=((f"no {name}",),))
        for cost, name in enumerate("abcdef", start=1)
    }

    found = fixed(Coded(ways=ways, costs={f"no {name}": 1 for name in ways}))

    assert len(found.judged.counted) < len(ways)
    assert set(found.fix.remedies) == {f"no {name}" for name in ways}


def test_where_one_of_several_ways_stays_open_nothing_is_offered() -> None:
    ways = {
        name: Way(to="b", cost=cost, closed_by=((f"no {name}",),))
        for cost, name in enumerate("abcdef", start=1)
    }

    found = fixed(Coded(ways=ways, costs={f"no {name}": 1 for name in "abcde"}))

    assert (found.fix.remedies, found.fix.files) == ((), ())
    assert found.fix.refused == ("no f: the text does not write it out",)


@pytest.mark.parametrize("enough", ["", "a"])
def test_where_one_edit_undoes_another_nothing_is_offered(enough: str) -> None:
    ways = {"way": Way(to="b", closed_by=(("a", "b"),), enough=enough)}
    change = Coded(ways=ways, costs={"a": 1, "b": 1})

    found = fixed(structs.replace(change, against=frozenset({"b"})))

    assert fixed(change).fix.remedies == ("a", "b")
    assert (found.fix.remedies, found.fix.files) == ((), ())


def test_paths_that_do_not_count_need_no_edit() -> None:
    ways = {name: Way(to=name, closed_by=((name,),)) for name in ("x", "y")}

    def ruled(found: Gate) -> Gate:
        let = {p.id: "known" for p in found.comparison.appeared if "x" in p.jewel.name}
        return structs.replace(found, excused=let)

    found = fixed(Coded(ways=ways, costs={"x": 1, "y": 1}), ruled=ruled)

    assert found.fix.remedies == ("y",)


def test_paths_that_are_only_possible_need_no_edit() -> None:
    ways = {
        "x": Way(to="x", closed_by=(("x",),), missing=("something",)),
        "y": Way(to="y", closed_by=(("y",),)),
    }

    assert fixed(Coded(ways=ways, costs={"x": 1, "y": 1})).fix.remedies == ("y",)


def test_what_could_hide_more_than_before_is_no_fix() -> None:
    change = one_way(("a",), a=1)
    doubtful = structs.replace(change, partial=("p.json: it ends with an error",))

    assert fixed(structs.replace(change, gaps=1)).fix.remedies == ("a",)
    assert fixed(doubtful).fix.remedies == ("a",)
    for less in (
        structs.replace(change, hides={"a": 1}),
        structs.replace(change, gaps=1, hides={"a": 1}),
        structs.replace(doubtful, hides={"a": 1}),
        structs.replace(change, partial_after=frozenset({"a"})),
    ):
        assert fixed(less).fix.remedies == ()
