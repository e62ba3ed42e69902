# SPDX-License-Identifier: Apache-2.0
"""Buses, rules and schedules: what a scan of them would give."""

import json
from typing import Any

from bartizan.model.facts.estate import Trigger
from bartizan.model.facts.policy import Attachment, Policy
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}"
BUS = f"{EVENTS}:event-bus/default"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
USUAL = record("AWS::Events::EventBus", BUS, Name="default", Arn=BUS)
TARGET: Described = {"rule": "daily", "event_bus_name": "own", "arn": FUNCTION}
OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "events:*"}]})


def started(**more: object) -> list[Described]:
    """A rule on a bus of its own that starts a function."""
    return [
        new("aws_cloudwatch_event_bus.b", name="own"),
        change(
            "aws_cloudwatch_event_rule.r",
            after={"name": "daily", "event_bus_name": "own", **more},
            unknown={"arn": True, "id": True},
            computed=("arn", "id"),
        ),
        change(
            "aws_cloudwatch_event_target.t",
            after=TARGET | {"input": "hunter2-canary-value"},
            unknown={"id": True, "target_id": True},
            computed=("id", "target_id"),
        ),
    ]


def written(*changes: Described) -> tuple[dict[str, Any], list[str]]:
    """Return the policies by the buses that they are of, and what is not told."""
    found = laid(*changes, records=(*HELD, USUAL))
    held = {row.id: row.document for row in facts(found).rows(Policy)}
    assert misfits(found) == []
    return {
        row.target: json.loads(str(held[row.policy]))
        for row in facts(found).rows(Attachment)
        if row.target.startswith(EVENTS)
    }, operations(found)


def test_a_rule_starts_its_targets_unless_it_is_off() -> None:
    found = laid(*started())
    off = laid(*started(is_enabled=False))
    disabled = laid(*started(state="DISABLED"))

    row = only(found, Trigger)
    assert (row.workload, row.source) == (FUNCTION, f"{EVENTS}:rule/own/daily")
    assert (misfits(found), found.gaps) == ([], ())
    assert "canary" not in repr(found)
    assert facts(off).rows(Trigger) == facts(disabled).rows(Trigger) == ()


def test_a_target_moves_and_goes() -> None:
    made = laid(*started())
    held = (*HELD, *made.overlay.put.values())
    before = TARGET | {"target_id": "x"}
    other = laid(change("aws_cloudwatch_event_target.u", after=before), records=held)
    both = (*HELD, *other.overlay.put.values(), *made.overlay.put.values())

    moved = laid(
        change("aws_cloudwatch_event_target.u", before=before, after=before | {"arn": "arn:new"}),
        records=held,
    )
    gone = laid(change("aws_cloudwatch_event_target.u", before=before), records=both)

    assert {row.workload for row in facts(other).rows(Trigger)} == {FUNCTION}
    assert {row.workload for row in facts(moved).rows(Trigger)} == {FUNCTION, "arn:new"}
    assert len(facts(gone).rows(Trigger)) == 1


def test_rules_and_buses_leave_nothing_behind() -> None:
    made = laid(*started())
    rule = {"name": "daily", "event_bus_name": "own", "arn": f"{EVENTS}:rule/own/daily"}

    gone = laid(
        change("aws_cloudwatch_event_rule.r", before=rule),
        change("aws_cloudwatch_event_bus.b",
               before={"name": "own", "arn": f"{EVENTS}:event-bus/own"}),
        records=(*HELD, *made.overlay.put.values()),
    )  # fmt: skip

    assert kinds(gone, "AWS::Events") == []


def test_a_bus_has_the_policy_that_is_written() -> None:
    policy: Described = {"policy": OPEN}

    put, _ = written(new("aws_cloudwatch_event_bus_policy.p", **policy))
    taken, _ = written(
        new("aws_cloudwatch_event_bus_policy.p", **policy),
        change("aws_cloudwatch_event_bus_policy.q", before=policy, after=policy),
    )
    none, _ = written(change("aws_cloudwatch_event_bus_policy.p", before=policy))

    assert put == taken == {BUS: json.loads(OPEN)}
    assert none == {}


