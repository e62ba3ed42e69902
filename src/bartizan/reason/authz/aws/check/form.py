# SPDX-License-Identifier: Apache-2.0
"""Rules about the form of a document: what the vendor would not take at all.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

import re
from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check import grammar
from bartizan.reason.authz.aws.check.layout import List, Node, Object, Part
from bartizan.reason.authz.aws.check.nearest import nearest
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Subject
from bartizan.reason.authz.aws.policy.operator import operator

_OPERATORS = (
    *(f"String{name}" for name in ("Equals", "NotEquals", "Like", "NotLike")),
    *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *(
        family + name
        for family in ("Numeric", "Date")
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals")
    ),
    *(
        family + name
        for family in ("Numeric", "Date")
        for name in ("GreaterThan", "GreaterThanEquals")
    ),
    *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"),
    *(f"Arn{name}" for name in ("Equals", "NotEquals", "Like", "NotLike")),
)
_UNKNOWN = re.compile(r"[^\t\n\r\x20-\xff]")
"""Section "IAM name requirements" of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
_FIRST = '"2008-10-17"'
_SID = re.compile(r"[A-Za-z0-9]*")
_PLAIN_SID = ("identity", "boundary", "session", "trust")


def _never(_: Subject) -> Iterator[Hit]:
    """Find nothing: the reading of the document itself finds it."""
    yield from ()


def _grammar(subject: Subject) -> Iterator[Hit]:
    for fault in (*grammar.top(subject.root), *subject.faults):
        yield Hit(at=fault.at, message=fault.message, fix=fault.fix)


def _repeated(subject: Subject) -> Iterator[Hit]:
    waiting: list[Node] = [subject.root]
    while waiting:
        match waiting.pop():
            case Object(members=members):
                seen: dict[str, Part] = {}
                for member in members:
                    if member.name in seen:
                        message = f"`{member.name[:100]}` stands twice in one element"
                        related = ((seen[member.name], "where it stands first"),)
                        yield Hit(at=member.key, message=message, related=related)
                    seen.setdefault(member.name, member.key)
                waiting.extend(member.value for member in members)
            case List(items=items):
                waiting.extend(items)
            case _:
                continue


def _operators(subject: Subject) -> Iterator[Hit]:
    for node in grammar.nodes(subject.root):
        condition = node.get("Condition") if isinstance(node, Object) else None
        if condition is None or not isinstance(condition.value, Object):
            continue
        for member in condition.value.members:
            if operator(member.name) is None:
                message = f"`{member.name[:100]}` is no condition operator"
                yield Hit(at=member.key, message=message, fix=_operator_meant(member.name))


def _operator_meant(name: str) -> str:
    """Say what was probably meant by the name of an operator."""
    prefix, colon, rest = name.rpartition(":")
    base = rest.lower().removesuffix("ifexists")
    if base == "null":
        return "write `Null`: it asks for presence and takes no more"
    if prefix and prefix.lower() not in {"forallvalues", "foranyvalue"}:
        return "a set operator is `ForAllValues:` or `ForAnyValue:`"
    close = nearest(base, _OPERATORS)
    return f"write `{prefix}{colon}{close}{rest[len(base) :]}`" if close else ""


def _sids(subject: Subject) -> Iterator[Hit]:
    seen: dict[str, Part] = {}
    for stated in subject.stated:
        sid = stated.statement.sid
        if not sid:
            continue
        if sid in seen:
            yield Hit(
                at=stated.at("Sid"),
                message=f"two statements have the Sid `{sid[:100]}`",
                related=((seen[sid], "the first of them"),),
            )
        seen.setdefault(sid, stated.at("Sid"))


def _sid_letters(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        sid = stated.statement.sid
        if not _SID.fullmatch(sid):
            kept = re.sub(r"[^A-Za-z0-9]", "", sid)
            yield Hit(
                at=stated.at("Sid"),
                message=f"the Sid `{sid[:100]}` has other characters than letters and digits",
                fix=f"write `{kept[:100]}`" if kept else "",
            )


def _characters(subject: Subject) -> Iterator[Hit]:
    for hit in _UNKNOWN.finditer(subject.text):
        at = Part(hit.start(), hit.end())
        message = f"IAM takes no character U+{ord(hit.group()):04X} in a policy"
        yield Hit(at=at, message=message)


def _version(subject: Subject) -> Iterator[Hit]:
    if not isinstance(subject.root, Object):
        return
    member = subject.root.get("Version")
    at = Part(subject.root.start, subject.root.start + 1)
    if member is not None:
        at = Part(member.key.start, member.value.end)
    if member is None or subject.text[member.value.start : member.value.end] == _FIRST:
        yield Hit(at=at, message="the document is of the first version of the language")


_STATEMENT = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}'

