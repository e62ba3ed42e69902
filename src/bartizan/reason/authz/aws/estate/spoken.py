# SPDX-License-Identifier: Apache-2.0
"""What things say to callers of other accounts than theirs, as an index that can be kept.

A thing is noted under each account, and each unique id of a principal, that its policies or
grants spell; and among those that are open where it may be anybody's, or where so much was not
read that this cannot be told.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.arn import account_of
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Attachment, KeyGrant
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.standing import Lists, Pairs
from bartizan.reason.authz.aws.estate.unread import is_about_policy
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.request import Attached

WORD = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{12}(?![0-9A-Za-z])|(?:AIDA|AROA)[0-9A-Za-z_-]+)")
"""An account, or the unique id of a user or role.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""
OF_THINGS = frozenset({"resource", "trust"})
"""Uses of policies that say who may do something with what carries them."""


def carried(estate: Estate, arn: str) -> Sequence[Attached]:
    """Return the policies that a thing carries for whatever may be asked of it, read or not."""
    uses = (False, True) if ":role/" in arn else (False,)
    found = (estate.resource_policy(arn, trust) for trust in uses)
    return [policy for policy in found if policy is not None]


def is_dark(estate: Estate, arn: str, held: Iterable[Attached]) -> bool:
    """So much of a thing, which carries `held`, was not read that anything may be allowed."""
    return (
        any(policy.document is None for policy in held)
        or bool(estate.unread_grants(arn))
        or bool(estate.unlisted(estate.ownership.of(arn)))
    )


def index(estate: Estate) -> dict[str, pa.Table]:
    """Return the index over an estate, as tables."""
    return joined([noted(estate)])


def noted(estate: Estate, accounts: Collection[str] | None = None) -> dict[str, pa.Table]:
    """Return what the things of some accounts, or all, and those that may be anybody's give to the
    index, from an estate that tells of them.
    """
    opened = {row.resource for row in estate.facts.rows(Unread) if is_about_policy(row)}
    granted: dict[str, set[str]] = defaultdict(set)
    for grant in estate.facts.rows(KeyGrant):
        granted[grant.key].update(WORD.findall(grant.grantee))
    words, arns = list[str](), list[str]()
    for arn in filter(_is_arn, _things(estate) | granted.keys()):
        owner = estate.ownership.of(arn).account or account_of(arn)
        if accounts is not None and owner and owner not in accounts:
            continue
        held = carried(estate, arn)
        texts = [_text(estate, policy) for policy in held]
        said = granted.get(arn, set()).union(*map(WORD.findall, texts)) - {owner}
        words += said
        arns += [arn] * len(said)
        if (
            is_dark(estate, arn, held)
            or any("\\" in text for text in texts)  # which may spell anything
            or any(map(_is_open, held))
        ):
            opened.add(arn)
    return {
        "elsewhere.pairs": pa.table(
            {"word": pa.array(words, pa.string()), "arn": pa.array(arns, pa.large_string())}
        ),
        "elsewhere.open": _arns(filter(_is_arn, opened)),
    }


def joined(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """Return the index of which `parts` were noted; what several of them say is said once."""
    pairs = pa.concat_tables([part["elsewhere.pairs"] for part in parts])
    words, arns = (sorted(set(_texts(pairs[name]))) for name in ("word", "arn"))
    by_word = pc.index_in(pairs["word"], value_set=pa.array(words, pa.string()))
    by_arn = pc.index_in(pairs["arn"], value_set=pa.array(arns, pa.large_string()))
    places = (np.asarray(found, dtype=np.int64) for found in (by_word, by_arn))
    lists = Lists.of(Pairs.together(Pairs(*places)), len(words))
    opened = pa.concat_tables([part["elsewhere.open"] for part in parts])
    return {
        "elsewhere.open": _arns(_texts(opened["arn"])),
        "elsewhere.arns": _arns(arns),
        "elsewhere.named": pa.table(
            {"word": pa.array(words, pa.string()), "things": lists.arrow()}
        ),
    }


def _things(estate: Estate) -> set[str]:
    """Name what could carry a policy as a thing."""
    found = {row.target for row in estate.facts.rows(Attachment) if row.use in OF_THINGS}
    for table in (Store, Key, Workload):
        found.update(_texts(estate.facts.table(table)["arn"]))
    found.update(arn for arn, row in estate.principals.items() if row.type == "role")
    return found


def _text(estate: Estate, policy: Attached) -> str:
    row = estate.documents.policies.get(policy.id)
    return (row and row.document) or ""


def _is_open(policy: Attached) -> bool:
    """Some statement may allow something to anybody, or to somebody whose account it does not
    tell.
    """
    statements = policy.document.statements if policy.document else ()
    return any(one.effect is Effect.ALLOW and _may_be_anybody(one) for one in statements)


def _may_be_anybody(statement: Statement) -> bool:
    named = statement.principal
    if named is None or named.any or named.canonical:
        return True
    return "*" in (*named.aws, *named.service, *named.federated)


def _arns(arns: Iterable[str]) -> pa.Table:
    return pa.table({"arn": pa.array(sorted(set(arns)), pa.large_string())})


def _texts(column: "pa.ChunkedArray[Any]") -> list[str]:
    return cast("list[str]", column.to_pylist())


def _is_arn(text: str) -> bool:
    return text.startswith("arn:")
