# SPDX-License-Identifier: Apache-2.0
"""What associations run on instances, and who decides on it."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from bartizan.model.facts.estate import Association, Workload
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.rows import row
from tests.fakes.statements import Statements, allow, deny

A, B = "111111111111", "222222222222"
SSM = f"arn:aws:ssm:us-east-1:{A}"
CHANGE = ["ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"]


def estate(
    allows: Statements,
    *,
    owner: str = A,
    targets: tuple[str, ...] = ("InstanceIds=*",),
    **more: str,
) -> EstateBuilder:
    """Somebody in the account of a document, which an association runs on two instances of A."""
    document = f"arn:aws:ssm:us-east-1:{owner}:document/patch"
    built = EstateBuilder()
    built.account(A)
    built.account(B)
    built.user("keeper", owner, allows=allows)
    reports = [allow("ssm:UpdateInstanceInformation")]
    host = built.service_role("host", A, "ec2.amazonaws.com", allows=reports)
    built.instance("i-1", A, role=host, tags={"Env": "prod"})
    built.instance("i-2", A, role=host, tags={"Env": "test"})
    built.rows.append(
        row(
            Association,
            arn=f"{SSM}:association/1",
            account=A,
            region="us-east-1",
            targets=targets,
            **{"version": "$DEFAULT", "document": document, **more},
        )
    )
    return built


def found(built: EstateBuilder) -> list[Step]:
    every = list(steps(built.facts()))
    recheck([step for step in every if step.proved], built.facts())
    return every


def reached(built: EstateBuilder, technique: str, *, possible: bool = False) -> set[str]:
    """Return the instances on which somebody runs code by deciding on what is run there."""
    every = found(built)
    return {
        run.grants.entity.rpartition("/")[2]
        for first in every
        for run in every
        if (first.technique, run.technique) == (technique, "run-document")
        and first.grants in run.needs
        and not any(need.ability == "administer" for need in first.needs)
        and (possible or (first.proved and run.proved))
    }


@pytest.mark.parametrize("owner", [A, B])
def test_whoever_changes_a_document_runs_it_where_an_association_does(owner: str) -> None:
    assert reached(estate([allow(CHANGE)], owner=owner), "ssm-update-document") == {"i-1", "i-2"}
    for one in CHANGE:
        assert not reached(estate([allow(CHANGE), deny(one)], owner=owner), "ssm-update-document")


@pytest.mark.parametrize(
    ("targets", "proved", "possible"),
    [
        (("InstanceIds=i-1",), {"i-1"}, {"i-1"}),
        (("InstanceIds=i-1", "InstanceIds=i-2"), {"i-1", "i-2"}, {"i-1", "i-2"}),
        (("tag:Env=test",), {"i-2"}, {"i-2"}),
        (("tag:Env=Test",), set(), set()),
        (("tag:Team=a",), set(), set()),
        (("resource-groups:Name=web",), set(), {"i-1", "i-2"}),
        # Whether several keys go together by "and" or by "or" the vendor does not say.
        (("InstanceIds=i-1", "tag:Env=test"), set(), {"i-1", "i-2"}),
        (("InstanceIds=i-1", "tag:Env=prod"), {"i-1"}, {"i-1"}),
        ((), set(), set()),
    ],
)
def test_an_association_runs_on_its_targets(
    targets: tuple[str, ...], proved: set[str], possible: set[str]
) -> None:
    built = estate([allow(CHANGE)], targets=targets)

    assert reached(built, "ssm-update-document") == proved
    assert reached(built, "ssm-update-document", possible=True) == possible


def test_the_latest_version_takes_one_call_and_a_fixed_one_cannot_be_changed() -> None:
    one = [allow("ssm:UpdateDocument")]

    assert reached(estate(one, version="$LATEST"), "ssm-add-document-version") == {"i-1", "i-2"}
    assert not reached(estate(one), "ssm-add-document-version")
    for technique in ("ssm-add-document-version", "ssm-update-document"):
        assert not reached(estate([allow(CHANGE)], version="3"), technique)


@pytest.mark.parametrize(
    ("action", "technique"),
    [
        ("ssm:CreateAssociation", "ssm-create-association"),
        ("ssm:CreateAssociationBatch", "ssm-create-associations"),
        ("ssm:UpdateAssociation", "ssm-update-association"),
    ],
)
def test_whoever_chooses_what_associations_run_is_not_asked_for_the_instances(
    action: str, technique: str
) -> None:
    """The vendor's page says that targets are not looked at."""
    hosts = {**deny(action), "Resource": "arn:aws:ec2:*:*:instance/*"}
    shell = {**deny(action), "Resource": "arn:aws:ssm:*::document/AWS-RunShellScript"}

    assert reached(estate([allow(action), hosts]), technique) == {"i-1", "i-2"}
    assert not reached(estate([allow(action), shell]), technique)


def test_nobody_changes_a_document_of_the_vendor() -> None:
    built = estate([allow(CHANGE)], document="")

    assert not reached(built, "ssm-update-document", possible=True)


def test_nobody_changes_an_association_where_there_is_none() -> None:
    built = estate([allow("ssm:UpdateAssociation")])
    built.rows = [one for one in built.rows if not isinstance(one, Association)]

    assert not reached(built, "ssm-update-association", possible=True)


@pytest.mark.parametrize(
    ("action", "technique"),
    [(CHANGE, "ssm-update-document"), (["ssm:UpdateAssociation"], "ssm-update-association")],
)
def test_associations_that_were_not_listed_may_run_anything_anywhere(
    action: list[str], technique: str
) -> None:
    built = estate([allow(action)])
    built.rows = [one for one in built.rows if not isinstance(one, Association)]
    built.unread(A, "ssm:ListAssociations", kind="AWS::SSM::Association", region="us-east-1")

    assert reached(built, technique, possible=True) == {"i-1", "i-2"}
    assert not reached(built, technique)


def test_a_host_that_does_not_report_may_do_so_by_a_setting_that_is_not_read() -> None:
    built = estate([allow(CHANGE)])
    built.rows = [*_without_role(built)]

    assert reached(built, "ssm-update-document", possible=True) == {"i-1", "i-2"}
    assert not reached(built, "ssm-update-document")


def _without_role(built: EstateBuilder) -> Iterator[Row]:
    for one in built.rows:
        yield structs.replace(one, role="") if isinstance(one, Workload) else one
