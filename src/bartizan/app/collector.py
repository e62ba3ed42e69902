# SPDX-License-Identifier: Apache-2.0
"""When the collector of cyclic garbage looks at what an answer needs.

An opened snapshot is hundreds of thousands of objects that stay, and an answer makes many more, of
which few are garbage in circles. As it is set at first, the collector looks through all of them
several times while one question is answered, and an answer takes up to twice as long.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 1_000_000
"""Objects made beside those that went, after which the collector looks at what a question made: a
hundred megabytes of garbage or two, where all of it is."""


@contextmanager
def undisturbed(*, young: int = _YOUNG) -> Iterator[None]:
    """Answer a question while the collector leaves alone what was there before, and looks at what
    is made only after so many `young` objects. Afterwards all is as it was.
    """
    before, alone = gc.get_threshold(), gc.get_freeze_count() == 0
    gc.freeze()
    gc.set_threshold(young, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        # What somebody else has set apart stays so.
        if alone:
            gc.unfreeze()
