# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import DisagreementError
from bartizan.model.rewrite import Elsewhere
from bartizan.reason.authz.aws.rewrite import trial as room
from bartizan.reason.authz.aws.rewrite.trial import trial
from tests.fakes.observed_use import HOME, ROLE, call
from tests.fakes.policy_text import parsed
from tests.fakes.statements import allow

OBJECT = "arn:aws:s3:::b/k"
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/k"
ALL, NONE = parsed(allow("*")), parsed(allow("iam:GetRole"))


def test_what_was_observed_and_allowed_must_stay_allowed() -> None:
    calls = (call("GetObject", resources=[OBJECT]),)

    assert trial(calls, ALL, parsed(allow("s3:*"))).decided == 2
    with pytest.raises(DisagreementError, match="`s3:GetObject` on"):
        trial(calls, ALL, NONE)


def test_what_only_a_condition_allowed_must_not_be_denied() -> None:
    tls = {"Bool": {"aws:SecureTransport": "true"}}
    old = parsed(allow("s3:*", Condition=tls))

    with pytest.raises(DisagreementError):
        trial((call("ListBuckets"),), old, NONE)


def test_what_the_old_policy_does_not_allow_comes_from_elsewhere() -> None:
    found = trial((call("Decrypt", source="kms", resources=[KEY]),), NONE, NONE)

    assert found.elsewhere == (Elsewhere(action="kms:Decrypt", resource=KEY, principal=ROLE),)


def test_a_key_is_taken_for_one_that_leaves_it_to_the_account() -> None:
    found = trial((call("Decrypt", source="kms", resources=[KEY]),), ALL, ALL)

    assert (found.decided, found.elsewhere) == (1, ())


@pytest.mark.parametrize(
    "unstated",
    [
        call("GetObject"),
        call("GetObject", resources=["arn:aws:ec2:eu-west-1:1:x"]),
        call("ListBuckets", by="arn:aws:iam::111111111111:root"),
        call("Decrypt", source="kms", resources=["arn:aws:kms:eu-west-1:222222222222:key/k"]),
    ],
    ids=["no resource", "another's resource", "root", "another account"],
)
def test_what_the_log_says_too_little_of_is_counted(unstated: object) -> None:
    found = trial((unstated,), ALL, NONE)  # type: ignore[arg-type] # pytest gives objects

    assert (found.decided, found.unstated) == (0, 1)


def test_no_more_requests_are_decided_than_is_reasonable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 1)

    assert trial((call("GetObject", resources=[OBJECT]),), ALL, ALL).decided == 1
