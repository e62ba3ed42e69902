# SPDX-License-Identifier: Apache-2.0
"""What is new between two snapshots of an organisation of many accounts."""

from dataclasses import dataclass

from msgspec import structs

from bartizan.app import wiring
from bartizan.app.diff import Side, compared
from bartizan.app.paths import Engine, Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment
from bartizan.model.record import RecordList, Records
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.model.step import ONE_OF_MANY
from bartizan.model.table import Row
from bench.organization import organization


@dataclass(frozen=True)
class _Given:
    """Facts that no records tell."""

    facts: Facts
    version: str = "given"

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        del records, before
        return self.facts


def side(engine: Engine, facts: Facts) -> Side:
    manifest = Manifest(
        id=SnapshotId("s"), format=1, tool_version="", parent=None, sources=(),
        started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    snapshot = Supposed(manifest, RecordList(()), _Given(facts))
    return Side(snapshot, engine.steps(snapshot))


def test_a_role_more_that_may_do_what_many_may_is_the_only_news() -> None:
    engine, facts = wiring.engine(Settings()), organization(110, 2, seed=1, kind="realistic")
    old = side(engine, facts)
    into = [step for step in old.steps if step.technique == ONE_OF_MANY]
    member = into[0].needs[0]
    (role,) = (row for row in facts.rows(Principal) if row.arn == member.entity)
    twin = structs.replace(role, arn=f"{role.arn}-too", name="too", unique_id="AROA2")
    held = (row for row in facts.rows(Attachment) if row.target == role.arn and row.use != "trust")
    more: list[Row] = [twin, *(structs.replace(row, target=twin.arn) for row in held)]
    new = side(engine, facts.joined(Facts.of(more)))
    goals = sorted(step.grants for step in old.steps if step.needs == (into[0].grants,))
    question = Question(start=(member.entity,), to=(goals[0].entity,), cut=False)

    found = [compared(engine, question, old, new), compared(engine, question, new, old)]
    ids = [
        {
            path.id
            for ends in [engine.ends(held.snapshot, question, held.steps)]
            for path in engine.unchecked(held.snapshot, question, held.steps, ends).proved
        }
        for held in (old, new)
    ]

    gone = {step.grants for step in old.steps} - {step.grants for step in new.steps}
    assert into[0].grants in gone, "the number of callers is in its name"
    assert [one.unchanged > 0 for one in found] == [True, True]
    assert ids[0]
    assert ids[0] <= ids[1], "a baseline of one holds in the other"
    # Who may do all in an account may also act as a new role of it.
    told = [path for one in found for path in (*one.appeared, *one.gone)]
    assert all(twin.arn in {step.grants.entity for step in path.steps} for path in told)
