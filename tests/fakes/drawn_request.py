# SPDX-License-Identifier: Apache-2.0
"""Self-contained requests in the format of `authz simulate`, with policies drawn to collide."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes import drawn_condition
from tests.fakes.drawn_condition import AWAY, HOME, ORGANIZATION, PATH, plain_or_list, some

VERSION = "2012-10-17"
FULL = {"Version": VERSION, "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
FULL_RCP = {
    "Version": VERSION,
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
_ROLE, _USER = f"arn:aws:iam::{HOME}:role/r", f"arn:aws:iam::{HOME}:user/u"
_SESSION = f"arn:aws:sts::{HOME}:assumed-role/r/s"
PROVIDER = f"arn:aws:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"
_MEMBER = {"account": HOME, "organization": {"id": ORGANIZATION, "path": PATH}}
_CALLERS: tuple[dict[str, Any], ...] = (
    {"type": "role", "arn": _ROLE, "session": _SESSION, "unique_id": "AROAX", **_MEMBER},
    {
        "type": "role",
        "arn": f"arn:aws:iam::{HOME}:role/team/r",
        "session": _SESSION,
        "unique_id": "AROAX",
        **_MEMBER,
    },
    {"type": "role", "arn": _ROLE, "session": _SESSION, "unique_id": "AROAX", "account": HOME},
    {"type": "user", "arn": _USER, "unique_id": "AIDAX", **_MEMBER},
    {"type": "root", "arn": f"arn:aws:iam::{HOME}:root", **_MEMBER},
    {
        "type": "federated-user",
        "arn": _USER,
        "session": f"arn:aws:sts::{HOME}:federated-user/f",
        "unique_id": "AIDAX",
        **_MEMBER,
    },
    {"type": "service", "arn": "logs.amazonaws.com"},
    {"type": "anonymous"},
    {"type": "oidc", "arn": PROVIDER},
)
_OFTEN = (12, 4, 3, 12, 3, 5, 4, 4, 2)
"""How often each caller comes."""
_NAMES = (
    _ROLE,
    f"arn:aws:iam::{HOME}:role/team/r",
    f"arn:aws:iam::{HOME}:role/other",
    _SESSION,
    f"arn:aws:sts::{HOME}:assumed-role/r/other",
    _USER,
    f"arn:aws:sts::{HOME}:federated-user/f",
    f"arn:aws:iam::{HOME}:root",
    HOME,
    f"arn:aws:iam::{AWAY}:root",
    AWAY,
    "AROAX",
    "AIDAX",
    "*",
)
_ASKED = (
    ("s3:GetObject", "arn:aws:s3:::bucket/a/b"),
    ("s3:GetObject", "arn:aws:s3:::bucket/u/k"),
    ("s3:GetObject", "arn:aws:s3:::buck/et/a"),
    ("s3:GetObject", "arn:aws:s3:::bucket/line\nend"),
    ("s3:ListBucket", "arn:aws:s3:::bucket"),
    ("s3:GetObject", "arn:aws:s3:us-east-1:{}:accesspoint/ap/object/k"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:{}:queue"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:{}:queue-1"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:{}:key/k1"),
    ("sts:AssumeRole", "arn:aws:iam::{}:role/t"),
    ("sts:AssumeRole", "arn:aws:iam::{}:role/team/t"),
    ("sts:TagSession", "arn:aws:iam::{}:role/t"),
    ("iam:PutRolePolicy", "arn:aws:iam::{}:role/r"),
    ("iam:PassRole", "arn:aws:iam::{}:role/t"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:{}:secret:name-AbCdEf"),
    ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:{}:function:f"),
    ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:{}:function:f:alias"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:{}:table/t"),
    ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:{}:instance/i-1"),
    ("sns:Publish", "arn:aws:sns:us-east-1:{}:topic"),
    ("s3:ListAllMyBuckets", "*"),
    ("ec2:DescribeInstances", "*"),
    ("kms:CreateKey", "*"),
)
_WITHOUT_POLICY = ("iam:", "ec2:")
"""Services whose resources have no policy of their own, a role's trust apart."""
_NAMED_KINDS = frozenset({"resource", "rcp", "endpoint"})


