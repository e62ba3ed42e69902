# SPDX-License-Identifier: Apache-2.0
"""Images and documents that cross accounts: told of each account by itself, of those that are
alike together, and again after a change, the steps are the same.
"""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Association, Store, Workload
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.again import again
from bartizan.reason.authz.aws.steps.alike.derive import EVERY, Organisation
from bartizan.reason.authz.aws.steps.tried import Derivation
from tests.fakes.estate import EstateBuilder
from tests.fakes.rows import row
from tests.fakes.statements import allow, trusts

ACCOUNTS = [f"10000000000{number}" for number in range(8)]
CHANGED = ACCOUNTS[1]
PUSH = [
    "ecr:PutImage",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
]
MAY = {
    "pusher": PUSH,
    "deleter": [*PUSH, "ecr:BatchDeleteImage"],
    "keeper": ["ecr:SetRepositoryPolicy"],
    "writer": ["ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
    "chooser": ["ssm:CreateAssociation", "ssm:UpdateAssociation"],
    "setter": ["ssm:SendCommand", "iam:PassRole", "ec2:ReplaceIamInstanceProfileAssociation"],
}
DEV = {"StringEquals": {"aws:ResourceTag/Env": "dev"}}


def estate() -> list[Row]:
    built = EstateBuilder()
    for number, account in enumerate(ACCOUNTS):
        built.account(account)
        people(built, account)
        things(built, account, number)
    return built.rows


def people(built: EstateBuilder, account: str) -> None:
    for name, actions in MAY.items():
        built.user(name, account, allows=[allow(actions)])
    only = {**allow("ssm:StartSession"), "Condition": DEV}
    built.user("tagger", account, allows=[only, allow("ec2:CreateTags")])


def things(built: EstateBuilder, account: str, number: int) -> None:
    """Every second account has a repository with immutable tags, half of these an association;
    some take images and documents of others.
    """
    reports = [allow("ssm:UpdateInstanceInformation")]
    host = built.service_role("host", account, "ec2.amazonaws.com", allows=reports)
    built.instance_profile(built.service_role("strong", account, "ec2.amazonaws.com"))
    built.instance("i-1", account, role=host, tags={"Env": "prod"})
    first = {"AWS": f"arn:aws:iam::{ACCOUNTS[0]}:root"}
    lets = [trusts(first, action, Resource="*") for action in PUSH] if number % 3 == 0 else None
    fixed = ("*",) if number % 2 else ()
    built.store("AWS::ECR::Repository", repository(account), account, policy=lets, fixed=fixed)
    source = ACCOUNTS[number + 1] if number % 4 == 0 else account
    built.workload(
        "AWS::ECS::Task",
        "ecs:task/c/1",
        account,
        role=host,
        images=(f"{repository(source)}:live",),
        related={"cluster": f"arn:aws:ecs:us-east-1:{account}:cluster/c"},
    )
    if number % 4 == 1:
        built.rows.append(
            row(
                Association,
                arn=f"arn:aws:ssm:us-east-1:{account}:association/1",
                account=account,
                region="us-east-1",
                document=document(ACCOUNTS[0] if number % 5 == 0 else account),
                version="$DEFAULT",
                targets=("InstanceIds=*",),
            )
        )


def repository(account: str) -> str:
    return f"arn:aws:ecr:us-east-1:{account}:repository/app"


def document(account: str) -> str:
    return f"arn:aws:ssm:us-east-1:{account}:document/d"


def told(steps: Any) -> set[tuple[object, ...]]:  # noqa: ANN401 - an iterable of steps
    def name(step: Step) -> tuple[object, ...]:
        return step.technique, step.needs, step.grants, step.cost, step.asks, step.missing

    return {name(step) for step in steps}


def test_accounts_that_are_alike_are_told_as_each_by_itself() -> None:
    facts = Facts.of(estate())

    assert told(Organisation(Estate(facts), few=EVERY).all()) == told(
        Derivation(Estate(facts)).all()
    )


def _of(table: type[Row], account: str = CHANGED) -> Callable[[Any], bool]:
    return lambda one: isinstance(one, table) and getattr(one, "account", "") == account


@pytest.mark.parametrize(
    ("table", "account", "now"),
    [
        (Store, CHANGED, {"fixed": ()}),
        (Association, CHANGED, {"document": document(ACCOUNTS[0])}),
        (Association, CHANGED, {"document": ""}),
        (Workload, ACCOUNTS[4], {"images": ()}),
        (Workload, CHANGED, {"tags": {"Env": "dev"}}),
    ],
)
def test_after_a_change_the_steps_are_those_that_are_told_anew(
    table: type[Row], account: str, now: dict[str, object]
) -> None:
    rows, changes = estate(), _of(table, account)
    before = Facts.of(rows)
    after = Facts.of([structs.replace(one, **now) if changes(one) else one for one in rows])
    known = list(Derivation(Estate(before)).all())

    found = told(again(before, known, after))

    assert found == told(Derivation(Estate(after)).all())
    assert found != told(known)
