# SPDX-License-Identifier: Apache-2.0
"""Statements and documents of every type of policy, drawn to collide."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fakes.dice import Dice
from tests.fakes.generated_condition import FIXING, by_tag, condition
from tests.fakes.generated_pattern import action_pattern, resource_pattern
from tests.fakes.generated_words import ISSUER, SERVICES, Words

Statement = dict[str, Any]

_VERSIONS = ("2012-10-17",) * 8 + ("2008-10-17", "")
_TRUSTED = ("sts:AssumeRole", "sts:*", "sts:AssumeRole*", "*", "sts:AssumeRoleWithWebIdentity")


def statement(dice: Dice, words: Words, *, type_: str) -> Statement:
    """Return a statement; `type_` is that of the `policy` table."""
    found: Statement = {"Effect": "Deny" if dice.chance(22) else "Allow"}
    if type_ == "trust":
        actions = dice.some(
            (*_TRUSTED, "sts:TagSession", "sts:assumerolewithsaml"), least=1, most=3
        )
        found["Action"] = actions[0] if len(actions) == 1 else actions
    else:
        _either(dice, found, "Action", list(_actions(dice, words)), negated=10)
        patterns = [resource_pattern(dice, words) for _ in range(1 + dice.below(5) // 3)]
        _either(dice, found, "Resource", patterns, negated=8)
    if type_ in {"resource", "trust", "rcp"}:
        _principals(dice, words, found, type_=type_)
    if dice.chance(12):
        return _by_attribute(dice, found, type_=type_)
    anyone = found.get("Principal") in ("*", {"AWS": "*"})
    if dice.chance(60 if anyone else 35):
        fixing = anyone and dice.chance(60)
        found["Condition"] = condition(dice, words, among=FIXING if fixing else ())
    return found


def _by_attribute(dice: Dice, found: Statement, *, type_: str) -> Statement:
    """Widen a statement and hold it to tags alone, as policies by attribute do."""
    left: Statement = {
        key: found[key] for key in ("Effect", "Principal", "NotPrincipal") if key in found
    }
    resource: Statement = {} if type_ == "trust" else {"Resource": "*"}
    return {**left, "Action": "*", **resource, "Condition": by_tag(dice)}


def document(dice: Dice, words: Words, *, type_: str) -> str | None:
    """Return the text of a document; None where it was not read, seldom one that is none."""
    if dice.chance(3):
        return None if dice.chance(60) else '{"Version": "2012-10-17"}'
    body = [statement(dice, words, type_=type_) for _ in range(1 + dice.below(3))]
    if dice.chance(40):
        body.append(_broad(type_))
    written: dict[str, Any] = {"Statement": body[0] if len(body) == 1 else body}
    version = dice.one(_VERSIONS)
    return json.dumps({"Version": version, **written} if version else written)


def _broad(type_: str) -> Statement:
    found: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if type_ in {"resource", "trust", "rcp"}:
        found["Principal"] = "*"
    if type_ == "trust":
        del found["Resource"]
    return found


def _actions(dice: Dice, words: Words) -> Iterator[str]:
    for _ in range(1 + dice.below(6) // 4):
        yield action_pattern(dice, words)


def _either(dice: Dice, into: Statement, element: str, values: list[str], *, negated: int) -> None:
    """Put values under an element or its negated twin, one alone often without a list."""
    name = f"Not{element}" if dice.chance(negated) else element
    into[name] = values[0] if len(values) == 1 and dice.chance(70) else values


def _principals(dice: Dice, words: Words, into: Statement, *, type_: str) -> None:
    if type_ == "rcp":
        into["Principal"] = dice.one(("*", {"AWS": "*"}))
        return
    if dice.chance(25):
        into["Principal"] = dice.one(("*", {"AWS": "*"}, {"AWS": ["*", words.accounts[0]]}))
        return
    negated = type_ != "trust" and dice.chance(12)
    found: dict[str, list[str]] = {}
    for _ in range(1 + dice.below(3)):
        kind, name = _name(dice, words)
        found.setdefault(kind, []).append(name)
    if negated and dice.chance(50):
        # The form that the vendor asks for: somebody, and the account beside it.
        arn = dice.one(words.principals)
        found["AWS"] = [arn, _root(words, arn.split(":")[4])]
    into["NotPrincipal" if negated else "Principal"] = {
        kind: names[0] if len(names) == 1 else names for kind, names in found.items()
    }


def _name(dice: Dice, words: Words) -> tuple[str, str]:
    account = dice.one(words.accounts)
    match dice.below(14):
        case 0 | 1 | 2 | 3:
            found = ("AWS", dice.one(words.principals))
        case 4 | 5:
            found = ("AWS", _root(words, account))
        case 6:
            found = ("AWS", account)
        case 7 | 8:
            found = ("AWS", words.sessions(dice))
        case 9:
            found = ("Service", dice.one((*SERVICES, "*")))
        case 10:
            provider = dice.one((f"oidc-provider/{ISSUER}", "saml-provider/idp"))
            arn = f"arn:{words.partition}:iam::{account}:{provider}"
            found = ("Federated", dice.one((arn, ISSUER, "*", "graph.facebook.com")))
        case 11 | 12:
            stale = ("AROASTALESTALESTALES", "AIDASTALESTALESTALES")
            found = ("AWS", dice.one((*words.ids, *stale)))
        case _:
            found = _odd(dice, words)
    return found


def _odd(dice: Dice, words: Words) -> tuple[str, str]:
    arn = dice.one(words.principals)
    account = arn.split(":")[4]
    return dice.one(
        (
            ("AWS", arn.rsplit("/", 1)[0] + "/*"),
            ("AWS", f"arn:aws-cn:iam::{account}:root"),
            ("AWS", f"arn:{words.partition}:sts::{account}:federated-user/f"),
            ("CanonicalUser", "c0ffee"),
        )
    )


def _root(words: Words, account: str) -> str:
    return f"arn:{words.partition}:iam::{account}:root"
