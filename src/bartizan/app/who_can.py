# SPDX-License-Identifier: Apache-2.0
"""Who can do this, on a snapshot?"""

from collections.abc import Iterable

from msgspec import structs

from bartizan.app import wiring
from bartizan.app.collector import undisturbed
from bartizan.app.what_if import what_if
from bartizan.model.access import AccessAnswer, Asked
from bartizan.ports import Snapshot
from bartizan.reason.authz.aws.question.who_can import who_can as answer


def who_can(
    snapshot: Snapshot,
    asked: Asked,
    *,
    each: bool = False,
    by_account: bool = False,
    detach: Iterable[str] = (),
    replace: Iterable[str] = (),
) -> AccessAnswer:
    """Answer who can do `asked.action` on `asked.resource`; `each` explains every caller on its
    own, `by_account` folds no accounts; the others are as `what_if` takes them.

    Raises:
        UsageError: the question makes no sense.
        InputError: a file cannot be read.
        PolicyError: a file is no policy.
        DisagreementError: the two engines answer otherwise.
    """
    supposed = what_if(snapshot.facts(), detach=detach, replace=replace)
    at = snapshot.manifest.finished_at
    kernel = wiring.kernel(snapshot, supposed.facts, changed=bool(supposed.changes))
    with undisturbed():
        found = answer(supposed.facts, kernel, asked, at=at, each=each, by_account=by_account)
    return structs.replace(found, snapshot=snapshot.manifest.id, overlay=supposed.changes)
