# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import PrefixList
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION

OTHER = "222222222222"
ENTRIES = [{"Cidr": "10.2.0.0/16"}, {"Cidr": "10.1.0.0/16"}]


def described(*unread: Unread, owner: str = ACCOUNT, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    listed = {
        "PrefixListId": "pl-1",
        "PrefixListName": "offices",
        "OwnerId": owner,
        "Version": 3,
        **fields,
    }
    return {"ManagedPrefixLists": [listed], "Unread": list(unread)}


def gap(account: str, resource: str) -> Unread:
    return Unread(
        provider="aws",
        account=account,
        region=REGION,
        service="ec2",
        operation="GetManagedPrefixListEntries",
        action="",
        kind="AWS::EC2::PrefixListEntry",
        resource=resource,
        code="denied",
        reason="",
    )


def arn(account: str) -> str:
    return f"arn:aws:ec2:{REGION}:{account}:prefix-list/pl-1"


def test_a_list_has_its_ranges_sorted() -> None:
    (found,) = network_facts((ACCOUNT, REGION, described(Entries=ENTRIES))).rows(PrefixList)

    assert found.ranges == ("10.1.0.0/16", "10.2.0.0/16")
    assert (found.name, found.version, found.account) == ("offices", 3, ACCOUNT)


def test_a_list_that_was_read_may_be_empty() -> None:
    (found,) = network_facts((ACCOUNT, REGION, described())).rows(PrefixList)

    assert found.ranges == ()


def test_a_list_that_was_not_read_to_the_end_has_no_ranges() -> None:
    for resource in (arn(ACCOUNT), ""):
        place = (ACCOUNT, REGION, described(gap(ACCOUNT, resource), Entries=ENTRIES))

        assert [row.ranges for row in network_facts(place).rows(PrefixList)] == [None]


def test_a_list_that_one_account_could_read_is_known() -> None:
    denied = described(gap(ACCOUNT, arn(ACCOUNT)), owner="AWS")
    found = network_facts(
        (ACCOUNT, REGION, denied), (OTHER, REGION, described(owner="AWS", Entries=ENTRIES))
    ).rows(PrefixList)

    assert [(row.account, row.ranges) for row in found] == [
        ("AWS", ("10.1.0.0/16", "10.2.0.0/16"))
    ]


def test_a_list_with_an_entry_that_is_no_range_is_malformed() -> None:
    facts = network_facts((ACCOUNT, REGION, described(Entries=[{"Cidr": "office"}])))

    assert facts.rows(PrefixList) == ()
    assert [row.code for row in facts.rows(Unread)] == ["malformed"]
