# SPDX-License-Identifier: Apache-2.0
"""What columns tell of many things at once: whose they are, and which policy each carries.

To tell of a thing as `Estate` does, rows are read. Of most things the columns tell enough; those
of which they do not are said to be odd.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.estate import is_read
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.part import THINGS

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = Any
"""An array of texts: Arrow's own types are parametrised."""

NONE, ODD, UNREAD = -1, -2, -3
"""A thing that carries no policy; one of whose policy the columns do not tell; one whose policy
was not read, which is told.
"""


class Sighted(Struct, frozen=True, kw_only=True):
    """Things, by number."""

    odd: Mask
    """Of these nothing is told: not one row is theirs alone, or something was not read."""
    accounts: Texts
    """The accounts that own them."""
    granted: Mask
    """They are keys with grants."""
    policies: Numbers
    """The row of the policy that each carries for what is asked of it, NONE, ODD or UNREAD."""
    trusts: Numbers
    """The same of the policies that say who may assume a role."""


def sight(facts: Facts, things: Sequence[str]) -> Sighted:
    """Look at things, which are named as in requests."""
    arns, own, of_carrier = _named(facts, things)
    owners = _joined(facts, THINGS, "account")
    count, row = _rows(_joined(facts, THINGS, "arn"), arns)
    carrier = np.where(count[own] > 0, own, of_carrier)
    odd = count[carrier] != 1
    accounts = owners.take(row[carrier]) if len(owners) else arns.take(own)
    odd |= ~_among(accounts, _told_of(facts)) | _among(arns, _dark(facts))[carrier]
    held, trusts = (found[carrier] for found in _attached(facts, arns, ("resource", "trust")))
    # A thing that can carry a policy has none where none is attached, but for those kinds of
    # which that was not read.
    bare = np.flatnonzero(held == NONE)
    held[bare[[not is_read(things[number]) for number in bare.tolist()]]] = UNREAD
    return Sighted(
        odd=odd,
        accounts=accounts,
        granted=_rows(facts.table(KeyGrant)["key"], arns)[0][own] > 0,
        policies=held,
        trusts=np.where(trusts == NONE, ODD, trusts),
    )


def _named(facts: Facts, things: Sequence[str]) -> tuple[Texts, Numbers, Numbers]:
    """Return ARNs, and the places among them of the things themselves, and of what carries their
    policies where they are not known.
    """
    arns = pa.array(things, pa.string())
    known = np.zeros(len(things), dtype=bool)
    place: Texts = pc.index_in(_joined(facts, THINGS, "arn"), value_set=arns)
    known[_numbers(place.drop_null())] = True
    carrying = [
        thing if is_known else carriers(thing)[-1]
        for thing, is_known in zip(things, known.tolist(), strict=True)
    ]
    encoded = pa.concat_arrays([arns, pa.array(carrying, pa.string())]).dictionary_encode()
    codes = _numbers(encoded.indices)
    return encoded.dictionary, codes[: len(things)], codes[len(things) :]


def _attached(facts: Facts, arns: Texts, uses: Sequence[str]) -> Sequence[Numbers]:
    """Return for each use the row of the one policy that each of `arns` carries for it, NONE or
    ODD.
    """
    table, policies = facts.table(Attachment), facts.table(Policy)
    found, single, used = [], [], []
    for use in uses:
        chosen = table.filter(_among(table["use"], pa.array([use])))
        count, row = _rows(chosen["target"], arns)
        found.append(np.where(count == 0, NONE, ODD).astype(np.int64))
        single.append(np.flatnonzero(count == 1))
        used.append(_whole(chosen["policy"].take(row[single[-1]])))
    # Two things may carry one policy.
    encoded = pa.concat_arrays(used).dictionary_encode()
    count, row = _rows(policies["id"], encoded.dictionary)
    known = np.flatnonzero(count == 1)
    read = policies.select(["provider", "document"]).take(row[known])
    usable = _among(read["provider"], pa.array(["aws"])) & ~np.asarray(
        pc.is_null(read["document"])
    )
    rows = np.full(len(count), ODD, dtype=np.int64)
    rows[known[usable]] = row[known[usable]]
    ends = np.cumsum([len(one) for one in single])[:-1]
    for held, places, codes in zip(
        found, single, np.split(_numbers(encoded.indices), ends), strict=True
    ):
        held[places] = rows[codes]
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
