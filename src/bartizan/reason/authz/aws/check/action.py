# SPDX-License-Identifier: Apache-2.0
"""Rules about actions: those that nobody knows, and those that are said twice.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.nearest import nearest
from bartizan.reason.authz.aws.check.pattern import cost, meets, within
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Subject, Text

_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)

_MEANT = {
    "s3:copyobject": "`s3:GetObject` on the source and `s3:PutObject` on the target",
    "s3:createmultipartupload": "`s3:PutObject`",
    "s3:deleteobjects": "`s3:DeleteObject`",
    "s3:headbucket": "`s3:ListBucket`",
    "s3:headobject": "`s3:GetObject`",
    "s3:listbuckets": "`s3:ListAllMyBuckets`",
    "s3:listmultipartuploads": "`s3:ListBucketMultipartUploads`",
    "s3:listobjects": "`s3:ListBucket`",
    "s3:listobjectsv2": "`s3:ListBucket`",
    "s3:uploadpart": "`s3:PutObject`",
    "lambda:invoke": "`lambda:InvokeFunction`",
}
"""API calls that are asked for by an action of another name, table of
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"""


def wild(text: str) -> bool:
    """Return whether a pattern has a wildcard."""
    return "*" in text or "?" in text


def known(pattern: str, subject: Subject) -> tuple[catalogue.Action, ...]:
    """Return the known actions that `pattern` matches, counting the work."""
    service = pattern.partition(":")[0]
    if wild(service):
        subject.spend(100_000)
    elif wild(pattern):
        subject.spend(1_500)
    return catalogue.expand(pattern.lower())


def _patterns(subject: Subject) -> Iterator[Text]:
    seen: set[str] = set()
    for stated in subject.stated:
        for text in stated.actions:
            subject.spend()
            if text.value.lower() not in seen:
                seen.add(text.value.lower())
                yield text


def _service(subject: Subject) -> Iterator[Hit]:
    by_service: dict[str, list[Text]] = {}
    for text in _patterns(subject):
        if text.value != "*":
            by_service.setdefault(text.value.partition(":")[0].lower(), []).append(text)
    for service, texts in by_service.items():
        if service in catalogue.services() or _any_service(service, subject):
            continue
        subject.spend(5_000)
        close = nearest(service, catalogue.services())
        more = f", nor are {len(texts) - 1} more actions of it" if len(texts) > 1 else ""
        yield Hit(
            at=texts[0].at,
            message=f"the service `{service[:60]}` is not in the catalogue of "
            f"{catalogue.date()}{more}",
            fix=f"write `{close}:{texts[0].value.partition(':')[2][:100]}`" if close else "",
            related=tuple((text.at, "this too") for text in texts[1:]),
        )


def _any_service(pattern: str, subject: Subject) -> bool:
    """Return whether some known service matches a pattern with wildcards."""
    if not wild(pattern):
        return False
    subject.spend(450 * cost(pattern, "service"))
    return any(meets(pattern, name) for name in catalogue.services())


def _action(subject: Subject) -> Iterator[Hit]:
    for text in _patterns(subject):
        service, _, name = text.value.partition(":")
        if wild(text.value) or service.lower() not in catalogue.services():
            continue
        if catalogue.action(text.value) is None:
            subject.spend(15_000)
            names = (action.name for action in catalogue.expand(f"{service.lower()}:*"))
            close = nearest(name, names)
            meant = _MEANT.get(text.value.lower()) or (close and f"`{service}:{close}`")
            yield Hit(
                at=text.at,
                message=f"`{text.value[:100]}` is not in the catalogue of {catalogue.date()}",
                fix=f"write {meant}" if meant else "",
            )


def _matchless(subject: Subject) -> Iterator[Hit]:
    for text in _patterns(subject):
        service = text.value.partition(":")[0].lower()
        if text.value == "*" or not wild(text.value):
            continue
        unknown = service not in catalogue.services()
        if unknown and not wild(service):
            continue
        if not known(text.value, subject):
            message = f"`{text.value[:100]}` matches no action of the catalogue of "
            yield Hit(at=text.at, message=message + catalogue.date())


def _covered(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        broad: dict[str, list[Text]] = {}
        for text in stated.actions:
            if wild(text.value):
                service = text.value.lower().partition(":")[0]
                broad.setdefault("" if wild(service) else service, []).append(text)
        seen: dict[str, Text] = {}
        for text in stated.actions:
            name = text.value.lower()
            twin = seen.setdefault(name, text)
            wider = [*broad.get("", ()), *broad.get(name.partition(":")[0], ())]
            by = twin if twin is not text else _cover(text, wider, subject)
            if by is not None:
                yield Hit(
                    at=text.at,
                    message=f"`{text.value[:100]}` is covered by `{by.value[:100]}`",
                    related=((by.at, "the pattern that covers it"),),
                )


def _cover(text: Text, broad: list[Text], subject: Subject) -> Text | None:
    name = text.value.lower()
    for other in broad:
        pattern = other.value.lower()
        if pattern == name:
            continue
        subject.spend(cost(name, pattern))
        if within(name, pattern):
            return other
    return None


RULES = (
    Rule(
        id="unknown-service",
        level=Level.WARNING,
        title="An action is of a service that is not known",
        why="An action that does not exist is matched by no request: an Allow grants nothing, and "
        "a Deny protects nothing. The catalogue can be behind a service that is new.",
        fix="write the prefix that the service's page of the reference gives",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "lamda:InvokeFunction", "Resource": "*"}',
        right='{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}',
        find=_service,
    ),
    Rule(
        id="unknown-action",
        level=Level.WARNING,
        title="An action is not known",
        why="An action that does not exist is matched by no request: an Allow grants nothing, and "
        "a Deny protects nothing. Names of API calls and of actions differ at times. The "
        "catalogue can be behind a service that has something new.",
        fix="write the name that the service's page of the reference gives",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "s3:ListObjects", "Resource": "arn:aws:s3:::b"}',
        right='{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}',
        find=_action,
    ),
    Rule(
        id="pattern-without-action",
        level=Level.WARNING,
        title="A pattern matches no action that is known",
        why="A pattern that matches no action has no effect until the vendor adds one that it "
        "matches, which nobody will have looked at.",
        fix="write a pattern of existing actions, or take it away",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "s3:Fetch*", "Resource": "arn:aws:s3:::b/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::b/*"}',
        find=_matchless,
    ),
    Rule(
        id="redundant-action",
        level=Level.NOTE,
        title="A pattern covers another of the same list",
        why="The narrower one changes nothing, and suggests that the wider one is not there.",
        fix="take the narrower one away, or the wider one if it was not meant",
        page=f"{GUIDE}reference_policies_elements_action.html",
        wrong='{"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"], '
        '"Resource": "arn:aws:s3:::b/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_covered,
    ),
)
