# SPDX-License-Identifier: Apache-2.0
"""What patterns of resources begin with, compared with many ARNs at once, byte by byte."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel import codec
from bartizan.reason.authz.aws.kernel.shapes import Mask, Numbers, text_bytes
from bartizan.reason.authz.aws.kernel.statement import Pattern

_STEP, _MOST = 16, 128
"""Bytes that are compared at once, and at most; few ARNs are longer, and the rest decides then
nothing.
"""
_TOGETHER = 1 << 15
"""Pairs that are compared at once, which bounds memory."""
_BEGINNING = r'^\[?"(?P<first>[^*?"$\\]*)'
"""How a pattern is kept as text: one string of JSON, or a list that begins with one."""


class Prefixes(Struct, frozen=True):
    """The literal text that each pattern begins with; perhaps less of it than there is."""

    texts: Any
    """As a column of Arrow."""
    anything: Mask
    """The pattern covers whatever there is."""
    empty: Mask
    """It may begin with anything."""

    @classmethod
    def of(cls, patterns: Sequence[Pattern]) -> "Prefixes":
        """Take patterns as they are kept."""
        kept = codec.column(patterns)
        texts = pc.struct_field(pc.extract_regex(kept, _BEGINNING), "first")
        texts = pc.fill_null(texts, "").cast(pa.large_string())
        whole = np.asarray(pc.is_in(kept, value_set=pa.array(['"*"'], kept.type)))
        return cls(texts, whole, np.asarray(pc.binary_length(texts)) == 0)

    def may_cover(self, patterns: NDArray[np.integer], arns: Any, places: Numbers) -> Mask:  # noqa: ANN401 - Arrow's
        """Say of pairs whether an ARN, by its place, begins as a pattern does."""
        begins, bytes_ = _bytes(self.texts)
        starts, others = _bytes(arns)
        found = np.ones(len(patterns), dtype=bool)
        for start in range(0, len(patterns), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            one, other = patterns[some], places[some]
            length = begins[one + 1] - begins[one]
            fits = length <= starts[other + 1] - starts[other]
            for step in range(0, _MOST, _STEP):
                left = np.flatnonzero(fits & (length > step))
                reach = step + np.arange(_STEP)
                here = bytes_[begins[one[left]][:, None] + reach]
                there = others[starts[other[left]][:, None] + reach]
                fits[left] = ((here == there) | (reach >= length[left][:, None])).all(axis=1)
            found[some] = fits
        return found


def _bytes(texts: Any) -> tuple[Numbers, NDArray[np.uint8]]:  # noqa: ANN401 - Arrow's
    """Return where each text begins, and all their bytes, with some behind them."""
    begins, held = text_bytes(texts)
    return begins, np.concatenate([held, np.zeros(_MOST, np.uint8)])
