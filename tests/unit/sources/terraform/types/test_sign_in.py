# SPDX-License-Identifier: Apache-2.0
"""Keys, passwords, second factors, exclusive lists and grants in code become those of a scan."""

import json

import pytest

from bartizan.model.facts.identity import AccessKey, Principal
from bartizan.model.facts.policy import Attachment, KeyGrant
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import facts, laid, new, only, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
ALLOW: Json = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
HELD = (
    record("AWS::IAM::User", USER, UserName="ann", Arn=USER),
    record("AWS::KMS::Key", KEY, KeyId="k", Arn=KEY, KeyManager="CUSTOMER"),
)


def every(found: Laid) -> tuple[Record, ...]:
    """All records afterwards, of which those that were put are as the vendor's answers."""
    overlay = found.overlay
    assert not overlay.put or misfits(found) == []
    return tuple(row for kind in overlay.kinds() for row in overlay.of(kind))


@pytest.mark.parametrize(("status", "active"), [(None, True), ("Inactive", False)])
def test_a_key_signs_its_user_in_until_it_goes(status: str | None, *, active: bool) -> None:
    made = laid(new("aws_iam_access_key.k", user="ann", status=status), records=HELD)
    key = only(made, AccessKey)
    before = {"id": key.id, "user": "ann"}

    gone = laid(change("aws_iam_access_key.k", before=before), records=every(made))

    assert (key.principal, key.active) == (USER, active)
    assert key.id.startswith("AKIA")
    assert len(key.id) == len("AKIA") + 16
    assert facts(gone).rows(AccessKey) == ()


def test_the_secret_of_a_key_is_in_no_record() -> None:
    canary = "hunter2-canary-value"
    made = new("aws_iam_access_key.k", user="ann", secret=canary, ses_smtp_password_v4=canary)

    assert canary not in repr(laid(made, records=HELD))


@pytest.mark.parametrize(
    ("address", "after"),
    [
        ("aws_iam_user_login_profile.p", {"user": "bob"}),
        ("aws_iam_virtual_mfa_device.d", {"user_name": "bob", "arn": SERIAL}),
    ],
    ids=["password", "factor"],
)
def test_whose_sign_in_it_is_must_be_told(address: str, after: Described) -> None:
    attribute = next(iter(after))

    assert operations(laid(change(address, after=after), records=HELD)) == [
        f"{address}.{attribute}"
    ]


def test_a_password_and_a_factor_are_their_users_until_they_go() -> None:
    password, factor = "aws_iam_user_login_profile.p", "aws_iam_virtual_mfa_device.d"
    device = {"user_name": "ann", "arn": SERIAL}
    made = laid(
        change(password, after={"user": "ann"}), change(factor, after=device), records=HELD
    )
    records = every(made)

    less = laid(change(password, before={"user": "ann"}), records=records)
    open_ = laid(change(factor, before=device), records=records)

    assert only(made, Principal, type="user").console
    assert only(made, Principal, type="user").mfa
    assert not only(less, Principal, type="user").console
    assert not only(open_, Principal, type="user").mfa


def test_a_new_device_is_nobodys() -> None:
    made = laid(
        new("aws_iam_virtual_mfa_device.d", "user_name", virtual_mfa_device_name="phone"),
        records=HELD,
    )

    assert made.gaps == ()
    assert not only(made, Principal, type="user").mfa


def role(*inline: str, attached: tuple[str, ...] = ()) -> Record:
    return record(
        "AWS::IAM::Role", ROLE, RoleName="r", Arn=ROLE, Path="/",
        RolePolicyList=[{"PolicyName": one, "PolicyDocument": ALLOW} for one in inline],
        AttachedManagedPolicies=[
            {"PolicyName": one.rpartition("/")[2], "PolicyArn": one} for one in attached
        ],
    )  # fmt: skip


def identity(found: Laid) -> set[str]:
    every(found)
    return {row.policy for row in facts(found).rows(Attachment) if row.use == "identity"}


