# SPDX-License-Identifier: Apache-2.0
"""Who gets code into a pipeline, and what it is there."""

import pytest
from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.pipeline import (
    CodeInput,
    CodeRoot,
    CodeSecret,
    PipelineJob,
    PipelineWriter,
)
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.pipeline import derivation
from bartizan.reason.pipeline.notes import notes
from bartizan.reason.pipeline.recheck import recheck
from tests.fakes.rows import row

ROOT = row(
    CodeRoot, id="a", store="arn:aws:s3:::b", state="arn:aws:s3:::b/k",
    roles=("arn:aws:iam::1:role/r",), file="a/main.tf", line=2,
)  # fmt: skip
MODULE = row(
    CodeInput, root="a", kind="module", name="github.com/acme/m", file="a/main.tf", line=9
)
SECRET = row(CodeSecret, root="a", user="u", file="a/main.tf", line=5)


def user(account: str) -> Principal:
    arn = f"arn:aws:iam::{account}:user/u"
    return row(Principal, arn=arn, type="user", name="u", account=account)


def found(*rows: Row) -> dict[tuple[str, str, str], Step]:
    steps = derivation.steps(Facts.of(rows))
    return {(step.technique, str(step.needs[0]), str(step.grants)): step for step in steps}


def test_whoever_publishes_what_is_not_pinned_decides_what_the_code_does() -> None:
    (step,) = found(MODULE).values()

    assert str(step.needs[0]) == "start module:github.com/acme/m"
    assert str(step.grants) == "write code:a"
    assert step.proved
    assert [one.subject for one in step.evidence] == ["a/main.tf:9"]


def test_what_may_be_a_tag_is_possible_and_what_is_pinned_is_nothing() -> None:
    (step,) = found(structs.replace(MODULE, unknown=("version",))).values()

    assert step.missing == ("whether a/main.tf:9 takes one version of github.com/acme/m",)
    assert found(structs.replace(MODULE, version="1.0.0")) == {}


def test_a_state_that_is_written_leads_to_the_roles_of_the_code() -> None:
    assert set(found(ROOT)) == {
        ("change-state", "write arn:aws:s3:::b/k", "write code:a"),
        ("take-code-role", "write code:a", "act-as arn:aws:iam::1:role/r"),
    }
    assert found(structs.replace(ROOT, state="", roles=())) == {}


def test_a_state_that_is_read_holds_the_keys_that_the_code_makes() -> None:
    key = ("take-state-key", "read arn:aws:s3:::b/k", "act-as arn:aws:iam::1:user/u")

    assert found(ROOT, SECRET, user("1"))[key].proved
    assert found(ROOT, SECRET, user("1"), user("2"))[key].missing
    assert key not in found(structs.replace(ROOT, state=""), SECRET, user("1"))
    assert key not in found(SECRET, user("1"))
    assert key not in found(ROOT, structs.replace(SECRET, user="v"), user("1"))


def test_a_printed_step_is_derived_again() -> None:
    facts = Facts.of((ROOT, MODULE))
    steps = tuple(derivation.steps(facts))

    assert recheck(steps, facts) == steps
    assert recheck((), facts) == ()
    with pytest.raises(DisagreementError, match="change-code-input"):
        recheck(steps, Facts.of((ROOT,)))
    assert {step.technique for step in steps} <= set(notes())


JOB = row(
    PipelineJob, id="w#j", repository="a/b", file="w", line=3, folders=("a",), machines=("arn:m",)
)


def test_a_pull_request_is_run_in_a_run_of_its_own() -> None:
    sure = structs.replace(JOB, proposals=True)
    doubtful = structs.replace(sure, doubts=("whether",))
    key = ("propose-code", "start pull-request:a/b", "run-code w#j@pull-request")

    assert key not in found(JOB)
    assert found(sure)[key].proved
    assert found(doubtful)[key].missing == ("whether",)


def test_code_that_is_changed_runs_in_the_jobs_that_plan_it() -> None:
    key = ("run-changed-code", "write code:a", "run-code w#j")

    assert found(ROOT, JOB)[key].proved
    assert found(ROOT, JOB)[key].conditions[0].key == "assume:runs"
    assert found(ROOT, structs.replace(JOB, folders=("*",)))[key].missing
    assert key not in found(ROOT, structs.replace(JOB, folders=("b",)))


def test_a_job_is_on_its_machine_whoever_started_it() -> None:
    own = ("be-on-runner", "run-code w#j", "run-code arn:m")
    theirs = ("be-on-runner", "run-code w#j@pull-request", "run-code arn:m")

    assert own in found(JOB)
    assert theirs not in found(JOB)
    assert {own, theirs} <= set(found(structs.replace(JOB, proposals=True)))


def test_whoever_writes_the_settings_of_a_job_runs_code_in_it() -> None:
    writer = row(PipelineWriter, job="w#j", who="team:a/t", file="w", line=1)

    assert ("change-job-settings", "start team:a/t", "run-code w#j") in found(writer)
