# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Store
from bartizan.model.facts.organization import Account
from bartizan.paths.selection import select
from tests.fakes.attack_steps import step

PROD = "222222222222"
ROLE, JOB = f"arn:aws:iam::{PROD}:role/deploy", f"arn:aws:lambda:r:{PROD}:function:job"
FACTS = Facts.of(
    [
        Account(
            id=PROD,
            provider="aws",
            partition="aws",
            name="Prod",
            organization="",
            organization_path="",
            parent="",
            management=False,
            status="ACTIVE",
            regions=(),
            scp=False,
            rcp=False,
            collected=True,
        ),
        Store(
            arn="arn:aws:s3:::b[1]",
            kind="AWS::S3::Bucket",
            account=PROD,
            region="",
            name="b[1]",
            key="",
            tags={},
        ),
    ]
)
STEPS = [
    step(f"start 999999999999 > act-as {ROLE}"),
    step(f"act-as {ROLE} > run-code {JOB}"),
    step(f"act-as {ROLE} > plant-code {JOB}"),
    step(f"run-code {JOB} > administer {PROD}"),
    step(f"act-as {ROLE} > read arn:aws:s3:::b[1]"),
    step(f"act-as {ROLE} > write arn:aws:s3:::b[1]"),
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("internet", ["start internet"]),
        (ROLE, [f"act-as {ROLE}"]),
        (f"*{PROD}:role/*", [f"act-as {ROLE}"]),
        (JOB, [f"run-code {JOB}"]),
        (f"plant-code:{JOB}", [f"plant-code {JOB}"]),
        (f"plant-code {JOB}", [f"plant-code {JOB}"]),
        ("999999999999", ["start 999999999999"]),
        ("prod", [f"administer {PROD}"]),
        (PROD, [f"administer {PROD}"]),
        ("arn:aws:*:???/*", []),
    ],
)
def test_from_means_to_stand_at_a_thing_or_to_act_as_it(said: str, meant: list[str]) -> None:
    if not meant:
        with pytest.raises(UsageError):
            select(FACTS, STEPS, start=[said])
        return
    found = select(FACTS, STEPS, start=[said])

    assert [str(entry.foothold) for entry in found.entries] == meant
    assert found.jewels == ()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("prod", [f"administer {PROD}"]),
        ("admin:prod", [f"administer {PROD}"]),
        ("Admin:PROD", [f"administer {PROD}"]),
        ("arn:aws:s3:::b[1]", ["read arn:aws:s3:::b[1]"]),
        ("write:arn:aws:s3:::b[1]", ["write arn:aws:s3:::b[1]"]),
        ("arn:aws:s3:::*", ["read arn:aws:s3:::b[1]"]),
        (JOB, [f"run-code {JOB}"]),
        ("*", [f"administer {PROD}", "read arn:aws:s3:::b[1]"]),
    ],
)
def test_to_means_the_loss_that_counts_unless_an_ability_is_said(
    said: str, meant: list[str]
) -> None:
    found = select(FACTS, STEPS, to=[said])

    assert [str(jewel.foothold) for jewel in found.jewels] == meant


def test_what_is_chosen_keeps_its_name_and_rank() -> None:
    found = select(FACTS, STEPS, start=["internet", ROLE], to=["prod", f"act-as:{ROLE}"])

    assert [entry.name for entry in found.entries] == [f"act-as {ROLE}", "the Internet"]
    assert [jewel.name for jewel in found.jewels] == [
        f"administrator of account Prod ({PROD})",
        f"act-as {ROLE}",
    ]
    assert [jewel.rank for jewel in found.jewels] == [4, 3]


def test_a_name_that_fits_nothing_is_refused_with_what_is_close() -> None:
    with pytest.raises(UsageError, match="nothing in the estate fits `read:arn:aws:s3:::c") as one:
        select(FACTS, STEPS, to=["read:arn:aws:s3:::c[1]"])
    with pytest.raises(UsageError) as other:
        select(FACTS, STEPS, start=["???"])

    assert one.value.hint == "did you mean `arn:aws:s3:::b[1]`"
    assert other.value.hint == "write an ARN, an account, `internet`, or a pattern with `*`"
