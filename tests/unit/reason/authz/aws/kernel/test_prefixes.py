# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pyarrow as pa
import pytest

from bartizan.reason.authz.aws.kernel import codec
from bartizan.reason.authz.aws.kernel.prefixes import Prefixes
from bartizan.reason.authz.aws.kernel.statement import Pattern
from bartizan.reason.authz.aws.policy.wildcard import Variable, Wild

LONG = "arn:aws:s3:::bucket/" + "k" * 200


@pytest.mark.parametrize(
    ("pattern", "arn", "may"),
    [
        ("arn:aws:s3:::a/*", "arn:aws:s3:::a/k", True),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::b/k", False),
        ("arn:aws:s3:::abc", "arn:aws:s3:::ab", False),
        ("arn:aws:s3:::a?c", "arn:aws:s3:::abd", True),
        ("*", "arn:aws:s3:::b/k", True),
        ('arn:aws:s3:::a"b*', 'arn:aws:s3:::a"c', True),
        (("arn:aws:s3:::a/", Variable("aws:username", None)), "arn:aws:s3:::a/k", True),
        (("arn:aws:s3:::a/", Variable("aws:username", None)), "arn:aws:s3:::b/k", False),
        ((Wild.MANY, "x"), "arn:aws:s3:::b/k", True),
        (LONG, LONG, True),
        (LONG, LONG[:-1] + "x", True),
        (LONG, LONG.replace("bucket", "socket"), False),
    ],
)
def test_a_pattern_may_cover_what_begins_as_it_does(
    pattern: Pattern, arn: str, *, may: bool
) -> None:
    both = Prefixes.of([pattern, "arn:of:another"])

    found = both.may_cover(np.array([0]), pa.array(["", arn]), np.array([1]))

    assert found.tolist() == [may]


def test_kept_patterns_are_compared_without_being_read() -> None:
    column = pa.array([codec.pattern_text(one) for one in ("*", "a*", "?")])
    texts: codec.Texts[Pattern] = codec.Texts(pa.chunked_array([column]), codec.pattern)

    found = Prefixes.of(texts)

    assert found.anything.tolist() == [True, False, False]
    assert found.empty.tolist() == [True, False, True]


def test_many_pairs_are_compared_some_at_a_time() -> None:
    held = Prefixes.of(["b"])
    size = (1 << 15) + 7

    found = held.may_cover(
        np.zeros(size, dtype=np.int64), pa.array(["a", "b"]), np.arange(size) % 2
    )

    assert found.tolist() == [n % 2 == 1 for n in range(size)]
