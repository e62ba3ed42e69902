# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.usage.event import actions_of
from bartizan.reason.authz.aws.usage.logged import SERVICES, shows


def _shows(name: str, *, data: bool) -> bool:
    action = catalogue.action(name)
    assert action is not None
    return shows(action, data=data)


@pytest.mark.parametrize(
    ("name", "management", "data"),
    [
        ("ec2:TerminateInstances", True, False),
        ("kms:Decrypt", True, False),
        ("kms:ReEncryptFrom", True, False),
        ("s3:PutBucketPolicy", True, False),
        ("s3:GetObject", False, True),
        ("s3:ListBucket", False, True),
        ("s3:BypassGovernanceRetention", False, False),
        ("dynamodb:GetItem", False, True),
        ("lambda:InvokeFunction", False, True),
        ("iam:PassRole", False, False),
        ("glue:GetTable", False, False),
    ],
)
def test_an_action_shows_where_its_service_says_that_every_use_is_logged(
    name: str, *, management: bool, data: bool
) -> None:
    assert (_shows(name, data=False), _shows(name, data=True)) == (management, data)


def test_every_call_in_the_table_stands_for_a_known_action() -> None:
    calls = {
        (service, call)
        for service, entry in SERVICES.items()
        for call in (entry.management or frozenset()) | entry.data
    }

    assert [c for c in sorted(calls) if not actions_of(f"{c[0]}.amazonaws.com", c[1])] == []
    assert all(
        entry.page.startswith("https://docs.aws.amazon.com/") for entry in SERVICES.values()
    )
