# SPDX-License-Identifier: Apache-2.0
"""Rules about statements that reach nothing, and those that reach more than their text shows.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.layout import Part
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject
from bartizan.reason.authz.aws.policy.action import any_action

_GRANTS = ("identity", "resource", "session")
_NOUNS = {
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "endpoint": "an endpoint policy",
}


def _nothing(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        statement = stated.statement
        if "*" in (statement.not_action or ()):
            message = "the statement covers no action: NotAction leaves all of them out"
            yield Hit(at=stated.at("NotAction"), message=message)
        if "*" in (statement.not_resource or ()):
            message = "the statement covers no resource: NotResource leaves all of them out"
            yield Hit(at=stated.at("NotResource"), message=message)
        named = statement.principal
        if named is not None and not named.any and not stated.principals:
            message = "the statement is about nobody: Principal names no one"
            yield Hit(at=stated.at("Principal"), message=message)


def _limit(subject: Subject) -> Iterator[Hit]:
    if subject.stated and not any(stated.allows for stated in subject.stated):
        yield Hit(
            at=Part(subject.root.start, subject.root.start + 1),
            message=f"{_NOUNS[subject.kind]} without an Allow allows nothing",
        )


def _everything(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        statement = stated.statement
        all_actions = statement.action is not None and "*" in statement.action
        all_actions = all_actions or bool(
            statement.action and {"*:*"} & {action.lower() for action in statement.action}
        )
        everywhere = statement.resource is not None and "*" in statement.resource
        if stated.allows and all_actions and everywhere and not statement.conditions:
            yield Hit(at=stated.at("Action"), message=f"{stated.name} allows everything")


def _all_but(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        if stated.allows and stated.statement.not_action is not None:
            yield Hit(
                at=stated.at("NotAction"),
                message=f"{stated.name} allows every action but those that it names, also those "
                "that do not exist yet",
            )


def _elsewhere(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        if stated.allows and stated.statement.not_resource is not None:
            yield Hit(
                at=stated.at("NotResource"),
                message=f"{stated.name} allows it on every resource but those that it names, also "
                "those that do not exist yet",
            )


def _pass_role(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        statement = stated.statement
        actions = statement.action or ()
        if not stated.allows or "*" in actions or not any_action(actions, "iam:passrole"):
            continue
        if _all_roles(stated) and not stated.tests_of("iam:passedtoservice"):
            yield Hit(
                at=stated.at("Resource", "NotResource"),
                message=f"{stated.name} lets every role be passed to every service",
            )


def _all_roles(stated: Stated) -> bool:
    roles = {"*", "arn:aws:iam::*:role/*", "arn:*:iam::*:role/*", "arn:aws:iam::*:*"}
    return any(pattern in roles for pattern in stated.statement.resource or ())


RULES = (
    Rule(
        id="statement-without-reach",
        level=Level.WARNING,
        title="A statement covers nothing",
        why="A `Not` element with `*` leaves everything out, and an empty Principal names nobody, "
        "so the statement never applies.",
        fix="name what is meant, or take the statement away",
        page=f"{GUIDE}reference_policies_elements_notaction.html",
        wrong='{"Effect": "Deny", "NotAction": "*", "Resource": "*"}',
        right='{"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}',
        find=_nothing,
    ),
    Rule(
        id="limit-allows-nothing",
        level=Level.WARNING,
        title="A limit has no Allow",
        why="Boundaries, session policies and endpoint policies allow only what they name, so "
        "without an Allow nothing passes.",
        fix='add an Allow of what may pass, as `"Action": "*"`',
        page=f"{GUIDE}access_policies_boundaries.html",
        wrong='{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}',
        right='[{"Effect": "Allow", "Action": "*", "Resource": "*"}, '
        '{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]',
        find=_limit,
        types=("boundary", "session", "endpoint"),
    ),
    Rule(
        id="allows-everything",
        level=Level.WARNING,
        title="A statement allows everything",
        why="Whoever has it administers the account, with all that the account may reach.",
        fix="name the actions and resources that are needed",
        page=f"{GUIDE}best-practices.html#grant-least-privilege",
        wrong='{"Effect": "Allow", "Action": "*", "Resource": "*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_everything,
        types=_GRANTS,
    ),
    Rule(
        id="allow-with-not-action",
        level=Level.WARNING,
        title="An Allow names the actions that it does not grant",
        why="It grants every other action of every service, those of IAM among them, and whatever "
        "the vendor adds.",
        fix="name the actions that are needed, and deny the others in a statement of its own",
        page=f"{GUIDE}reference_policies_elements_notaction.html",
        wrong='{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_all_but,
        types=_GRANTS,
    ),
    Rule(
        id="allow-with-not-resource",
        level=Level.WARNING,
        title="An Allow names the resources that it does not reach",
        why="It reaches every other resource, those of other accounts that let it in among them.",
        fix="name the resources that are needed, and deny the others in a statement of its own",
        page=f"{GUIDE}reference_policies_elements_notresource.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", '
        '"NotResource": "arn:aws:s3:::secret/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_elsewhere,
        types=_GRANTS,
    ),
    Rule(
        id="pass-role-everywhere",
        level=Level.WARNING,
        title="Every role may be passed to every service",
        why="Whoever may also make something that runs as a role, in any service, can act as the "
        "most powerful role that trusts that service.",
        fix="name the roles, and the service in a condition on `iam:PassedToService`",
        page=f"{GUIDE}id_roles_use_passrole.html",
        wrong='{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}',
        right='{"Effect": "Allow", "Action": "iam:PassRole", '
        '"Resource": "arn:aws:iam::111111111111:role/app", '
        '"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}',
        find=_pass_role,
        types=_GRANTS,
    ),
)
