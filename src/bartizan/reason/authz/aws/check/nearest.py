# SPDX-License-Identifier: Apache-2.0
"""What was probably meant by a name that is not known."""

import difflib
from collections.abc import Iterable

_LONGEST = 80
"""Longer names are no slips of the pen."""
_ALIKE = 0.8


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like `name`, in any case; empty where none is."""
    if len(name) > _LONGEST:
        return ""
    spelled = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), sorted(spelled), n=1, cutoff=_ALIKE)
    return spelled[found[0]] if found else ""