RULES = (
    Rule(
        id="not-text",
        level=Level.ERROR,
        title="The file is not text in UTF-8",
        why="JSON is text in UTF-8; no service takes anything else.",
        fix="save it as UTF-8",
        page="https://www.rfc-editor.org/rfc/rfc8259#section-8.1",
        wrong="\udcff",
        right=_STATEMENT,
        find=_never,
    ),
    Rule(
        id="not-json",
        level=Level.ERROR,
        title="The document is not JSON, or is longer or deeper than any policy",
        why="The vendor refuses it whole, so nothing of it has an effect.",
        fix="write it as JSON",
        page=f"{GUIDE}reference_policies_grammar.html",
        wrong='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",}]}',
        right=_STATEMENT,
        find=_never,
    ),
    Rule(
        id="policy-grammar",
        level=Level.ERROR,
        title="Something is not of the grammar of policies",
        why="The vendor refuses the document whole, so nothing of it has an effect.",
        fix="write it as the grammar says",
        page=f"{GUIDE}reference_policies_grammar.html",
        wrong='{"Effect": "Alow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        right=_STATEMENT,
        find=_grammar,
    ),
    Rule(
        id="duplicate-key",
        level=Level.ERROR,
        title="A name stands twice in one element",
        why="Most readers of JSON keep the last of the two and drop the other without a word, so "
        "the policy that a person reads is not the policy that is in force.",
        fix="merge the two",
        page=f"{GUIDE}reference_policies_grammar.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Action": "s3:PutObject", '
        '"Resource": "arn:aws:s3:::b/*"}',
        right='{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], '
        '"Resource": "arn:aws:s3:::b/*"}',
        find=_repeated,
    ),
    Rule(
        id="unknown-operator",
        level=Level.ERROR,
        title="A condition has an operator that does not exist",
        why="The vendor refuses the document whole, so nothing of it has an effect.",
        fix="write one of the vendor's condition operators",
        page=f"{GUIDE}reference_policies_elements_condition_operators.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        '"Condition": {"StringEqual": {"aws:PrincipalTag/team": "red"}}}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        '"Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}',
        find=_operators,
    ),
    Rule(
        id="duplicate-sid",
        level=Level.ERROR,
        title="Two statements have the same Sid",
        why="IAM refuses a policy in which a Sid is not unique.",
        fix="give each statement a Sid of its own, or none",
        page=f"{GUIDE}reference_policies_elements_sid.html",
        wrong='[{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": "arn:aws:s3:::a/*"}, {"Sid": "Read", "Effect": "Allow", '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]',
        right='[{"Sid": "ReadA", "Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": "arn:aws:s3:::a/*"}, {"Sid": "ReadB", "Effect": "Allow", '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]',
        find=_sids,
        types=_PLAIN_SID,
    ),
    Rule(
        id="sid-characters",
        level=Level.ERROR,
        title="A Sid has other characters than letters and digits",
        why="IAM refuses a policy with such a Sid; some policies of resources may have one.",
        fix="use A-Z, a-z and 0-9 alone",
        page=f"{GUIDE}reference_policies_elements_sid.html",
        wrong='{"Sid": "read objects", "Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": "arn:aws:s3:::b/*"}',
        right='{"Sid": "ReadObjects", "Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": "arn:aws:s3:::b/*"}',
        find=_sid_letters,
        types=_PLAIN_SID,
    ),
    Rule(
        id="unsupported-character",
        level=Level.ERROR,
        title="A character stands in the document that IAM does not take",
        why="IAM takes tabs, line ends and the characters of Latin-1. Quotation marks and dashes "
        "of word processors are none of them.",
        fix="write another character",
        page=f"{GUIDE}reference_iam-quotas.html#reference_iam-quotas-names",
        wrong=_STATEMENT.replace("b/*", "caf\u0113/*"),
        right=_STATEMENT.replace("b/*", "cafe/*"),
        find=_characters,
        types=_PLAIN_SID,
    ),
    Rule(
        id="old-version",
        level=Level.NOTE,
        title="The document is of the first version of the language",
        why="Without `Version` a document is of version 2008-10-17, in which variables are plain "
        "text and what was added since does not work.",
        fix='write `"Version": "2012-10-17"` at the top',
        page=f"{GUIDE}reference_policies_elements_version.html",
        wrong='{"Version": "2008-10-17", "Statement": ' + _STATEMENT + "}",
        right='{"Version": "2012-10-17", "Statement": ' + _STATEMENT + "}",
        find=_version,
    ),
)
