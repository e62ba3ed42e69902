# SPDX-License-Identifier: Apache-2.0
"""Columns are made without pandas, which others may import all the same."""

import subprocess
import sys

_LOADED = "import sys; print('pandas' in sys.modules)"
_FIRST = f"import pyarrow as pa; pa.array([1]); {_LOADED}"
_WITHOUT = "from bartizan.app.arrow import without_pandas; without_pandas()"


def _said(*lines: str) -> list[str]:
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_pyarrow_imports_pandas_unless_it_is_told_not_to() -> None:
    assert _said(_FIRST) == ["True"]
    assert _said(_WITHOUT, _FIRST) == ["False"]


def test_pandas_can_be_imported_afterwards_and_is_left_alone_before() -> None:
    assert _said(_WITHOUT, _FIRST, "import pandas", _LOADED) == ["False", "True"]
    assert _said("import pandas", _WITHOUT, _LOADED) == ["True"]
