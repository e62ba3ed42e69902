# SPDX-License-Identifier: Apache-2.0
"""What becomes of records under each mechanic of a plan."""

import json
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Overlay, Record, RecordList
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.aws_records import record
from tests.fakes.terraform_plan import ACCOUNT, change, plan

KEY = b"0" * 32
ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ARN = f"arn:aws:iam::{ACCOUNT}:role/r"
ROLE: dict[str, Any] = {"name": "r", "path": "/", "arn": ARN, "unique_id": "AROAOLD", "id": "r"}
INLINE = {"name": "all", "role": "r", "policy": ALL}


def held(**more: Json) -> Record:
    return record(
        "AWS::IAM::Role",
        ARN,
        RoleName="r",
        RoleId="AROAOLD",
        Path="/",
        Arn=ARN,
        AssumeRolePolicyDocument=json.loads(TRUST),
        **more,
    )


def laid(
    *changes: dict[str, Any], records: tuple[Record, ...] = (), account: str = ACCOUNT
) -> Laid:
    return lay([read(plan(*changes, account=account), "p")], RecordList(records), said={}, key=KEY)


def facts(overlay: Overlay) -> Facts:
    return AwsNormaliser()(overlay)


def roles(found: Laid) -> dict[str, str]:
    """Return the unique id of each role."""
    rows = facts(found.overlay).rows(Principal)
    return {row.arn: row.unique_id for row in rows if row.type == "role"}


def test_a_new_role_is_where_its_name_says() -> None:
    new = {"name": "r", "path": "/", "assume_role_policy": TRUST}

    found = laid(change("aws_iam_role.r", after=new, unknown={"arn": True, "unique_id": True}))

    assert list(roles(found)) == [ARN]
    assert found.gaps == ()


def test_a_role_that_goes_is_gone() -> None:
    assert roles(laid(change("aws_iam_role.r", before=ROLE), records=(held(),))) == {}


def test_a_role_that_is_forgotten_stays() -> None:
    one = change("aws_iam_role.r", before=ROLE, actions=("forget",))

    assert ARN in roles(laid(one, records=(held(),)))


def test_a_moved_or_imported_role_is_the_same_role() -> None:
    moved = change(
        "aws_iam_role.new", before=ROLE, after=ROLE, actions=("no-op",),
        previous_address="aws_iam_role.old", importing={"id": "r"},
    )  # fmt: skip

    found = laid(moved, records=(held(),))

    assert roles(found) == {ARN: "AROAOLD"}
    assert found.overlay.put == {}


def test_a_replaced_role_has_another_unique_id() -> None:
    after = {"name": "r", "path": "/", "assume_role_policy": TRUST}
    one = change(
        "aws_iam_role.r", before=ROLE, after=after, unknown={"arn": True, "unique_id": True},
        actions=("delete", "create"),
    )  # fmt: skip

    (unique,) = roles(laid(one, records=(held(),))).values()

    assert unique not in {"", "AROAOLD"}


def test_a_policy_that_moves_from_one_part_of_the_code_to_another_is_there_afterwards() -> None:
    kept = held(RolePolicyList=[{"PolicyName": "all", "PolicyDocument": json.loads(ALL)}])
    gone = change("aws_iam_role_policy.a", before=INLINE)
    come = change("aws_iam_role_policy.b", after=INLINE)

    rows = facts(laid(come, gone, records=(kept,)).overlay).rows(Policy)

    assert f"{ARN}#inline/all" in {row.id for row in rows}


def _plans(*changes: dict[str, Any]) -> Laid:
    """Lay changes, each in a plan of its own."""
    plans = [read(plan(one), f"p{number}") for number, one in enumerate(changes)]
    return lay(plans, RecordList((held(),)), said={}, key=KEY)


NARROW = ALL.replace('"*"', '"s3:GetObject"', 1)


