# SPDX-License-Identifier: Apache-2.0
"""The pairs of policies whose implications another solver has decided, in both directions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bartizan.reason.authz.aws.diff.within import within
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite.form import type_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "quacky"
FILES = ("iam.jsonl", "s3.jsonl")
PAIRS = 306
ROLE_POLICY = "iam/exp_single/iam_role_policy_modify_iam_but_not_own_policies/policy"

# What the corpus says otherwise, with the reason.
DOLLAR = (
    "the corpus takes the `$` of the literal text `$account` for the end of a line, so that to it "
    "NotResource `arn:aws:iam::$account:*` leaves nothing out; to the vendor it leaves out the "
    "roles of that account, which the old policy allows"
)
DEVIATIONS = {
    (f"{ROLE_POLICY}/2_.json", "old_within_new"): (False, DOLLAR),
    (f"{ROLE_POLICY}/3_.json", "old_within_new"): (False, DOLLAR),
}

pytestmark = pytest.mark.skipif(
    not all((CORPUS / name).is_file() for name in FILES), reason="the corpora folder is absent"
)


def lines() -> Iterator[dict[str, Any]]:
    for name in FILES:
        for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def documents(line: dict[str, Any]) -> tuple[Document, Document]:
    old, new = (read(json.dumps(line[side]), name=side) for side in ("old", "new"))
    return old, new


def test_every_pair_is_decided_as_the_corpus_says_or_with_a_reason() -> None:
    wrong = {}
    count = 0
    for line in lines():
        count += 1
        old, new = documents(line)
        kind = "resource" if "resource" in {type_of(old), type_of(new)} else "identity"
        for name, one, other in (("old_within_new", old, new), ("new_within_old", new, old)):
            found = within(one, other, type=kind).holds
            expected, _ = DEVIATIONS.get((line["id"], name), (line[name], ""))
            if found is not expected:
                wrong[line["id"], name] = found

    assert count == PAIRS
    assert wrong == {}


def test_every_deviation_is_one() -> None:
    said = {line["id"]: line for line in lines()}

    for (name, direction), (ours, reason) in DEVIATIONS.items():
        assert said[name][direction] is not ours
        assert reason