def test_a_policy_that_is_hidden_is_not_taken_for_none() -> None:
    hidden = change("aws_cloudwatch_event_bus_policy.p", after={}, unknown={"policy": True})
    more = new("aws_cloudwatch_event_permission.a", principal="*", statement_id="a")

    found = laid(hidden, records=(*HELD, USUAL))
    both = laid(hidden, more, records=(*HELD, USUAL))

    (row,) = [row for row in facts(found).rows(Attachment) if row.target == BUS]
    told = {one.id: one.document for one in facts(found).rows(Policy)}
    assert told[row.policy] is None
    assert "aws_cloudwatch_event_permission.a.policy" in operations(both)


def test_a_permission_is_a_statement_of_the_policy_of_a_bus() -> None:
    condition = [{"key": "aws:PrincipalOrgID", "type": "StringEquals", "value": "o-1"}]
    one: Described = {"principal": "999999999999", "statement_id": "a"}
    all_: Described = {"principal": "*", "statement_id": "b", "condition": condition}
    changes = (
        new("aws_cloudwatch_event_permission.a", **one),
        new("aws_cloudwatch_event_permission.b", **all_),
    )
    held = laid(*changes, records=(*HELD, USUAL))

    put, _ = written(*changes)
    less = laid(
        change("aws_cloudwatch_event_permission.a", before=one),
        records=(*HELD, *held.overlay.put.values()),
    )
    none = laid(
        change("aws_cloudwatch_event_permission.a", before=one),
        change("aws_cloudwatch_event_permission.b", before=all_),
        records=(*HELD, *held.overlay.put.values()),
    )

    whole = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
    root = {"AWS": "arn:aws:iam::999999999999:root"}
    inside = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    second = {"Sid": "b", "Principal": "*", "Condition": inside, **whole}
    assert put[BUS]["Statement"] == [{"Sid": "a", "Principal": root, **whole}, second]
    assert json.loads(str(only(less, Policy).document))["Statement"] == [second]
    assert facts(none).rows(Policy) == ()


def test_a_schedule_starts_its_target_unless_it_is_off() -> None:
    target = [{"arn": FUNCTION, "role_arn": "arn:aws:iam::111111111111:role/r"}]
    values: Described = {"name": "nightly", "target": target}
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/nightly"

    found = laid(new("aws_scheduler_schedule.s", "group_name", "state", **values))
    off = laid(new("aws_scheduler_schedule.s", **values, state="DISABLED", group_name="g"))
    gone = laid(
        change("aws_scheduler_schedule.s", before=values | {"arn": arn}),
        records=(*HELD, *found.overlay.put.values()),
    )

    row = only(found, Trigger)
    assert (row.workload, row.source) == (FUNCTION, arn)
    assert (misfits(found), found.gaps) == ([], ())
    assert facts(off).rows(Trigger) == ()
    assert kinds(off, "AWS::Scheduler") != kinds(gone, "AWS::Scheduler") == []


def test_what_is_not_known_is_named() -> None:
    damaged = record("AWS::Events::EventBus", BUS, Name="default", Policy="{")
    hidden = change(
        "aws_cloudwatch_event_rule.r", after={"name": "r"}, unknown={"event_bus_name": True}
    )
    astray = change("aws_cloudwatch_event_target.t", after={"rule": "none", "arn": FUNCTION})
    other = new("aws_cloudwatch_event_bus_policy.p", policy=OPEN, event_bus_name="none")
    permission = new("aws_cloudwatch_event_permission.a", principal="*", statement_id="a")

    found = laid(hidden, astray, other, permission, records=(*HELD, damaged))

    assert operations(found) == [
        "aws_cloudwatch_event_rule.r.event_bus_name",
        "aws_cloudwatch_event_bus_policy.p.event_bus_name",
        "aws_cloudwatch_event_permission.a.policy",
        "aws_cloudwatch_event_target.t.rule",
    ]
