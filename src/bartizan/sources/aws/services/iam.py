# SPDX-License-Identifier: Apache-2.0
"""IAM: users, roles, groups, their policies, and what signs them in.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.facts import Facts
from bartizan.model.record import Overlay, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.iam_policy import policies
from bartizan.sources.aws.services.iam_principal import principals
from bartizan.sources.aws.services.iam_role import NONE, Known, unchanged
from bartizan.sources.aws.services.iam_sign_in import sign_in

_call = functools.partial(Call, service="iam", scope=Scope.ACCOUNT)
_details = functools.partial(_call, operation="GetAccountAuthorizationDetails")
_of_user = functools.partial(
    _call, each="AWS::IAM::User", parameters={"UserName": "parent.UserName"}
)

_MANAGED_BY_AWS = "contains(Arn, ':iam::aws:policy/')"
_IN_USE = "(AttachmentCount > `0` || PermissionsBoundaryUsageCount > `0`)"

_CALLS = (
    # The report takes a while to be made, so it is asked for first and read last; asking again
    # within four hours gives the same one.
    _call(
        operation="GenerateCredentialReport",
        kind="AWS::IAM::CredentialReportRequest",
        items="[{State: 'REQUESTED'}]",
        id="account",
    ),
    _details(kind="AWS::IAM::User", items="UserDetailList", id="item.Arn"),
    _details(kind="AWS::IAM::Group", items="GroupDetailList", id="item.Arn"),
    _details(kind="AWS::IAM::Role", items="RoleDetailList", id="item.Arn"),
    _details(
        kind="AWS::IAM::ManagedPolicy", items=f"Policies[?!{_MANAGED_BY_AWS}]", id="item.Arn"
    ),
    # The same policy shows in every account that uses it, so the account is part of the id.
    _details(
        kind="AWS::IAM::AWSManagedPolicy",
        items=f"Policies[?{_MANAGED_BY_AWS} && {_IN_USE}]",
        id="join('#', [item.Arn, account])",
    ),
    _call(
        operation="ListInstanceProfiles",
        kind="AWS::IAM::InstanceProfile",
        items="InstanceProfiles",
        id="item.Arn",
    ),
    _of_user(
        operation="ListAccessKeys",
        kind="AWS::IAM::AccessKey",
        items="AccessKeyMetadata",
        id="item.AccessKeyId",
    ),
    _call(
        operation="GetAccessKeyLastUsed",
        kind="AWS::IAM::AccessKeyLastUsed",
        each="AWS::IAM::AccessKey",
        parameters={"AccessKeyId": "parent.AccessKeyId"},
        id="parent_id",
    ),
    _of_user(
        operation="ListMFADevices",
        kind="AWS::IAM::MFADevice",
        items="MFADevices",
        id="join('#', [parent.Arn, item.SerialNumber])",
    ),
    _of_user(
        operation="GetLoginProfile",
        kind="AWS::IAM::LoginProfile",
        items="[LoginProfile]",
        id="parent.Arn",
        absent=("NoSuchEntity",),
    ),
    _call(
        operation="ListSAMLProviders",
        kind="AWS::IAM::SAMLProvider",
        items="SAMLProviderList",
        id="item.Arn",
    ),
    _call(
        operation="ListOpenIDConnectProviders",
        kind="AWS::IAM::OIDCProviderEntry",
        items="OpenIDConnectProviderList",
        id="item.Arn",
    ),
    _call(
        operation="GetOpenIDConnectProvider",
        kind="AWS::IAM::OIDCProvider",
        each="AWS::IAM::OIDCProviderEntry",
        parameters={"OpenIDConnectProviderArn": "parent.Arn"},
        id="parent.Arn",
    ),
    _call(operation="GetAccountSummary", kind="AWS::IAM::AccountSummary", id="account"),
    _call(operation="ListAccountAliases", kind="AWS::IAM::AccountAliases", id="account"),
    _call(
        operation="GetAccountPasswordPolicy",
        kind="AWS::IAM::AccountPasswordPolicy",
        items="[PasswordPolicy]",
        id="account",
        absent=("NoSuchEntity",),
    ),
    _call(
        operation="GetCredentialReport",
        kind="AWS::IAM::CredentialReport",
        each="AWS::IAM::CredentialReportRequest",
        # Less the time that it was made, which is no part of what the estate is.
        items="[{Content: Content, ReportFormat: ReportFormat}]",
        id="account",
    ),
)


def again(records: Overlay, before: Facts) -> Iterator[Row]:
    """Yield what `normalise` does of a change, from the facts before it."""
    return normalise(records, unchanged(records, before))


def normalise(records: Records, known: Known = NONE) -> Iterator[Row]:
    """Yield principals, what signs them in, and what is written about them; of roles that are
    `known` as they are.
    """
    yield from principals(records, known)
    yield from sign_in(records)
    yield from policies(records, known)


SERVICE = Service(name="IAM", calls=_CALLS, normalise=normalise, again=again)