@dataclass(frozen=True)
class _Asked:
    draw: random.Random
    caller: str
    action: str
    resource: str
    trust: bool


def requests(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield `count` lines; the same `seed` gives the same lines."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    for number in range(count):
        yield {"id": f"{seed}-{number}", **_request(draw)}


def _request(draw: random.Random) -> dict[str, Any]:
    (who,) = draw.choices(_CALLERS, _OFTEN)
    action, pattern = draw.choice(_ASKED)
    if who["type"] == "oidc":
        action, pattern = "sts:AssumeRoleWithWebIdentity", "arn:aws:iam::{}:role/t"
    # A role is passed within its account, and without a resource there is no other account.
    # The provider of a token is one of the account that it opens.
    home = pattern == "*" or action == "iam:PassRole" or who["type"] == "oidc"
    owner = HOME if home else draw.choice((HOME, HOME, AWAY))
    resource = pattern.replace("{}", owner)
    trust = action.startswith("sts:")
    asked = _Asked(draw, who["type"], action, resource, trust)
    return {
        "principal": who,
        "action": action,
        "resource": {"arn": resource, "account": owner},
        "context": drawn_condition.context(draw, action, who["type"]),
        "context_complete": True,
        "policies": _policies(asked),
    }


def _policies(asked: _Asked) -> dict[str, Any]:
    draw = asked.draw
    found: dict[str, Any] = {}
    if asked.caller in {"role", "user", "root", "federated-user"}:
        found["identity"] = [
            _document(asked, "identity") for _ in range(draw.choice((0, 1, 1, 2)))
        ]
        if asked.caller in {"role", "user"} and draw.random() < 0.25:
            found["boundary"] = [_document(asked, "boundary")]
        if draw.random() < {"role": 0.25, "federated-user": 0.8}.get(asked.caller, 0):
            found["session"] = [_document(asked, "session")]
        if draw.random() < 0.25:
            found["scp"] = _scps(asked)
    own = asked.resource != "*" and not asked.action.startswith(_WITHOUT_POLICY)
    if own and (asked.trust or draw.random() < 0.75):
        found["resource"] = _document(asked, "resource")
    if draw.random() < 0.2:
        more = [_document(asked, "rcp")] if draw.random() < 0.8 else []
        found["rcp"] = [{"target": "r-1", "documents": [FULL_RCP, *more]}]
    if draw.random() < 0.1 and not asked.trust:
        found["endpoint"] = [_document(asked, "endpoint")]
    if asked.action == "kms:Decrypt" and draw.random() < 0.3:
        found["kms_grants"] = [_grant(draw)]
    if asked.action.startswith("s3:") and draw.random() < 0.1:
        found["block_public_access"] = {"RestrictPublicBuckets": True}
    return found


def _grant(draw: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "GrantId": "g-1",
        "GranteePrincipal": draw.choice((_ROLE, _USER, _SESSION)),
        "Operations": draw.choice((["Decrypt"], ["Encrypt", "Decrypt"], ["Encrypt"])),
    }
    if draw.random() < 0.4:
        kind = draw.choice(("EncryptionContextEquals", "EncryptionContextSubset"))
        found["Constraints"] = {kind: {"k": "v"}}
    return found


def _scps(asked: _Asked) -> list[dict[str, Any]]:
    more = [_document(asked, "scp")] if asked.draw.random() < 0.5 else []
    own = [_document(asked, "scp")] if asked.draw.random() < 0.6 else [FULL]
    return [
        {"target": "r-1", "documents": [FULL, *more]},
        {"target": HOME, "documents": own if asked.draw.random() < 0.95 else []},
    ]


def _document(asked: _Asked, kind: str) -> dict[str, Any]:
    draw = asked.draw
    body = [_statement(asked, kind) for _ in range(draw.choice((1, 1, 2)))]
    found = {"Statement": body if len(body) > 1 or draw.random() < 0.9 else body[0]}
    if kind in {"scp", "rcp"} or draw.random() < 0.9:
        return {"Version": VERSION, **found}
    return {"Version": "2008-10-17", **found} if draw.random() < 0.5 else found


def _statement(asked: _Asked, kind: str) -> dict[str, Any]:
    draw = asked.draw
    deny = kind == "rcp" or draw.random() < 0.18
    found: dict[str, Any] = {"Effect": "Deny" if deny else "Allow"}
    if kind in _NAMED_KINDS:
        spares = deny and kind == "resource" and not asked.trust and draw.random() < 0.2
        if spares:
            found["NotPrincipal"] = {"AWS": some(draw, _NAMES[:-1], 3)}
        else:
            found["Principal"] = _principal(draw, kind)
    found.update(_actions(asked, kind))
    if not (asked.trust and kind == "resource"):
        resources = [_resource(draw, asked.resource) for _ in range(draw.choice((1, 1, 2)))]
        element = "NotResource" if draw.random() < 0.12 else "Resource"
        found[element] = plain_or_list(draw, resources)
    if draw.random() < 0.35:
        found["Condition"] = drawn_condition.conditions(draw, asked.action)
    return found


def _principal(draw: random.Random, kind: str) -> object:
    turn = draw.random()
    if kind != "resource" or turn < 0.2:
        return "*"
    if turn < 0.85:
        return {"AWS": plain_or_list(draw, some(draw, _NAMES))}
    if turn < 0.93:
        return {"Service": draw.choice(("logs.amazonaws.com", "lambda.amazonaws.com"))}
    return {"Federated": PROVIDER}


def _actions(asked: _Asked, kind: str) -> dict[str, object]:
    draw, service = asked.draw, asked.action.partition(":")[0]
    if kind == "rcp":
        # These take no other patterns, and only of the services that support them.
        if service not in {"s3", "sqs", "kms", "sts", "secretsmanager", "dynamodb"}:
            return {"Action": "s3:*"}
        return {"Action": draw.choice((f"{service}:*", asked.action))}
    patterns = [_action(draw, asked.action) for _ in range(draw.choice((1, 1, 2)))]
    element = "NotAction" if draw.random() < 0.15 else "Action"
    return {element: plain_or_list(draw, patterns)}


def _action(draw: random.Random, action: str) -> str:
    service, name = action.split(":")
    return draw.choice(
        (
            "*",
            "*",
            "*",
            f"{service}:*",
            f"{service}:*",
            f"{service}:{name[: draw.randint(1, len(name))]}*",
            action,
            action.upper(),
            f"{service}:{_bent(draw, name)}",
            f"{service}:?{name[1:]}",
            f"{service}:*{name[-3:]}",
            draw.choice(("ec2:*", "s3:*", f"{service}:List*")),
        )
    )


def _resource(draw: random.Random, arn: str) -> str:
    if arn == "*" or draw.random() < 0.35:
        return "*"
    parts = arn.split(":", 5)
    head = ":".join(parts[:5])
    last = parts[5]
    turn = draw.random()
    if turn < 0.2:
        return arn
    if turn < 0.35:
        # No wildcard may stand for the service.
        return arn[: draw.randint(len(":".join(parts[:3])) + 1, len(arn))] + "*"
    if turn < 0.8:
        if draw.random() < 0.4:
            place = draw.choice((1, 3, 4))
            part = parts[place]
            parts[place] = draw.choice(("*", f"{part}*", f"{part[:2]}*", f"*{part[-2:]}", part))
        return ":".join((*parts[:5], _bent(draw, last)))
    return draw.choice(
        (
            f"{arn}x",
            f"{head}:*",
            ":".join((*parts[:3], "*")),
            head,
            arn.replace("/a/", "/${aws:username}/"),
            "arn:aws:s3:::bucket/${aws:username}/*",
            "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'a'}/*",
            arn.replace("/", "/${*}"),
            arn.replace("us-east-1", "us.east-1"),
        )
    )


def _bent(draw: random.Random, text: str) -> str:
    """Change a few characters of a name, some to wildcards."""
    found = list(text)
    for _ in range(draw.randint(0, 2)):
        place, turn = draw.randrange(len(found)), draw.random()
        if turn < 0.35:
            found[place] = "?"
        elif turn < 0.7:
            found[place : place + draw.randint(0, 6)] = ["*"]
        else:
            found[place] = draw.choice("abx-*")
        if not found:
            return "*"
    return "".join(found)
