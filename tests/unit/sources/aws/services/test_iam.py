# SPDX-License-Identifier: Apache-2.0
import base64
import json

import pytest

from bartizan.model.facts.estate import InstanceProfile
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import AccessKey, IdentityProvider, Membership, Principal
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record
from bartizan.sources.aws.services.iam import SERVICE
from tests.fakes.managed_policies import documents
from tests.fakes.service_records import ACCOUNT, aws_record, facts_of, rows_of

_IAM = f"arn:aws:iam::{ACCOUNT}:"
_ALICE = f"{_IAM}user/alice"
_DOCUMENT: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
_TEXT = json.dumps(_DOCUMENT, sort_keys=True, separators=(",", ":"))


def _user(name: str = "alice", **body: Json) -> Record:
    plain: dict[str, Json] = {"UserName": name, "Path": "/", "UserId": "AIDA1"}
    return aws_record("AWS::IAM::User", f"{_IAM}user/{name}", plain | body, region="")


def _role(name: str = "r", path: str = "/", **body: Json) -> Record:
    plain: dict[str, Json] = {
        "RoleName": name,
        "Path": path,
        "RoleId": "AROA1",
        "AssumeRolePolicyDocument": _DOCUMENT,
    }
    return aws_record("AWS::IAM::Role", f"{_IAM}role{path}{name}", plain | body, region="")


def _managed(arn: str, **body: Json) -> Record:
    by_aws = ":aws:policy/" in arn
    versions: list[Json] = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": _DOCUMENT},
    ]
    plain: dict[str, Json] = {
        "Arn": arn,
        "PolicyName": arn.rpartition("/")[2],
        "DefaultVersionId": "v2",
        "PolicyVersionList": versions,
    }
    kind = "AWS::IAM::AWSManagedPolicy" if by_aws else "AWS::IAM::ManagedPolicy"
    return aws_record(kind, f"{arn}#{ACCOUNT}" if by_aws else arn, plain | body, region="")


def _report(*lines: str) -> Record:
    head = (
        "user,arn,password_enabled,password_last_used,mfa_active,"
        "access_key_1_last_used_date,access_key_2_last_used_date"
    )
    content = base64.b64encode("\n".join((head, *lines)).encode()).decode()
    return aws_record("AWS::IAM::CredentialReport", ACCOUNT, {"Content": content}, region="")


def test_a_user_signs_in_by_what_is_registered_for_it() -> None:
    (alice, bob) = (
        row
        for row in rows_of(
            SERVICE,
            Principal,
            _user(Tags=[{"Key": "team", "Value": "x"}], CreateDate="2026-01-01T00:00:00Z"),
            _user("bob"),
            aws_record("AWS::IAM::LoginProfile", _ALICE),
            aws_record("AWS::IAM::MFADevice", f"{_ALICE}#arn:aws:iam::1:mfa/a"),
        )
        if row.type == "user"
    )

    assert (alice.console, alice.mfa, alice.tags) == (True, True, {"team": "x"})
    assert (alice.name, alice.path, alice.unique_id) == ("alice", "/", "AIDA1")
    assert alice.created == "2026-01-01T00:00:00Z"
    assert (bob.console, bob.mfa) == (False, False)


def test_the_credential_report_tells_of_passwords_factors_and_last_use() -> None:
    report = _report(
        f"alice,{_ALICE},true,2026-01-02T00:00:00+00:00,true,2026-02-03T00:00:00+00:00,N/A",
        f"<root_account>,{_IAM}root,not_supported,no_information,true,N/A,N/A",
    )
    found = {row.type: row for row in rows_of(SERVICE, Principal, _user(), report)}

    assert (found["user"].console, found["user"].mfa) == (True, True)
    assert found["user"].last_used == "2026-02-03T00:00:00+00:00"
    assert (found["root"].mfa, found["root"].last_used) == (True, "")


def test_a_report_that_cannot_be_read_shows_and_stops_nothing() -> None:
    for content in ("%%%", base64.b64encode(b"\xff\xfe").decode()):
        report = aws_record("AWS::IAM::CredentialReport", ACCOUNT, {"Content": content})
        facts = facts_of(SERVICE, _user(), report)

        assert [row.type for row in facts.rows(Principal)] == ["root", "user"]
        assert [row.code for row in facts.rows(Unread)] == ["malformed"]


