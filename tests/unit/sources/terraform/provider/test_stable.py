# SPDX-License-Identifier: Apache-2.0
"""How a plan is written."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bartizan.sources.terraform.provider.stable import stable

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
_VALUES = st.recursive(
    _LEAVES | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.just("values") | st.just("configuration"), _VALUES, max_size=2))
def test_a_plan_is_written_as_python_indents_it(plan: dict[str, object]) -> None:
    content = json.dumps(plan).encode()

    found = stable(content, (), ())

    assert found == json.dumps(plan, indent=1, ensure_ascii=False).encode()
