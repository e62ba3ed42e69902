# SPDX-License-Identifier: Apache-2.0
"""What can this principal do, on a snapshot?"""

from collections.abc import Iterable

from msgspec import structs

from bartizan.app import wiring
from bartizan.app.collector import undisturbed
from bartizan.app.what_if import what_if
from bartizan.model.access import AccessAnswer, Asked
from bartizan.ports import Snapshot
from bartizan.reason.authz.aws.question.what_can import what_can as answer


def what_can(
    snapshot: Snapshot,
    asked: Asked,
    *,
    detach: Iterable[str] = (),
    replace: Iterable[str] = (),
) -> AccessAnswer:
    """Answer what `asked.principal` can do; the others are as `what_if` takes them.

    Raises:
        UsageError: the question makes no sense.
        InputError: a file cannot be read.
        PolicyError: a file is no policy.
        DisagreementError: the two engines answer otherwise.
    """
    supposed = what_if(snapshot.facts(), detach=detach, replace=replace)
    kernel = wiring.kernel(snapshot, supposed.facts, changed=bool(supposed.changes))
    with undisturbed():
        found = answer(kernel, asked)
    return structs.replace(found, snapshot=snapshot.manifest.id, overlay=supposed.changes)