@pytest.mark.parametrize("turned", [False, True])
def test_what_two_plans_say_otherwise_of_one_thing_is_not_known(*, turned: bool) -> None:
    wide = change("aws_iam_role_policy.a", after=INLINE)
    narrow = change("aws_iam_role_policy.b", after=INLINE | {"policy": NARROW})

    found = _plans(*((narrow, wide) if turned else (wide, narrow)))

    (row,) = found.gaps
    assert row.resource == ("aws_iam_role_policy.b" if turned else "aws_iam_role_policy.a")
    assert "plans say otherwise of it" in row.reason
    assert "p0 (" in row.reason
    assert "p1 (" in row.reason


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("actions", [("update",), ("delete", "create")])
def test_whether_what_one_plan_deletes_and_another_changes_is_there_is_not_known(
    *, turned: bool, actions: tuple[str, ...]
) -> None:
    gone = change("aws_iam_role.old", before=ROLE)
    after = ROLE | {"max_session_duration": 7200}
    changed = change("aws_iam_role.new", before=ROLE, after=after, actions=actions)

    found = _plans(*((changed, gone) if turned else (gone, changed)))

    (row,) = found.gaps
    assert row.resource == "aws_iam_role.new"
    assert f"p{int(turned)} (aws_iam_role.old)" in row.reason
    assert f"p{int(not turned)} (aws_iam_role.new)" in row.reason


def test_parts_too_may_be_deleted_by_one_plan_and_changed_by_another() -> None:
    held = INLINE | {"id": "r:all"}
    gone = change("aws_iam_role_policy.old", before=held)
    changed = change("aws_iam_role_policy.new", before=held, after=held | {"policy": NARROW})

    (row,) = _plans(gone, changed).gaps

    assert "one plan changes what another one deletes" in row.reason


def test_what_one_plan_deletes_and_another_makes_or_leaves_as_it_is_is_known() -> None:
    gone = change("aws_iam_role.old", before=ROLE)
    made = change("aws_iam_role.new", after=ROLE | {"assume_role_policy": TRUST})
    same = change("aws_iam_role.new", before=ROLE, after=ROLE, actions=("no-op",))
    other = {"name": "s", "arn": f"{ARN[:-1]}s", "id": "s"}
    changed = change("aws_iam_role.s", before=other, after=other | {"path": "/"})

    for one in (made, same, changed):
        assert not [row for row in _plans(gone, one).gaps if "deletes" in row.reason]
    # Of parts that nothing names by an id it is not told that they are the same.
    away = change("aws_iam_role_policy.a", before=INLINE)
    part = change("aws_iam_role_policy.b", before=INLINE | {"name": "other"},
                  after=INLINE | {"name": "other", "policy": NARROW})  # fmt: skip
    assert not [row for row in _plans(away, part).gaps if "deletes" in row.reason]


def test_what_two_plans_say_of_parts_of_one_thing_is_known() -> None:
    one = change("aws_iam_role_policy.a", after=INLINE)
    same = change("aws_iam_role_policy.b", after=INLINE)
    other = change("aws_iam_role_policy.c", after=INLINE | {"name": "other", "policy": NARROW})

    assert _plans(one, other).gaps == ()
    assert _plans(one, same).gaps == ()
    rows = facts(_plans(one, other).overlay).rows(Policy)
    names = {row.name for row in rows if "#inline" in row.id}
    assert names == {"all", "other"}


def test_a_renamed_policy_leaves_no_twin() -> None:
    kept = held(RolePolicyList=[{"PolicyName": "all", "PolicyDocument": json.loads(ALL)}])
    one = change("aws_iam_role_policy.a", before=INLINE, after=INLINE | {"name": "other"})

    rows = facts(laid(one, records=(kept,)).overlay).rows(Policy)

    assert {row.name for row in rows if "#inline" in row.id} == {"other"}


def test_a_policy_that_nobody_can_read_yet_is_no_empty_policy() -> None:
    one = change(
        "aws_iam_role_policy.a", after={"name": "all", "role": "r"}, unknown={"policy": True}
    )

    found = laid(one, records=(held(),))
    rows = {row.id: row.document for row in facts(found.overlay).rows(Policy)}

    assert rows[f"{ARN}#inline/all"] is None
    assert [row.operation for row in found.gaps] == ["aws_iam_role_policy.a.policy"]
    assert "aws_iam_role_policy.a" in {
        row.resource for row in facts(found.overlay).rows(Unread) if row.code == "not-known"
    }


def test_a_policy_of_nobody_known_is_told_by_its_attribute() -> None:
    one = change(
        "aws_iam_role_policy.a", after={"name": "all", "policy": ALL}, unknown={"role": True}
    )

    (gap,) = laid(one, records=(held(),)).gaps

    assert gap.operation == "aws_iam_role_policy.a.role"


