# SPDX-License-Identifier: Apache-2.0
"""Who decides on an image, and what runs it."""

import pytest
from msgspec import structs

from bartizan.model.facts.estate import Store, Trigger
from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import Statements, allow, deny, trusts

A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
KIND, ARN = "AWS::ECR::Repository", f"arn:aws:ecr:us-east-1:{A}:repository/app"
TASK, DEFINITION = "AWS::ECS::Task", "AWS::ECS::TaskDefinition"
PUSH = [
    "ecr:PutImage",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
]


def estate(
    *,
    allows: Statements | None = None,
    policy: Statements | None = None,
    runs_in: str = A,
    fixed: tuple[str, ...] = (),
    loose: tuple[str, ...] = (),
) -> EstateBuilder:
    """Somebody, a repository, and a task of an image `live` of it."""
    built = EstateBuilder()
    built.account(A)
    built.account(B)
    built.user("pusher", A, allows=allows)
    built.store(KIND, ARN, A, policy=policy, fixed=fixed, loose=loose)
    cluster = {"cluster": f"arn:aws:ecs:us-east-1:{runs_in}:cluster/c"}
    built.workload(TASK, "ecs:task/c/1", runs_in, images=(f"{ARN}:live",), related=cluster)
    return built


def found(built: EstateBuilder) -> list[Step]:
    """Return what images have to do with, but what administrators may do anyway."""
    every = list(steps(built.facts()))
    recheck([step for step in every if step.proved], built.facts())
    return [
        step
        for step in every
        if step.technique.startswith(("ecr-", "run-pushed"))
        and not any(need.ability == "administer" for need in step.needs)
    ]


def runs(built: EstateBuilder) -> set[tuple[str, str]]:
    """Return the techniques by which somebody gets code into what runs images, each with that."""
    every = found(built)
    return {
        (push.technique, run.grants.entity.split(":", 5)[-1])
        for push in every
        for run in every
        if push.grants in run.needs and push.proved and run.proved
    }


def test_whoever_pushes_runs_code_in_what_takes_the_image_by_its_tag_once_it_starts() -> None:
    built = estate(allows=[allow(PUSH)])

    assert runs(built) == {("ecr-push-image", "task/c/1")}
    (run,) = (step for step in found(built) if step.technique == "run-pushed-image")
    assert [condition.key for condition in run.conditions] == ["assume:runs"]


@pytest.mark.parametrize("runs_in", [A, B])
def test_it_does_not_matter_in_which_account_it_runs(runs_in: str) -> None:
    assert runs(estate(allows=[allow(PUSH)], runs_in=runs_in))


def test_somebody_from_outside_pushes_where_the_policy_of_the_repository_lets_them_in() -> None:
    outside = {"AWS": f"arn:aws:iam::{OUTSIDE}:root"}
    lets = [trusts(outside, action, Resource="*") for action in PUSH]

    every = found(estate(policy=lets))

    assert {str(n) for s in every if s.technique == "ecr-push-image" for n in s.needs} == {
        f"start {OUTSIDE}"
    }


@pytest.mark.parametrize("without", PUSH)
def test_a_policy_that_denies_one_of_the_requests_lets_nobody_push(without: str) -> None:
    assert runs(estate(allows=[allow(PUSH), deny(without)])) == set()


@pytest.mark.parametrize(
    ("fixed", "loose", "can"),
    [
        (("*",), (), False),
        (("*",), ("li*",), True),
        (("*",), ("dev-*",), False),
        (("live",), (), False),
        (("v*",), (), True),
    ],
)
def test_an_immutable_tag_is_not_pushed(
    fixed: tuple[str, ...], loose: tuple[str, ...], *, can: bool
) -> None:
    """The cases are what the settings of a repository and their filters say."""
    built = estate(allows=[allow(PUSH)], fixed=fixed, loose=loose)

    assert bool(runs(built)) is can


@pytest.mark.parametrize(
    ("action", "technique"),
    [
        ("ecr:BatchDeleteImage", "ecr-replace-image"),
        ("ecr:PutImageTagMutability", "ecr-release-tags"),
    ],
)
def test_an_immutable_tag_that_can_be_made_free_is(action: str, technique: str) -> None:
    built = estate(allows=[allow([*PUSH, action])], fixed=("*",))

    assert runs(built) == {(technique, "task/c/1")}


@pytest.mark.parametrize("fixed", [(), ("*",)])
def test_whoever_writes_the_policy_of_a_repository_pushes_there(fixed: tuple[str, ...]) -> None:
    may = [allow("ecr:SetRepositoryPolicy")]

    assert runs(estate(allows=may, fixed=fixed)) == {("ecr-open-repository", "task/c/1")}
    assert runs(estate(allows=[*may, deny("ecr:PutImage")], fixed=fixed)) == {
        ("ecr-open-repository", "task/c/1")
    }, "somebody else can be let in"


def test_a_definition_of_which_nobody_starts_tasks_runs_nothing() -> None:
    built = estate(allows=[allow(PUSH)])
    first, second = (
        built.workload(DEFINITION, f"ecs:task-definition/f:{n}", A, images=(f"{ARN}:live",))
        for n in (9, 10)
    )
    assert len(runs(built)) == 1

    def started(named: str) -> set[str]:
        every = EstateBuilder()
        every.rows = [*built.rows, Trigger(workload=named, source="arn:aws:events:::rule/r")]
        return {name for _, name in runs(every)} - {"task/c/1"}

    assert started(first) == {"task-definition/f:9"}
    assert started(second) == {"task-definition/f:10"}
    assert started(second.rpartition(":")[0]) == {"task-definition/f:10"}, "the latest one"


def test_a_repository_that_was_not_listed_may_be_open_to_anybody() -> None:
    built = estate()
    built.rows = [row for row in built.rows if not isinstance(row, Store)]
    assert found(built) == []

    built.unread(A, "ecr:DescribeRepositories", kind=KIND, region="us-east-1")

    (run,) = found(built)
    assert (str(run.needs[0]), run.proved) == ("start any-aws-account", False)
    assert "ecr:DescribeRepositories" in run.missing[0]


@pytest.mark.parametrize("fixed", [(), ("*",)])
def test_what_was_not_read_may_run_any_image(fixed: tuple[str, ...]) -> None:
    built = estate(allows=[allow([*PUSH, "ecr:BatchDeleteImage"])], fixed=fixed)
    built.rows = [structs.replace(row, images=()) if hasattr(row, "images") else row
                  for row in built.rows]  # fmt: skip
    built.unread(A, "ecs:DescribeTaskDefinition", kind=DEFINITION, resource="t:1")

    every = found(built)

    pushed = {step.grants for step in every if step.technique != "run-pushed-image"}
    possible = [step for step in every if step.technique == "run-pushed-image"]
    assert {need for step in possible for need in step.needs} == pushed
    assert not any(step.proved for step in possible)
