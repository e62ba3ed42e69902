# SPDX-License-Identifier: Apache-2.0
"""Decides many single requests at once, as the court decides them one by one.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Sequence

import numpy as np

from bartizan.reason.authz.aws.kernel.combine import Sides, combined
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.docket import Docket
from bartizan.reason.authz.aws.kernel.docket_own import DENIES, SCP, said
from bartizan.reason.authz.aws.kernel.docket_sides import DocketSides
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.holdings import Own
from bartizan.reason.authz.aws.kernel.logic import (
    ALLOWED,
    DENIED,
    NO,
    UNKNOWN,
    YES,
    constant,
    unpacked,
)
from bartizan.reason.authz.aws.kernel.shapes import Numbers, numbered
from bartizan.reason.authz.aws.kernel.tables import Codes


def judge_each(docket: Docket, everyone: Everyone, sides: DocketSides) -> Codes:
    """Return DENIED, ALLOWED or UNKNOWN for each request."""
    every = np.arange(len(docket))
    own = said(everyone.base, docket.rows, docket, every)
    found = _judged(own, sides, every, Supposed())
    # A role's own tags do not settle a denial where its sessions may bring others.
    retagged = unpacked(everyone.retagged, docket.callers.size)[docket.rows] != 0
    again = np.flatnonzero(retagged & (found == DENIED))
    other = Supposed(replaced=True)
    holdings = everyone.varied(other)
    if holdings is not None:
        varying = unpacked(everyone.varying(other), docket.callers.size)[docket.rows] != 0
        some = np.flatnonzero(varying & (found == DENIED))
        places = holdings.rows.searchsorted(docket.rows[some])
        own[some] = said(holdings, places, docket, some)
    found[again] = _judged(own[again], sides, again, other)
    return found


def _judged(own: Codes, sides: DocketSides, requests: Numbers, supposed: Supposed) -> Codes:
    """Join what is said of some requests under a supposition."""
    found = np.full(len(requests), DENIED, dtype=np.uint8)
    # Where the caller's own policies deny, it does not matter what others say.
    left = np.flatnonzero((own[:, DENIES] != YES) & (own[:, SCP] != NO))
    side = sides.of(requests[left], supposed)
    number, first = numbered((side, *own[left].T))
    pairs = zip(side[first].tolist(), own[left[first]].tolist(), strict=True)
    codes = [_code(sides.kinds[kind], held) for kind, held in pairs]
    found[left] = np.array(codes, dtype=np.uint8)[number]
    return found


def _code(sides: Sides, own: Sequence[int]) -> int:
    """Decide one request."""
    found = combined(Own(*(constant(code, full=1) for code in own)), sides, full=1)
    return ALLOWED if found.allowed else UNKNOWN if found.unknown else DENIED
