# SPDX-License-Identifier: Apache-2.0
"""Accounts, from what several services say of them."""

from msgspec.structs import replace

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Account
from bartizan.model.record import Json, Record, RecordList
from bartizan.sources.aws.services.account import CALLER, REGION, normalise
from bartizan.sources.aws.services.organizations import ACCOUNT, CHILD, ORGANIZATION, ROOT
from tests.fakes.records import record

ARN = "arn:aws:organizations::111111111111:"
MANAGEMENT, MEMBER = "111111111111", "222222222222"


def root(*enabled: str) -> Record:
    types: list[Json] = [{"Type": kind, "Status": "ENABLED"} for kind in enabled]
    types.append({"Type": "TAG_POLICY", "Status": "PENDING_ENABLE"})
    return record(f"{ARN}root/o-1/r-1", kind=ROOT, Id="r-1", PolicyTypes=types)


ORGANISATION = (
    record(f"{ARN}organization/o-1", kind=ORGANIZATION, MasterAccountId=MANAGEMENT),
    record(f"{ARN}account/o-1/{MANAGEMENT}", kind=ACCOUNT, Name="top", Status="ACTIVE"),
    record(f"{ARN}account/o-1/{MEMBER}", kind=ACCOUNT, Name="shop", Status="SUSPENDED"),
    record(f"r-1/{MANAGEMENT}", kind=CHILD),
    record("r-1/ou-1", kind=CHILD),
    record("ou-1/ou-2", kind=CHILD),
    record(f"ou-2/{MEMBER}", kind=CHILD),
)


def accounts(*records: Record) -> dict[str, Account]:
    found = list(normalise(RecordList(records)))
    return {row.id: row for row in found if isinstance(row, Account)}


def caller(account: str, arn: str = "") -> Record:
    held = record(account, kind=CALLER, Account=account, Arn=arn)
    return replace(held, account=account)


def region(account: str, name: str, status: str = "opted-in") -> Record:
    held = record(f"{account}/{name}", kind=REGION, RegionName=name, OptInStatus=status)
    return replace(held, account=account)


def test_the_path_is_spelt_as_condition_keys_spell_it() -> None:
    found = accounts(*ORGANISATION, root())

    assert found[MEMBER].organization_path == "o-1/r-1/ou-1/ou-2/"
    assert found[MANAGEMENT].organization_path == "o-1/r-1/"
    assert (found[MEMBER].parent, found[MANAGEMENT].parent) == ("ou-2", "r-1")


def test_a_path_that_is_not_known_whole_is_not_told() -> None:
    found = accounts(*(one for one in ORGANISATION if one.id != "ou-1/ou-2"), root())

    assert found[MEMBER].organization_path == ""


def test_units_that_go_round_in_circles_end() -> None:
    circle = (record("ou-2/ou-1", kind=CHILD), record("ou-1/ou-2", kind=CHILD))
    found = accounts(*ORGANISATION[:3], *circle, record(f"ou-2/{MEMBER}", kind=CHILD))

    assert found[MEMBER].organization_path == ""


def test_only_the_management_account_is_one() -> None:
    found = accounts(*ORGANISATION, root())

    assert {name: row.management for name, row in found.items()} == {
        MANAGEMENT: True,
        MEMBER: False,
    }


def test_guardrails_are_on_where_the_root_says_so() -> None:
    off = accounts(*ORGANISATION, root())[MEMBER]
    scp = accounts(*ORGANISATION, root("SERVICE_CONTROL_POLICY"))[MEMBER]
    rcp = accounts(*ORGANISATION, root("RESOURCE_CONTROL_POLICY"))[MEMBER]

    assert [(row.scp, row.rcp) for row in (off, scp, rcp)] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_an_account_is_collected_where_the_source_signed_in() -> None:
    found = accounts(*ORGANISATION, root(), caller(MANAGEMENT))

    assert found[MANAGEMENT].collected
    assert not found[MEMBER].collected
    assert found[MEMBER].status == "SUSPENDED"


def test_regions_are_those_that_are_enabled() -> None:
    told = (
        region(MEMBER, "us-east-1"),
        region(MEMBER, "eu-west-1"),
        region(MEMBER, "af-south-1", "not-opted-in"),
        region(MANAGEMENT, "me-south-1"),
    )
    found = accounts(*ORGANISATION, *told)

    assert found[MEMBER].regions == ("eu-west-1", "us-east-1")
    assert found[MANAGEMENT].regions == ("me-south-1",)


def test_an_account_on_its_own_is_an_account() -> None:
    found = accounts(caller("333333333333", "arn:aws-cn:sts::333333333333:assumed-role/r"))

    assert found["333333333333"].partition == "aws-cn"
    assert found["333333333333"].organization == ""
    assert found["333333333333"].collected


def test_a_member_whose_organisation_may_not_be_listed_is_known_to_be_in_it() -> None:
    found = accounts(ORGANISATION[0], caller(MEMBER, f"arn:aws:sts::{MEMBER}:assumed-role/r"))

    assert found[MEMBER].organization == "o-1"
    assert found[MEMBER].organization_path == ""
    assert found[MANAGEMENT].management
    assert not found[MANAGEMENT].collected


def test_an_account_of_another_shape_is_a_gap() -> None:
    found = normalise(RecordList((record(f"{ARN}account/o-1/{MEMBER}", kind=ACCOUNT, Name=7),)))

    (row,) = (one for one in found if isinstance(one, Unread))
    assert row.code == "malformed"


def test_an_organisation_that_may_not_be_described_is_known_by_its_parts() -> None:
    described = accounts(*ORGANISATION, root("SERVICE_CONTROL_POLICY"))
    kept = (one for one in ORGANISATION if one.kind != ORGANIZATION)

    assert accounts(*kept, root("SERVICE_CONTROL_POLICY")) == described


def test_accounts_that_may_not_be_listed_are_known_by_the_units_that_they_are_in() -> None:
    kept = (one for one in ORGANISATION if one.kind != ACCOUNT)
    found = accounts(*kept, root("SERVICE_CONTROL_POLICY"))

    assert sorted(found) == [MANAGEMENT, MEMBER]
    assert found[MEMBER].organization_path == "o-1/r-1/ou-1/ou-2/"
    assert (found[MEMBER].scp, found[MANAGEMENT].management) == (True, True)
