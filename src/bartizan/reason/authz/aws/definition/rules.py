# SPDX-License-Identifier: Apache-2.0
"""The vendor's rules that decide, each in one sentence with its page."""

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_LOGIC = f"{_IAM}reference_policies_evaluation-logic.html"
_WITHIN = f"{_IAM}reference_policies_evaluation-logic_policy-eval-denyallow.html"
_ACROSS = f"{_IAM}reference_policies_evaluation-logic-cross-account.html"
_ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"

EXPLICIT_DENY = f"an explicit deny in any policy overrides every allow ({_LOGIC})"
IDENTITY_ALLOWS = f"an identity policy allows it within the account ({_LOGIC})"
NOTHING_ALLOWS = f"what no policy allows is denied by default ({_LOGIC})"
RESOURCE_ALLOWS = f"a resource policy that names the caller suffices in one account ({_WITHIN})"
BOTH_ALLOW = f"across accounts the caller's and the resource's side both allow ({_ACROSS})"
CALLER_SIDE = f"across accounts the caller's own policies must allow it too ({_ACROSS})"
RESOURCE_SIDE = f"across accounts the resource's policy must allow it too ({_ACROSS})"
MUST_BE_NAMED = f"a role's trust policy or a key's policy must itself allow it ({_WITHIN})"
DELEGATED = (
    "a resource policy that names the account leaves it to the account's identity policies "
    f"({_IAM}reference_policies_elements_principal.html)"
)
BOUNDARY = (
    "a permissions boundary limits what identity policies can give "
    f"({_IAM}access_policies_boundaries.html)"
)
SESSION = f"a session policy limits what its session can do ({_IAM}access_policies.html)"
SCP = (
    "a service control policy must allow it at every level from the root to the account "
    f"({_ORGANIZATIONS}orgs_manage_policies_scps_evaluation.html)"
)
RCP = (
    "a resource control policy must allow it at every level from the root to the account "
    f"({_ORGANIZATIONS}orgs_manage_policies_rcps_evaluation.html)"
)
ENDPOINT = (
    "the policy of the VPC endpoint that the request goes through must allow it "
    "(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html)"
)
ROOT = f"the root user has full access to its own account ({_LOGIC})"
GRANT = (
    "a grant on the key allows it "
    "(https://docs.aws.amazon.com/kms/latest/developerguide/grants.html)"
)
PUBLIC_BLOCK = (
    "a bucket with a public policy is cut to its own account and to services "
    "(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html)"
)
EXEMPT = (
    "no policy has a say in asking who one is, nor in a user's asking for a session token "
    "(https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)"
)
ROOT_ASSUMES_NO_ROLE = (
    "the root user cannot assume roles "
    "(https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)"
)
FEDERATED_USER_ASKS_NO_TOKENS = (
    "of the token service a federated user can only ask who it is "
    "(https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html)"
)
MUST_BE_SIGNED = (
    "the request must be signed with credentials, or carry the provider's token "
    f"({_IAM}id_credentials_sts-comparison.html)"
)
NO_SUCH_REQUEST = (
    "the action does not act on resources of this type "
    "(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)"
)
NOT_KNOWN = f"what is not known could change the answer ({_LOGIC})"
