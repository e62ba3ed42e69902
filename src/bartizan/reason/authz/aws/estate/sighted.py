# SPDX-License-Identifier: Apache-2.0
"""What columns tell of many things at once: whose they are, and which policy each carries.

To tell of a thing as `Estate` does, rows are read. Of most things the columns tell enough; those
of which they do not are said to be odd.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.estate import CARRIERS, POLICIES_NOT_READ
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.part import THINGS

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = Any
"""An array of texts: Arrow's own types are parametrised."""

NONE, ODD = -1, -2
"""A thing that carries no policy; one of whose policy the columns do not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """Things, by number."""

    odd: Mask
    """Of these nothing is told: not one row is theirs alone, or something was not read."""
    accounts: Texts
    """The accounts that own them."""
    granted: Mask
    """They are keys with grants."""
    policies: Numbers
    """The row of the policy that each carries for what is asked of it, NONE or ODD."""
    trusts: Numbers
    """The same of the policies that say who may assume a role."""


def sight(facts: Facts, things: Sequence[str]) -> Sighted:
    """Look at things, which are named as in requests."""
    could = [carriers(thing) for thing in things]
    named = pa.array([held[0] for held in could] + [held[-1] for held in could], pa.string())
    encoded = named.dictionary_encode()
    arns, codes = encoded.dictionary, _numbers(encoded.indices)
    own, of_carrier = codes[: len(things)], codes[len(things) :]
    owners = _joined(facts, THINGS, "account")
    count, row = _rows(_joined(facts, THINGS, "arn"), arns)
    carrier = np.where(count[own] > 0, own, of_carrier)
    odd = count[carrier] != 1
    accounts = owners.take(row[carrier]) if len(owners) else named[: len(things)]
    odd |= ~_among(accounts, _told_of(facts)) | _among(arns, _dark(facts))[carrier]
    held = _attached(facts, arns, "resource")[carrier]
    # A thing that can carry a policy has none where none is attached, but for those kinds of
    # which that cannot be told.
    service = np.array([_service(thing) for thing in things], dtype=object)
    doubtful = {"kms", *POLICIES_NOT_READ}
    unsure = np.array([name in doubtful for name in service], dtype=bool)
    unsure |= np.array([":accesspoint/" in thing for thing in things], dtype=bool)
    unsure &= np.array([name in CARRIERS for name in service], dtype=bool)
    trusts = _attached(facts, arns, "trust")[carrier]
    return Sighted(
        odd=odd,
        accounts=accounts,
        granted=_rows(facts.table(KeyGrant)["key"], arns)[0][codes[: len(things)]] > 0,
        policies=np.where((held == NONE) & unsure, ODD, held),
        trusts=np.where(trusts == NONE, ODD, trusts),
    )


def _attached(facts: Facts, arns: Texts, use: str) -> Numbers:
    """Return the row of the one policy that each of `arns` carries for a use, NONE or ODD."""
    table, policies = facts.table(Attachment), facts.table(Policy)
    chosen = table.filter(_among(table["use"], pa.array([use])))
    count, row = _rows(chosen["target"], arns)
    found = np.where(count == 0, NONE, ODD).astype(np.int64)
    single = np.flatnonzero(count == 1)
    ids = _whole(chosen["policy"].take(row[single]))
    count, row = _rows(policies["id"], ids)
    # Two things may carry one policy, which is then found at the first of its places.
    first = _numbers(pc.index_in(ids, value_set=ids)) if len(ids) else np.zeros(0, np.int64)
    held, times = row[first], count[first]
    known = times == 1
    read = policies.select(["provider", "document"]).take(held[known])
    usable = _among(read["provider"], pa.array(["aws"])) & ~np.asarray(
        pc.is_null(read["document"])
    )
    found[single[known]] = np.where(usable, held[known], ODD)
    return found


def _told_of(facts: Facts) -> Texts:
    """Return the accounts of which nothing was left unread that speaks of more than one thing."""
    dark = {row.account for row in facts.rows(Unread) if _counts(row) and not row.resource}
    dark |= {row.resource for row in facts.rows(Unread) if _counts(row)}
    known = {row.id for row in facts.rows(Account) if row.provider == "aws" and row.id.isdigit()}
    return pa.array(sorted(known - dark), pa.string())


def _dark(facts: Facts) -> Texts:
    """Return the things of which something was not read."""
    dark = {row.resource for row in facts.rows(Unread) if _counts(row)}
    return pa.array(sorted(dark), pa.string())


def _counts(row: Unread) -> bool:
    return row.provider in {"", "aws"} and row.code != "not-enabled"


def _rows(column: Texts, wanted: Texts) -> tuple[Numbers, Numbers]:
    """Return for each of `wanted` how often it stands in a column, and where."""
    found_at: Texts = pc.index_in(column, value_set=wanted)
    place = _numbers(found_at.fill_null(-1))
    rows = np.flatnonzero(place >= 0)
    found = np.zeros(len(wanted), dtype=np.int64)
    found[place[rows]] = rows
    return np.bincount(place[rows], minlength=len(wanted)), found


def _joined(facts: Facts, tables: Sequence[type[Row]], column: str) -> Texts:
    chunks = [chunk for table in tables for chunk in facts.table(table)[column].chunks]
    return pa.chunked_array(chunks, pa.string())


def _among(values: Texts, wanted: Texts) -> Mask:
    return np.asarray(pc.is_in(values, value_set=wanted), dtype=np.bool_)


def _numbers(values: Texts) -> Numbers:
    return np.asarray(values, dtype=np.int64)


def _whole(column: Texts) -> Texts:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _service(arn: str) -> str:
    return arn.split(":", 3)[2] if arn.count(":") > 2 else ""  # noqa: PLR2004 - the service of an ARN
