# SPDX-License-Identifier: Apache-2.0
"""Those of whom nobody knows whether they exist, since their account's identities were not read.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Iterator, Sequence

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.pattern import FRESH
from bartizan.reason.authz.aws.question.answer import Answers
from bartizan.reason.authz.aws.question.expand import Pair


def unlisted(
    estate: Estate, names: Sequence[str], pairs: Iterable[Pair], answers: Answers
) -> tuple[str, ...]:
    """Name what hides callers to whom one of the requests might be allowed, sorted."""
    hidden = [
        account
        for account in sorted(estate.accounts)
        if not estate.accounts[account].collected or estate.gaps.of_principals(account)
    ]
    if not hidden:
        return ()
    known = frozenset(names)
    found: set[str] = set()
    for action, resource in pairs:
        strangers = {*_stand_ins(estate, hidden), *_named(estate, action, resource, hidden)}
        for name in sorted(strangers - known):
            if answers(name, action, resource).certainty is not None:
                found.add(f"users and roles of account {account_of(name)}")
    return tuple(sorted(found))


def _stand_ins(estate: Estate, hidden: Iterable[str]) -> Iterator[str]:
    """Yield a role in each account that nobody has read."""
    for account in hidden:
        yield f"arn:{estate.accounts[account].partition}:iam::{account}:role/{FRESH}"


def _named(estate: Estate, action: str, resource: str, hidden: Sequence[str]) -> Iterator[str]:
    """Yield whom the policy of a resource names in those accounts."""
    policy = estate.resource_policy(resource, is_trust(action))
    if policy is None or policy.document is None:
        return
    for statement in policy.document.statements:
        for name in statement.principal.aws if statement.principal else ():
            if name.startswith("arn:") and account_of(name) in hidden:
                yield name
