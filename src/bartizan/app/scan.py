# SPDX-License-Identifier: Apache-2.0
"""Read an estate into a snapshot: live or from files, the same way."""

from collections.abc import Callable, Sequence

from bartizan.model.snapshot import Manifest
from bartizan.ports import Progress, Source, Store


def scan(
    source: Source,
    store: Store,
    progress: Progress,
    *,
    scope: str,
    sources: Sequence[str],
    resume: bool,
    now: Callable[[], str],
) -> Manifest:
    """Collect all that `source` gives and keep it as a snapshot; return its manifest.

    `scope` names what is read, so that an interrupted run over the same scope can be taken up;
    `now` gives the time as ISO 8601 in UTC.

    Raises:
        SourceError: nothing at all can be read.
        StoreError: the snapshot cannot be written; what was collected stays for `resume`.
    """
    draft = store.begin(scope=scope, started_at=now(), resume=resume)
    source.collect(draft, progress)
    name = draft.commit(sources=sources, finished_at=now())
    return store.open(name).manifest
