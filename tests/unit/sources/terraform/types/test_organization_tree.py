# SPDX-License-Identifier: Apache-2.0
"""Units, accounts and delegations in code become what a scan of the organisation would tell."""

import json
from collections.abc import Iterator

import pytest

from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account, Delegation, Unit
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.laid import Laid
from bartizan.model.record import Record
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import facts, laid, new, only, operations
from tests.fakes.terraform_plan import Described, change, referring

MANAGEMENT, MEMBER = "000000000000", "222222222222"
PLACE = f"arn:aws:organizations::{MANAGEMENT}"
FULL = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
SCP = "SERVICE_CONTROL_POLICY"
RULE = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})


def _held() -> Iterator[Record]:
    kind = "AWS::Organizations::"
    yield record(f"{kind}Organization", f"{PLACE}:organization/o-1", Id="o-1")
    yield record(
        f"{kind}Root", f"{PLACE}:root/o-1/r-1", Id="r-1", Name="Root",
        PolicyTypes=[{"Type": SCP, "Status": "ENABLED"}],
    )  # fmt: skip
    yield record(f"{kind}PolicySummary", FULL, Id="p-FullAWSAccess", Type=SCP, AwsManaged=True)
    yield record(f"{kind}Account", f"{PLACE}:account/o-1/{MEMBER}", Id=MEMBER, Name="m")
    yield record(f"{kind}Child", f"r-1/{MEMBER}", Id=MEMBER, Type="ACCOUNT")
    yield record(f"{kind}PolicyTarget", f"{FULL}/{MEMBER}", TargetId=MEMBER, Type="ACCOUNT")


HELD = tuple(_held())
MADE: Described = {"joined_timestamp": True}


def every(found: Laid) -> tuple[Record, ...]:
    """All records afterwards, of which those that were put are as the vendor's answers."""
    overlay = found.overlay
    assert not overlay.put or misfits(found) == []
    return tuple(row for kind in overlay.kinds() for row in overlay.of(kind))


def guarded(found: Laid) -> set[str]:
    return {row.target for row in facts(found).rows(Attachment) if row.use == "scp"}


def test_a_new_account_in_a_new_unit_is_let_through_and_entered_by_its_management() -> None:
    unit = new("aws_organizations_organizational_unit.u", name="Prod", parent_id="r-1")
    account = new(
        "aws_organizations_account.a", "joined_timestamp", name="shop", email="a@b",
        refers={"parent_id": referring("aws_organizations_organizational_unit.u.id")},
    )  # fmt: skip

    found = laid(unit, account, records=HELD)
    every(found)
    made = only(found, Unit, name="Prod")
    shop = only(found, Account, name="shop")

    assert found.gaps == ()
    assert made.parent == "r-1"
    assert shop.organization_path == f"o-1/r-1/{made.id}/"
    assert shop.id.isdigit()
    assert len(shop.id) == len(MEMBER)
    assert guarded(found) == {MEMBER, made.id, shop.id}
    role = only(found, Principal, type="role")
    assert role.arn == f"arn:aws:iam::{shop.id}:role/OrganizationAccountAccessRole"
    trust = next(row for row in facts(found).rows(Policy) if row.type == "trust")
    assert json.loads(str(trust.document))["Statement"][0]["Principal"] == {
        "AWS": f"arn:aws:iam::{MANAGEMENT}:root"
    }


def test_an_account_that_joined_already_has_no_role_made_for_it() -> None:
    after = {"id": MEMBER, "arn": f"{PLACE}:account/o-1/{MEMBER}", "name": "m",
             "parent_id": "r-1", "joined_timestamp": "2020-01-01T00:00:00Z"}  # fmt: skip

    found = laid(change("aws_organizations_account.a", after=after), records=HELD[:3])

    assert facts(found).rows(
        Principal,
    ) == () or all(row.type == "root" for row in facts(found).rows(Principal))


def test_an_account_moves_to_one_unit_alone() -> None:
    before = {"id": MEMBER, "arn": f"{PLACE}:account/o-1/{MEMBER}", "name": "m",
              "parent_id": "r-1"}  # fmt: skip
    unit = {"id": "ou-1", "arn": f"{PLACE}:ou/o-1/ou-1", "name": "Prod", "parent_id": "r-1"}
    moved = change("aws_organizations_account.a", before=before,
                   after=before | {"parent_id": "ou-1"})  # fmt: skip

    found = laid(
        change("aws_organizations_organizational_unit.u", after=unit), moved, records=HELD
    )

    assert only(found, Account, id=MEMBER).organization_path == "o-1/r-1/ou-1/"
    assert [row.id for row in every(found) if row.kind.endswith("Child")] == [
        f"ou-1/{MEMBER}",
        "r-1/ou-1",
    ]


def test_an_account_that_goes_is_under_nothing() -> None:
    before = {"id": MEMBER, "arn": f"{PLACE}:account/o-1/{MEMBER}", "parent_id": "r-1"}

    found = laid(change("aws_organizations_account.a", before=before), records=HELD)

    assert {row.id for row in every(found)} == {row.id for row in HELD[:3]}


