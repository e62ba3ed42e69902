# SPDX-License-Identifier: Apache-2.0
"""From facts to findings: what is shown, and what paths may rest on."""

from collections.abc import Iterator, Sequence

import pytest
from msgspec import structs

from bartizan.app.paths import Engine, Question
from bartizan.app.reasoner import Reasoner
from bartizan.app.settings import Settings
from bartizan.errors import DisagreementError
from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.record import RecordList, Records
from bartizan.model.step import Condition, Foothold, Step
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.denied_estate import View
from tests.fakes.rows import account

A = "111111111111"
HOST = Foothold("run-code", "host")
FLAW = Condition(text="it has a flaw", key="assume:flaw", effort=4)
SEND = Step(
    technique="send",
    needs=(Foothold("start", "internet"),),
    grants=HOST,
    cost=5,
    conditions=(FLAW,),
)
ADMINISTER = Step(technique="administer", needs=(HOST,), grants=Foothold("administer", A), cost=1)
GAP = Unread(
    provider="puppet", account="web1", region="", service="", operation="", action="", kind="",
    resource="web1", code="unmanaged", reason="x",
)  # fmt: skip
FACTS = Facts.of([account(A, inside=False, management=False)])


class OneAccount:
    """Derives the same facts from whatever there is."""

    version = "1"

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:  # noqa: ARG002 - as the port has it
        return FACTS


class Seen(View):
    """A snapshot of that account."""

    def facts(self) -> Facts:
        return FACTS


def shown(steps: Sequence[Step], _: Facts) -> tuple[Step, ...]:
    more = Evidence(subject="eni-1", why="was decided again")
    return tuple(structs.replace(s, evidence=(more,)) if s == SEND else s for s in steps)


def refused(steps: Sequence[Step], _: Facts) -> tuple[Step, ...]:
    raise DisagreementError(f"{len(steps)} steps")


def engine(*reasoners: Reasoner) -> Engine:
    return Engine(
        normalise=OneAccount(), reasoners=reasoners, editor=AwsEditor(), settings=Settings()
    )


NETWORK = Reasoner(name="network", steps=lambda *_: iter([SEND]), recheck=shown, notes=dict)
IDENTITY = Reasoner(
    name="identity",
    steps=lambda *_: iter([ADMINISTER]),
    recheck=lambda steps, _: steps,
    notes=dict,
)
SNAPSHOT = Seen(RecordList(()))


def test_a_path_goes_through_the_steps_of_all_reasoners() -> None:
    (path,) = engine(IDENTITY, NETWORK).find(SNAPSHOT, Question()).proved

    assert [step.technique for step in path.steps] == ["send", "administer"]


def test_what_deciding_again_found_is_the_evidence() -> None:
    (path,) = engine(NETWORK, IDENTITY).find(SNAPSHOT, Question()).proved

    assert [one.why for one in path.steps[0].evidence] == ["was decided again"]


def test_a_disagreement_is_no_answer() -> None:
    strict = structs.replace(IDENTITY, recheck=refused)

    with pytest.raises(DisagreementError, match="2 steps"):
        engine(NETWORK, strict).find(SNAPSHOT, Question())


@pytest.mark.parametrize(
    ("assume", "paths"),
    [(None, 1), (("flaw",), 1), (("flaw", "user"), 1), (("user",), 0), ((), 0)],
)
def test_paths_rest_on_no_assumption_but_those_admitted(
    assume: tuple[str, ...] | None, paths: int
) -> None:
    found = engine(NETWORK, IDENTITY).find(SNAPSHOT, Question(assume=assume))

    assert len(found.proved) == paths
    assert found.cut is not None
    assert found.cut.paths_left == paths, "no remedy is known"


def test_steps_may_follow_from_those_of_others() -> None:
    def following(_: Facts, others: Sequence[Step]) -> Iterator[Step]:
        assert others == (SEND,)
        return iter([ADMINISTER])

    chained = structs.replace(NETWORK, following=following)

    (path,) = engine(chained).find(SNAPSHOT, Question()).proved
    assert [step.technique for step in path.steps] == ["send", "administer"]


def test_techniques_may_be_left_out() -> None:
    question = Question(without=frozenset({"send"}))

    assert engine(NETWORK, IDENTITY).find(SNAPSHOT, question).proved == ()


def test_what_only_possible_paths_rest_on_is_asked_for() -> None:
    unsure = structs.replace(ADMINISTER, technique="perhaps", cost=2, missing=("x",))
    asked: list[Step] = []

    def unread(_: Facts, steps: Sequence[Step]) -> Iterator[Unread]:
        asked.extend(steps)
        return iter([GAP] * len(steps))

    doubtful = Reasoner(
        name="doubtful",
        steps=lambda *_: iter([unsure]),
        recheck=lambda steps, _: steps,
        notes=dict,
        unread=unread,
    )

    assert engine(NETWORK, doubtful).find(SNAPSHOT, Question()).unread == (GAP,)
    assert engine(NETWORK, doubtful, IDENTITY).find(SNAPSHOT, Question()).unread == ()
    assert asked == [unsure]
