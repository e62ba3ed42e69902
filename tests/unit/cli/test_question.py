# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.cli.question import pairs
from bartizan.errors import UsageError


def test_keys_are_sorted_and_their_values_stay_in_order() -> None:
    assert pairs(["b=2", "a=x=y", "b=1"]) == (("a", "x=y"), ("b", "2"), ("b", "1"))


@pytest.mark.parametrize("text", ["a", "=b", ""])
def test_what_is_no_pair_is_bad_usage(text: str) -> None:
    with pytest.raises(UsageError, match="not a context key and its value"):
        pairs([text])