def test_a_unit_that_goes_is_no_more() -> None:
    unit = {"id": "ou-1", "arn": f"{PLACE}:ou/o-1/ou-1", "name": "Prod", "parent_id": "r-1"}
    address = "aws_organizations_organizational_unit.u"
    records = every(laid(change(address, after=unit), records=HELD))

    found = laid(change(address, before=unit), records=records)

    assert {row.id for row in every(found)} == {row.id for row in HELD}


@pytest.mark.parametrize(
    ("address", "after", "place"),
    [
        ("aws_organizations_organizational_unit.u", {"name": "u", "parent_id": "r-1"}, "arn"),
        ("aws_organizations_account.a", {"name": "a"}, "arn"),
        ("aws_organizations_account.a", {"arn": "arn:x", "name": "a"}, "parent_id"),
        (
            "aws_organizations_delegated_administrator.d",
            {"account_id": MEMBER, "service_principal": "x.amazonaws.com"},
            "arn",
        ),
        ("aws_organizations_resource_policy.r", {"content": RULE}, "arn"),
    ],
    ids=["unit", "account", "under", "delegation", "policy"],
)
def test_parts_of_an_organisation_that_was_not_read_are_told(
    address: str, after: Described, place: str
) -> None:
    assert operations(laid(change(address, after=after), records=())) == [f"{address}.{place}"]


def test_a_delegation_lasts_until_it_goes() -> None:
    one = {"account_id": MEMBER, "service_principal": "sso.amazonaws.com"}
    two = one | {"service_principal": "member.org.stacksets.cloudformation.amazonaws.com"}
    address = "aws_organizations_delegated_administrator"
    made = laid(change(f"{address}.a", after=one), change(f"{address}.b", after=two), records=HELD)
    records = every(made)

    less = laid(change(f"{address}.a", before=one), records=records)
    none = laid(
        change(f"{address}.a", before=one), change(f"{address}.b", before=two), records=records
    )

    assert {row.service for row in facts(made).rows(Delegation)} == {
        one["service_principal"],
        two["service_principal"],
    }
    assert only(less, Delegation).service == two["service_principal"]
    assert [*less.overlay.of("AWS::Organizations::DelegatedAdministrator")]
    assert {row.id for row in every(none)} == {row.id for row in HELD}


def test_what_delegates_the_management_is_a_policy_of_the_organisation() -> None:
    address = "aws_organizations_resource_policy.r"
    made = laid(new(address, content=RULE), records=HELD)
    policy = next(row for row in facts(made).rows(Policy) if row.type == "resource")
    arn = policy.id.removesuffix("#resource")

    gone = laid(change(address, before={"arn": arn, "content": RULE}), records=every(made))
    hidden = laid(change(address, after={}, unknown={"content": True}), records=HELD)

    assert arn.startswith(f"{PLACE}:resourcepolicy/o-1/rp-")
    assert policy.document == RULE
    assert {row.id for row in every(gone)} == {row.id for row in HELD}
    assert operations(hidden) == [f"{address}.content"]


def test_guardrails_that_are_switched_on_let_all_through_at_first() -> None:
    after = {
        "id": "o-1", "arn": f"{PLACE}:organization/o-1", "feature_set": "ALL",
        "enabled_policy_types": [SCP, "RESOURCE_CONTROL_POLICY"],
        "roots": [{"id": "r-1", "arn": f"{PLACE}:root/o-1/r-1"}],
    }  # fmt: skip
    off = after | {"enabled_policy_types": []}
    address = "aws_organizations_organization.o"

    found = laid(change(address, after=after), records=(*HELD[:1], *HELD[3:5]))
    shut = laid(change(address, before=after, after=off), records=every(found))

    assert only(found, Account, id=MEMBER).scp
    assert only(found, Account, id=MEMBER).rcp
    uses = {(row.target, row.use) for row in facts(found).rows(Attachment)}
    assert uses == {(one, use) for one in ("r-1", MEMBER) for use in ("scp", "rcp")}
    assert only(found, Policy, type="rcp").document is not None
    assert not only(shut, Account, id=MEMBER).scp


def test_guardrails_that_were_on_stay_where_they_are() -> None:
    before = {
        "id": "o-1", "arn": f"{PLACE}:organization/o-1", "enabled_policy_types": [SCP],
        "roots": [{"id": "r-1", "arn": f"{PLACE}:root/o-1/r-1"}],
    }  # fmt: skip
    detached = tuple(row for row in HELD if not row.kind.endswith("PolicyTarget"))
    changed = change(
        "aws_organizations_organization.o",
        before=before,
        after=before | {"aws_service_access_principals": ["sso.amazonaws.com"]},
    )

    assert guarded(laid(changed, records=detached)) == set()


def test_an_organisation_that_is_new_has_a_root() -> None:
    made = laid(
        new("aws_organizations_organization.o", "roots", feature_set="ALL",
            enabled_policy_types=[SCP]),
        new("aws_organizations_account.a", "joined_timestamp", "parent_id", name="shop"),
        records=(),
    )  # fmt: skip
    every(made)

    shop = only(made, Account, name="shop")
    assert made.gaps == ()
    assert shop.scp
    assert shop.organization_path
    assert shop.id in guarded(made)


def test_an_organisation_that_goes_has_no_root() -> None:
    before = {"id": "o-1", "arn": f"{PLACE}:organization/o-1"}

    gone = laid(change("aws_organizations_organization.o", before=before), records=HELD[:2])

    assert every(gone) == ()