def test_an_object_of_an_account_that_nothing_tells_is_not_guessed() -> None:
    new = {"name": "r", "assume_role_policy": TRUST}

    found = laid(change("aws_iam_role.r", after=new), account="")

    assert roles(found) == {}
    assert "--account" in found.gaps[0].reason


def test_what_goes_is_where_its_arn_says_where_nothing_tells_its_provider() -> None:
    """Of several configurations of a provider, a plan does not say which one made what goes."""
    other = f"arn:aws:iam::222222222222:role/{ROLE['name']}"
    gone = [
        change("aws_iam_role.r", before=ROLE),
        change("aws_iam_role.s", before={**ROLE, "arn": other}),
    ]
    document = json.loads(plan(*gone, account=""))
    providers = document["configuration"]["provider_config"]
    providers["aws.prod"] = {**providers["aws"], "alias": "prod"}

    found = lay(
        [read(json.dumps(document).encode(), "p")], RecordList((held(),)), said={}, key=KEY
    )

    assert found.gaps == ()
    assert roles(found) == {}


def test_an_exclusive_attachment_takes_the_policy_from_others() -> None:
    policy = f"arn:aws:iam::{ACCOUNT}:policy/p"
    kept = held(AttachedManagedPolicies=[{"PolicyName": "p", "PolicyArn": policy}])
    other = record(
        "AWS::IAM::Role", ARN + "2", RoleName="r2", RoleId="AROA2", Path="/", Arn=ARN + "2",
        AssumeRolePolicyDocument={},
    )  # fmt: skip
    one = change(
        "aws_iam_policy_attachment.a",
        after={"name": "a", "roles": ["r2"], "policy_arn": policy},
    )

    rows = facts(laid(one, records=(kept, other)).overlay).rows(Attachment)

    assert {row.target for row in rows if row.policy == policy} == {ARN + "2"}


def test_members_of_groups_come_and_go() -> None:
    user = record(
        "AWS::IAM::User", f"arn:aws:iam::{ACCOUNT}:user/u", UserName="u", GroupList=["old"]
    )
    changes = [
        change("aws_iam_user_group_membership.a", before={"user": "u", "groups": ["old"]}),
        change("aws_iam_group_membership.b", after={"group": "new", "users": ["u"]}),
    ]

    put = laid(*changes, records=(user,)).overlay.put

    assert [one.body["GroupList"] for one in put.values()] == [["new"]]


def test_a_value_that_the_code_calls_sensitive_is_in_no_record() -> None:
    canary = "hunter2-canary"
    one = change(
        "aws_iam_role_policy.a",
        after=INLINE | {"policy": canary},
        sensitive={"policy": True},
    )

    found = laid(one, records=(held(),))

    assert canary not in repr(found)
    assert [row.reason for row in found.gaps] == ["p: the code calls it sensitive"]


def test_types_that_are_not_understood_are_counted() -> None:
    found = laid(change("aws_unheard_of.x", after={}), change("aws_unheard_of.y", after={}))

    assert found.others == {"aws_unheard_of": 2}


def test_types_that_lead_nowhere_are_not_counted() -> None:
    found = laid(change("aws_cloudwatch_log_group.x", after={}), change("random_id.y", after={}))

    assert found.others == {}


def test_a_managed_policy_with_a_new_document_is_in_force() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/p"
    before = {"name": "p", "path": "/", "arn": arn, "policy": TRUST}
    one = change("aws_iam_policy.p", before=before, after=before | {"policy": ALL})

    (row,) = facts(laid(one).overlay).rows(Policy)

    assert row.document is not None
    assert json.loads(row.document) == json.loads(ALL)


def test_profiles_and_providers_of_identity_become_records() -> None:
    changes = [
        change("aws_iam_instance_profile.p", after={"name": "p", "path": "/", "role": "r"}),
        change("aws_iam_openid_connect_provider.o", after={"url": "https://ci.example"}),
        change("aws_iam_saml_provider.s", after={"name": "s"}),
    ]

    put = laid(*changes, records=(held(),)).overlay.put

    assert sorted(key.id.rpartition(":")[2] for key in put) == [
        "instance-profile/p",
        "oidc-provider/ci.example",
        "oidc-provider/ci.example",
        "saml-provider/s",
    ]
    assert (
        laid(
            *[change(one["address"], before={"arn": "a", "id": "a"}) for one in changes]
        ).overlay.put
        == {}
    )
