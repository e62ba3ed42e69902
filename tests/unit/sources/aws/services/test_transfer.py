# SPDX-License-Identifier: Apache-2.0
"""Users of file servers, and the session policies that limit them."""

import pytest

from bartizan.model.facts.estate import Workload
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record
from bartizan.sources.aws.services import transfer
from tests.fakes.aws_records import ACCOUNT, arn, facts, record

ROLE = f"arn:aws:iam::{ACCOUNT}:role/courier"
SERVER, USER = arn("transfer", "server/s-1"), arn("transfer", "user/s-1/courier")
POLICY = '{"Version":"2012-10-17","Statement":[]}'


def server(**body: Json) -> Record:
    told: dict[str, Json] = {"Domain": "S3", "State": "ONLINE", "EndpointType": "PUBLIC", **body}
    return record("AWS::Transfer::Server", SERVER, **told)


def user(**body: Json) -> Record:
    told: dict[str, Json] = {"UserName": "courier", "Role": ROLE, "Policy": POLICY, **body}
    return record("AWS::Transfer::User", USER, **told)


def listed() -> Record:
    return record("AWS::Transfer::UserSummary", USER, UserName="courier", Role=ROLE)


def test_a_user_is_a_workload_of_its_server_and_role() -> None:
    held = user(HomeDirectory="/parcels/in", Tags=[{"Key": "team", "Value": "post"}])

    (found,) = facts(transfer.normalise, Workload, server(), listed(), held)

    assert (found.arn, found.kind, found.name) == (USER, "AWS::Transfer::User", "courier")
    assert (found.role, found.running, found.public) == (ROLE, True, True)
    assert found.tags == {"team": "post"}
    assert found.related == {"server": SERVER, "domain": "S3", "home": "/parcels/in"}


@pytest.mark.parametrize(
    ("told", "running", "public"),
    [({"State": "OFFLINE"}, False, True), ({"EndpointType": "VPC"}, True, False)],
)
def test_its_server_says_whether_it_runs_and_where(
    told: dict[str, Json], *, running: bool, public: bool
) -> None:
    (found,) = facts(transfer.normalise, Workload, server(**told), user())

    assert (found.running, found.public) == (running, public)


def test_its_session_policy_applies_to_it() -> None:
    (policy,) = facts(transfer.normalise, Policy, server(), user())
    (use,) = facts(transfer.normalise, Attachment, server(), user())

    assert (policy.type, policy.document, policy.record) == ("session", POLICY, USER)
    assert (use.policy, use.target, use.use) == (policy.id, USER, "session")


@pytest.mark.parametrize("policy", [None, ""])
def test_a_user_without_session_policy_is_limited_by_none(policy: Json) -> None:
    assert not facts(transfer.normalise, Policy, server(), user(Policy=policy))


def test_a_user_of_a_file_system_is_limited_by_none() -> None:
    assert not facts(transfer.normalise, Policy, server(Domain="EFS"), user())


def test_a_user_whose_details_were_not_read_has_a_session_policy_that_is_not_known() -> None:
    (found,) = facts(transfer.normalise, Workload, server(), listed())
    (policy,) = facts(transfer.normalise, Policy, server(), listed())

    assert (found.kind, found.role) == ("AWS::Transfer::User", ROLE)
    assert (policy.document, policy.kind, policy.record) == (None, "AWS::Transfer::User", USER)


def test_logical_directories_are_all_that_a_user_sees() -> None:
    mappings: list[Json] = [{"Entry": "/", "Target": "/parcels/in"}]
    logical = user(HomeDirectoryType="LOGICAL", HomeDirectoryMappings=mappings)
    free = user(HomeDirectoryType="PATH", HomeDirectoryMappings=mappings)

    (confined,) = facts(transfer.normalise, Workload, server(), logical)
    (other,) = facts(transfer.normalise, Workload, server(), free)

    assert confined.related["directory:/"] == "/parcels/in"
    assert "directory:/" not in other.related


def test_public_keys_are_no_credentials() -> None:
    keys: list[Json] = [{"SshPublicKeyId": "key-1", "SshPublicKeyBody": "ssh-ed25519 AAAA"}]

    assert not facts(transfer.normalise, Credential, server(), user(SshPublicKeys=keys))
