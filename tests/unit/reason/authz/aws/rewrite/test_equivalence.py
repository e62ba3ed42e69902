# SPDX-License-Identifier: Apache-2.0
from bartizan.reason.authz.aws.rewrite.equivalence import equivalent, no_wider
from tests.fakes.policy_text import parsed
from tests.fakes.statements import allow, deny

OBJECTS = "arn:aws:s3:::b/*"
ACCOUNT = {"AWS": "111111111111"}


def test_documents_that_say_the_same_in_other_words_are_equivalent() -> None:
    one = parsed(allow("s3:*", OBJECTS), deny("iam:*"))
    other = parsed(deny(["iam:*", "iam:PassRole"]), allow(["s3:*", "s3:GetObject"], OBJECTS))

    assert equivalent(one, other, type="identity").holds is True


def test_documents_that_allow_the_same_and_deny_otherwise_are_not_equivalent() -> None:
    one, other = parsed(allow("s3:GetObject"), deny("iam:*")), parsed(allow("s3:GetObject"))

    proof = equivalent(one, other, type="identity")

    assert proof.holds is False
    assert "iam:" in proof.why


def test_documents_that_name_callers_otherwise_are_not_equivalent() -> None:
    one = parsed(allow("s3:GetObject", OBJECTS, Principal=ACCOUNT))
    other = parsed(allow("s3:GetObject", OBJECTS, Principal={"AWS": "222222222222"}))

    assert equivalent(one, other, type="resource").holds is False


def test_a_document_that_counts_as_public_is_not_equivalent_to_one_that_does_not() -> None:
    one = parsed(allow("s3:GetObject", OBJECTS, Principal="*"))
    other = parsed(allow("s3:GetObject", OBJECTS, Principal=ACCOUNT))

    assert equivalent(one, other, type="resource").why.startswith("one counts as public")


def test_what_could_not_be_compared_is_no_proof() -> None:
    tag = "${aws:PrincipalTag/b}"
    one = parsed(allow("s3:*", Condition={"StringLike": {"aws:PrincipalTag/a": f"{tag}*{tag}"}}))
    other = parsed(allow("s3:*", Condition={"StringLike": {"aws:PrincipalTag/a": f"{tag}*"}}))

    proof = equivalent(one, other, type="identity")

    assert proof.holds is None
    assert proof.why


def test_a_policy_with_less_is_no_wider_and_one_with_more_is() -> None:
    less, more = parsed(allow("s3:GetObject")), parsed(allow("s3:Get*"))

    assert no_wider(less, more, type="identity").holds is True
    assert no_wider(more, less, type="identity").holds is False


def test_a_policy_that_denies_less_is_wider_beside_others() -> None:
    more, less = parsed(allow("s3:*"), deny("iam:*")), parsed(allow("s3:*"))

    assert no_wider(less, more, type="identity").holds is False
