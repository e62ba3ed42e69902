# SPDX-License-Identifier: Apache-2.0
import json
from importlib import resources

import jsonschema
import pytest
from msgspec.structs import replace

from bartizan.model.rewrite import Elsewhere, Fitted, Group, Minimized, Proof, Trial
from bartizan.report.rewrite import FIT_FORMATS, MINIMIZE_FORMATS, policy_text
from tests.fakes.observed_use import ROLE, call

POLICY = '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
MINIMIZED = Minimized(
    name="p.json",
    type="identity",
    text=POLICY,
    before=1200,
    after=66,
    statements_before=2,
    statements_after=1,
    done=("drop #1, since #0 covers it",),
    left=("join #2 with #0: effort",),
)
FITTED = Fitted(
    name="p.json",
    type="identity",
    text=POLICY,
    before=66,
    after=66,
    coverage=("logs of 3 events",),
    used=(Group(service="s3", actions=("s3:GetObject",), why="seen as GetObject"),),
    removed=(Group(service="ec2", actions=("ec2:RunInstances",), why="no event"),),
    kept=(Group(service="iam", actions=("iam:PassRole",), why="no event of its own"),),
    opened=("ec2:*",),
    unmapped=(call("Mystery\x1b[2J", source="ec2"),),
    trial=Trial(
        decided=2,
        unstated=1,
        elsewhere=(Elsewhere(action="kms:Decrypt", resource="*", principal=ROLE),),
    ),
    proof=Proof(holds=True),
)


def _schema(name: str) -> dict[str, object]:
    place = resources.files("bartizan.report") / "schema" / f"{name}.schema.json"
    found: dict[str, object] = json.loads(place.read_text(encoding="utf-8"))
    return found


def test_the_json_of_a_shorter_policy_is_of_its_schema() -> None:
    found = json.loads(MINIMIZE_FORMATS["json"](MINIMIZED))

    jsonschema.validate(found, _schema("policy-minimize"))
    assert found["policy"] == json.loads(POLICY)


@pytest.mark.parametrize("proof", [Proof(holds=True), Proof(holds=None, why="effort")])
def test_the_json_of_a_policy_for_what_was_used_is_of_its_schema(proof: Proof) -> None:
    found = json.loads(FIT_FORMATS["json"](replace(FITTED, proof=proof)))

    jsonschema.validate(found, _schema("policy-fit"))
    assert (found["complete"], found["within_old"]) == (False, proof.holds)


def test_the_text_of_a_shorter_policy_says_what_was_done_and_what_was_not() -> None:
    found = MINIMIZE_FORMATS["text"](MINIMIZED).decode()

    assert "1,200 characters before, 66 now, 2 statements before, 1 now" in found
    assert "done  drop #1" in found
    assert "left as it was  join #2" in found
    assert found.rstrip().endswith("}")


def test_a_policy_that_was_not_shortened_claims_no_proof() -> None:
    assert b"proved" not in MINIMIZE_FORMATS["text"](replace(MINIMIZED, done=()))


def test_the_text_of_a_policy_for_what_was_used_names_every_part() -> None:
    found = FIT_FORMATS["text"](FITTED).decode()

    for part in (
        "Removed (1 action)",
        "ec2:*: also all that it would name",
        "Not covered: kept (1 action)",
        "stands for no known action",
        "kms:Decrypt on * by",
        "allows nothing that the old policy does not: proved",
        "2 observed requests decided",
        "of 1 kind of calls the log names no resource",
    ):
        assert part in " ".join(found.split())
    assert "\x1b" not in found


def test_a_proposal_without_a_proof_or_a_statement_says_so() -> None:
    empty = replace(FITTED, text='{"Statement":[]}', proof=Proof(holds=None, why="effort"))

    found = FIT_FORMATS["text"](empty).decode()

    assert "could not be proved: effort" in found
    assert "detach it" in found


def test_a_proposal_that_no_managed_policy_can_hold_says_so() -> None:
    found = FIT_FORMATS["text"](replace(FITTED, after=6145)).decode()

    assert "longer than the 6,144 characters" in found
    assert "longer" not in FIT_FORMATS["text"](FITTED).decode()


def test_a_policy_for_a_file_is_the_policy_alone() -> None:
    assert json.loads(policy_text(POLICY)) == json.loads(POLICY)