def test_every_account_that_is_heard_of_has_a_root_user() -> None:
    (member,) = rows_of(
        SERVICE,
        Principal,
        aws_record(
            "AWS::Organizations::Account",
            "arn:aws-cn:organizations::1:account/o-1/222222222222",
            {"Id": "222222222222", "Arn": "arn:aws-cn:organizations::1:account/o-1/2"},
        ),
    )
    (central,) = rows_of(
        SERVICE,
        Principal,
        aws_record(
            "AWS::IAM::AccountSummary",
            ACCOUNT,
            {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 0}},
        ),
    )

    assert (member.arn, member.console, member.mfa) == (
        "arn:aws-cn:iam::222222222222:root",
        True,
        False,
    )
    assert (central.arn, central.console, central.mfa) == (f"{_IAM}root", False, True)


def test_a_service_linked_role_is_known_by_its_path() -> None:
    found = {
        row.name: row.service_linked
        for row in rows_of(
            SERVICE, Principal, _role(), _role("s", "/aws-service-role/x.amazonaws.com/")
        )
        if row.type == "role"
    }

    assert found == {"r": False, "s": True}


def test_a_member_is_in_its_group_whatever_the_groups_path() -> None:
    group = aws_record("AWS::IAM::Group", f"{_IAM}group/a/devs", {"GroupName": "devs"})
    found = rows_of(SERVICE, Membership, _user(GroupList=["devs", "gone"]), group)

    assert [row.group for row in found] == [f"{_IAM}group/a/devs", f"{_IAM}group/gone"]


def test_an_access_key_belongs_to_the_user_of_its_own_account() -> None:
    found = rows_of(
        SERVICE,
        AccessKey,
        _user(),
        aws_record("AWS::IAM::AccessKey", "AKIA1", {"UserName": "alice", "Status": "Active"}),
        aws_record("AWS::IAM::AccessKey", "AKIA2", {"UserName": "alice", "Status": "Inactive"}),
        aws_record("AWS::IAM::AccessKey", "AKIA3", {"UserName": "alice"}, account="222222222222"),
        aws_record(
            "AWS::IAM::AccessKeyLastUsed",
            "AKIA1",
            {"AccessKeyLastUsed": {"LastUsedDate": "2026-01-01T00:00:00Z"}},
        ),
    )

    assert [(row.id, row.principal, row.active) for row in found] == [
        ("AKIA1", _ALICE, True),
        ("AKIA2", _ALICE, False),
        ("AKIA3", "", True),
    ]
    assert [row.last_used for row in found] == ["2026-01-01T00:00:00Z", "", ""]


def test_a_provider_is_known_even_where_only_its_arn_is() -> None:
    arn = f"{_IAM}oidc-provider/token.example.com/x"
    entry = aws_record("AWS::IAM::OIDCProviderEntry", arn, {"Arn": arn})
    described = aws_record(
        "AWS::IAM::OIDCProvider",
        arn,
        {"Url": "token.example.com/x", "ClientIDList": ["b", "a"]},
    )
    saml = aws_record("AWS::IAM::SAMLProvider", f"{_IAM}saml-provider/idp")

    (listed,) = rows_of(SERVICE, IdentityProvider, entry)
    oidc, other = rows_of(SERVICE, IdentityProvider, entry, described, saml)

    assert (listed.issuer, listed.audiences) == ("token.example.com/x", ())
    assert (oidc.issuer, oidc.audiences) == ("token.example.com/x", ("a", "b"))
    assert (other.type, other.issuer) == ("saml", "")


def test_an_instance_profile_holds_one_role_or_none() -> None:
    found = rows_of(
        SERVICE,
        InstanceProfile,
        aws_record("AWS::IAM::InstanceProfile", "p1", {"Roles": [{"Arn": f"{_IAM}role/r"}]}),
        aws_record("AWS::IAM::InstanceProfile", "p2", {"Roles": []}),
    )

    assert [(row.arn, row.role) for row in found] == [("p1", f"{_IAM}role/r"), ("p2", "")]


def test_the_version_in_force_is_the_document_of_a_managed_policy() -> None:
    (policy,) = rows_of(SERVICE, Policy, _managed(f"{_IAM}policy/p"))

    assert (policy.document, policy.default_version) == (_TEXT, "v2")
    assert (policy.id, policy.managed, policy.account) == (f"{_IAM}policy/p", "customer", ACCOUNT)