def test_a_list_that_is_exclusive_leaves_no_other_policy() -> None:
    own, other = (f"arn:aws:iam::{ACCOUNT}:policy/{one}" for one in ("own", "other"))
    held = role("kept", "lost", attached=(other,))
    named = {"role_name": "r"}
    attached = change(
        "aws_iam_role_policy_attachments_exclusive.e", after=named | {"policy_arns": [own]}
    )
    inline = change("aws_iam_role_policies_exclusive.e", after=named | {"policy_names": ["kept"]})
    beside = change("aws_iam_role_policy_attachment.z", after={"role": "r", "policy_arn": own})

    found = laid(attached, inline, beside, records=(held,))

    assert identity(found) == {own, f"{ROLE}#inline/kept"}
    let_go = change("aws_iam_role_policies_exclusive.e", before=named | {"policy_names": ["kept"]})
    assert identity(laid(let_go, records=(held,))) == identity(laid(records=(held,)))


def test_a_list_that_is_not_known_yet_takes_nothing_away() -> None:
    other = f"arn:aws:iam::{ACCOUNT}:policy/other"
    held = role("kept", attached=(other,))
    attached = change(
        "aws_iam_role_policy_attachments_exclusive.e",
        after={"role_name": "r", "policy_arns": []},
        unknown={"policy_arns": [True]},
    )
    inline = change(
        "aws_iam_role_policies_exclusive.e",
        after={"role_name": "r"},
        unknown={"policy_names": True},
    )

    found = laid(attached, inline, records=(held,))

    # What is not known yet stands there by its place in the code, and is a policy nobody read.
    place = "aws_iam_role_policy_attachments_exclusive.e.policy_arns[0]"
    assert identity(found) == {other, place, f"{ROLE}#inline/kept"}
    assert operations(found) == [
        "aws_iam_role_policies_exclusive.e.policy_names",
        place,
    ]


GRANT: Described = {
    "key_id": "k",
    "grantee_principal": ROLE,
    "operations": ["Encrypt", "Decrypt"],
    "constraints": [{"encryption_context_equals": {"app": "shop"}}],
}


def test_a_grant_lasts_until_it_goes() -> None:
    made = laid(new("aws_kms_grant.g", "grant_id", **GRANT), records=HELD)
    grant = only(made, KeyGrant)

    gone = laid(
        change("aws_kms_grant.g", before=GRANT | {"grant_id": grant.id}), records=every(made)
    )

    assert (grant.key, grant.grantee, grant.retiring) == (KEY, ROLE, "")
    assert grant.operations == ("Decrypt", "Encrypt")
    assert grant.encryption_context_equals == ("app=shop",)
    assert facts(gone).rows(KeyGrant) == ()


def test_a_grant_of_a_new_key_goes_with_it() -> None:
    key = new("aws_kms_key.n", "key_id", policy=json.dumps(ALLOW))
    grant = new("aws_kms_grant.g", "grant_id", **(GRANT | {"key_id": KEY}))
    records = every(laid(grant, records=HELD))

    gone = laid(change("aws_kms_key.n", before={"arn": KEY, "key_id": "k"}), records=records)
    other = laid(grant, key, records=HELD)

    assert facts(gone).rows(KeyGrant) == ()
    assert only(other, KeyGrant).key == KEY


def test_whom_a_grant_is_for_is_never_guessed() -> None:
    unknown = change(
        "aws_kms_grant.g",
        after={"key_id": KEY, "operations": []},
        unknown={"grantee_principal": True, "operations": [True]},
    )
    context = change(
        "aws_kms_grant.g",
        after=GRANT,
        unknown={"constraints": [{"encryption_context_equals": {"app": True}}]},
    )
    nowhere = change("aws_kms_grant.g", after=GRANT)

    assert operations(laid(unknown, records=HELD)) == ["aws_kms_grant.g.grantee_principal"]
    assert operations(laid(context, records=HELD)) == [
        "aws_kms_grant.g.constraints[0].encryption_context_equals.app"
    ]
    assert operations(laid(nowhere, records=())) == ["aws_kms_grant.g.key_id"]
