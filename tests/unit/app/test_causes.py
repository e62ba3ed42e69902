# SPDX-License-Identifier: Apache-2.0
"""What opens a path is named among what else a change does: what denied it and goes, too."""

from typing import Any

import pytest

from tests.fakes.gate_case import CASES, judged

VENDOR = CASES["boundary-removed"]["base"]
GUARDED = CASES["guardrail-detached"]["base"]
VERSION = "2012-10-17"
ALL = {"Version": VERSION, "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
NOTHING = {"Version": VERSION, "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
UNIT = "ou-1"
ORGANIZATION = "arn:aws:organizations::000000000000"
BESIDE: dict[str, Any] = {
    f"aws_iam_role.{name}": {
        "name": name,
        "arn": f"arn:aws:iam::111111111111:role/{name}",
        "assume_role_policy": {
            "Version": VERSION,
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                }
            ],
        },
    }
    for name in ("a", "b", "c", "d", "e", "f")
}
"""What a change does beside, and opens nothing."""


def told(base: dict[str, Any], change: dict[str, Any], *, member: bool = False) -> set[str]:
    """Return what opens the paths of a change that does other things, too."""
    found = judged(base, {**change, **BESIDE}, member=member)

    assert found.counted
    return {address for path in found.counted for address in found.causes[path.id]}


def role(*, boundary: str = "") -> dict[str, Any]:
    held = dict(VENDOR["aws_iam_role.vendor"])
    held.pop("permissions_boundary")
    return {**held, "permissions_boundary": boundary} if boundary else held


def policy(name: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        f"aws_iam_policy.{name}": {
            "name": name,
            "arn": f"arn:aws:iam::111111111111:policy/{name}",
            "policy": document,
        }
    }


def test_the_boundary_that_lets_more_through_is_named() -> None:
    assert told(VENDOR, policy("metrics", ALL)) == {"aws_iam_policy.metrics"}


def test_whose_boundary_goes_is_named() -> None:
    assert told(VENDOR, {"aws_iam_role.vendor": role()}) == {"aws_iam_role.vendor"}


FREE: dict[str, Any] = {
    "aws_iam_role.vendor": role(),
    "aws_iam_role_policy.vendor": VENDOR["aws_iam_role_policy.vendor"],
}
"""An administrator whom an outsider may act as."""


def test_the_policy_that_denies_no_longer_is_named() -> None:
    arn = "arn:aws:iam::111111111111:policy/no"
    attached = {"aws_iam_role_policy_attachment.no": {"role": "vendor", "policy_arn": arn}}
    base = {**FREE, **policy("no", NOTHING), **attached}
    little = {
        "Version": VERSION,
        "Statement": [{"Effect": "Deny", "Action": "polly:*", "Resource": "*"}],
    }

    assert told(base, policy("no", little)) == {"aws_iam_policy.no"}
    gone = told(base, {"aws_iam_role_policy_attachment.no": None})
    assert gone == {"aws_iam_role_policy_attachment.no"}
    inline = {"aws_iam_role_policy.no": {"name": "no", "role": "vendor", "policy": NOTHING}}
    assert told({**FREE, **inline}, {"aws_iam_role_policy.no": None}) == {"aws_iam_role_policy.no"}


def unit(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - arguments
    """An account in a unit, with an administrator whom an outsider may act as."""
    arn = f"{ORGANIZATION}:ou/o-1/{UNIT}"
    account = {
        "id": "111111111111",
        "arn": f"{ORGANIZATION}:account/o-1/111111111111",
        "name": "own",
        "email": "own@example.com",
        "parent_id": UNIT,
        "status": "ACTIVE",
    }
    return {
        **FREE,
        "aws_organizations_organizational_unit.u": {
            "id": UNIT, "arn": arn, "name": "u", "parent_id": "r-1"
        },
        "aws_organizations_account.own": account,
        **more,
    }  # fmt: skip


def scp(name: str, content: dict[str, Any], *, kind: str = "SERVICE") -> dict[str, Any]:
    id_ = f"p-{name}"
    use = f"{kind}_CONTROL_POLICY"
    arn = f"{ORGANIZATION}:policy/o-1/{use.lower()}/{id_}"
    held = {"name": name, "id": id_, "arn": arn, "type": use, "content": content}
    return {f"aws_organizations_policy.{name}": held}


def attached(name: str, target: str) -> dict[str, Any]:
    held = {"policy_id": f"p-{name}", "target_id": target}
    return {f"aws_organizations_policy_attachment.{name}_{target}": held}


def test_the_guardrail_that_leaves_a_unit_is_named_and_no_other() -> None:
    everything = attached("FullAWSAccess", UNIT) | attached("FullAWSAccess", "111111111111")
    guarded = scp("no", NOTHING) | attached("no", UNIT)
    base = unit(**everything, **guarded)
    gone = f"aws_organizations_policy_attachment.no_{UNIT}"
    # Another one comes to the same unit, and denies little.
    little = {
        "Version": VERSION,
        "Statement": [{"Effect": "Deny", "Action": "polly:*", "Resource": "*"}],
    }

    change = {gone: None, **scp("little", little), **attached("little", UNIT)}

    assert told(base, change, member=True) == {gone}


def test_the_guardrail_that_allows_what_none_did_is_named() -> None:
    everything = attached("FullAWSAccess", UNIT)
    change = attached("FullAWSAccess", "111111111111")

    assert told(unit(**everything), change, member=True) == set(change)


@pytest.mark.parametrize("place", ["bucket", "account"])
def test_what_kept_a_bucket_closed_is_named(place: str) -> None:
    document = {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Principal": "*",
                "Resource": "arn:aws:s3:::site/*",
            }
        ],
    }
    switches = ("block_public_acls", "ignore_public_acls", "block_public_policy")
    closed = {**dict.fromkeys(switches, True), "restrict_public_buckets": True}
    where = {"bucket": "site"} if place == "bucket" else {"account_id": "111111111111"}
    type_ = "aws_s3_bucket" if place == "bucket" else "aws_s3_account"
    block = f"{type_}_public_access_block.site"
    base = {
        "aws_s3_bucket.site": {"bucket": "site", "id": "site", "arn": "arn:aws:s3:::site"},
        "aws_s3_bucket_policy.site": {"bucket": "site", "policy": document},
        "aws_s3_bucket_public_access_block.site": {
            "bucket": "site", **dict.fromkeys(closed, False)
        },
        block: {**where, **closed},
    }  # fmt: skip

    opened = {block: {**where, **closed, "restrict_public_buckets": False}}

    assert told(base, opened) == {block}