def test_a_policy_of_aws_is_one_policy_in_however_many_accounts() -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    other = aws_record("AWS::IAM::AWSManagedPolicy", f"{arn}#2", {"Arn": arn})
    (policy,) = rows_of(SERVICE, Policy, _managed(arn), other)

    assert (policy.id, policy.managed, policy.account) == (arn, "aws", "aws")
    assert policy.document == _TEXT


def test_what_is_written_about_a_role_is_attached_to_it() -> None:
    boundary = f"{_IAM}policy/limit"
    role = _role(
        RolePolicyList=[{"PolicyName": "own", "PolicyDocument": json.dumps(_DOCUMENT)}],
        AttachedManagedPolicies=[{"PolicyArn": f"{_IAM}policy/p", "PolicyName": "p"}],
        PermissionsBoundary={"PermissionsBoundaryArn": boundary},
    )
    facts = facts_of(SERVICE, role, _managed(f"{_IAM}policy/p"), _managed(boundary))
    arn = f"{_IAM}role/r"

    assert {(row.policy, row.target, row.use) for row in facts.rows(Attachment)} == {
        (f"{arn}#inline/own", arn, "identity"),
        (f"{_IAM}policy/p", arn, "identity"),
        (boundary, arn, "boundary"),
        (f"{arn}#trust", arn, "trust"),
    }
    found = {row.id: row for row in facts.rows(Policy)}
    assert found[f"{arn}#inline/own"].document == json.dumps(_DOCUMENT)
    assert found[f"{arn}#trust"].type == "trust"
    assert found[f"{arn}#trust"].kind == "AWS::IAM::Role"
    assert found[f"{arn}#trust"].record == arn


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_of_administrator_access_alone_the_text_is_known_though_nobody_read_it(
    partition: str,
) -> None:
    arn = f"arn:{partition}:iam::aws:policy/AdministratorAccess"
    near = [
        f"{arn}-Amplify", f"arn:{partition}:iam::aws:policy/job-function/AdministratorAccess",
        f"arn:{partition}:iam::111111111111:policy/AdministratorAccess",
        f"arn:{partition}:iam::aws:policy/PowerUserAccess", arn.replace(partition, "aws-x"),
        arn.lower(), f"{arn}\n",
    ]  # fmt: skip
    attached: list[Json] = [{"PolicyArn": one} for one in (arn, *near)]

    found = rows_of(SERVICE, Policy, _user(AttachedManagedPolicies=attached))

    texts = {row.id: row.document for row in found if row.document is not None}
    assert {id_: json.loads(text) for id_, text in texts.items()} == {
        arn: documents()["AdministratorAccess"]
    }


def test_what_was_read_of_administrator_access_counts_more() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    policy = aws_record(
        "AWS::IAM::AWSManagedPolicy", f"{arn}#{ACCOUNT}",
        {"Arn": arn, "DefaultVersionId": "v2",
         "PolicyVersionList": [{"VersionId": "v2", "Document": {"Version": "2012-10-17"}}]},
        region="",
    )  # fmt: skip
    user = _user(AttachedManagedPolicies=[{"PolicyArn": arn}])

    (found,) = (row for row in rows_of(SERVICE, Policy, policy, user) if row.id == arn)

    assert json.loads(found.document or "") == {"Version": "2012-10-17"}


def test_a_policy_that_no_record_describes_is_unread_and_not_empty() -> None:
    aws = "arn:aws:iam::aws:policy/PowerUserAccess"
    user = _user(
        AttachedManagedPolicies=[{"PolicyArn": aws}, {"PolicyArn": f"{_IAM}policy/a/p"}],
        UserPolicyList=[{"PolicyName": "own"}],
    )
    other = _user("bob", AttachedManagedPolicies=[{"PolicyArn": aws}])
    role = _role(AssumeRolePolicyDocument=None)
    found = rows_of(SERVICE, Policy, user, other, role)

    assert {row.id: row.document for row in found} == {
        aws: None,
        f"{_IAM}policy/a/p": None,
        f"{_ALICE}#inline/own": None,
        f"{_IAM}role/r#trust": None,
    }
    assert [row.name for row in found if row.id == aws] == ["PowerUserAccess"]


def test_a_malformed_user_shows_as_unread_and_leaves_the_others() -> None:
    facts = facts_of(SERVICE, _user(GroupList="devs"), _user("bob"))

    assert [row.name for row in facts.rows(Principal) if row.type == "user"] == ["bob"]
    assert [(row.resource, row.code) for row in facts.rows(Unread)] == [(_ALICE, "malformed")]
