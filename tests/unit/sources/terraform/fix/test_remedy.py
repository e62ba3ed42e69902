# SPDX-License-Identifier: Apache-2.0
"""Which of the objects that a change touches is the one that a remedy undoes."""

from pathlib import Path

import pytest

from bartizan.errors import FixError
from bartizan.model.remedy import Detach, ReleaseAddress, Remedy
from tests.fakes.terraform_plan import Described, change
from tests.unit.sources.terraform.fix.test_fix import (
    ALL,
    OPEN,
    planned,
    revised,
    revoke,
    touched,
)

POLICY = "arn:aws:iam::1:policy/p"
DETACH = Remedy(change=Detach(policy=POLICY, target="role"), title="t", cost=1)
RELEASE = Remedy(
    change=ReleaseAddress(interface="eni-1", private="10.0.0.1", public="192.0.2.1"),
    title="t", cost=1,
)  # fmt: skip
PUBLIC = "associate_public_ip_address"


def resource(address: str, body: str = "") -> str:
    kind, name = address.split(".")
    return f'resource "{kind}" "{name}" {{\n{body}}}\n'


def test_of_several_attachments_that_of_the_policy_goes(tmp_path: Path) -> None:
    names = {"aws_iam_role_policy_attachment.p": POLICY, "aws_iam_role_policy_attachment.q": "q"}
    told = [change(it, after={"role": "role", "policy_arn": arn}) for it, arn in names.items()]
    held = planned(tmp_path, {"main.tf": "".join(map(resource, names))}, *told)

    found = held.fixed(DETACH, touched(*names))

    assert [one.address for one in found.plans[0].changes] == ["aws_iam_role_policy_attachment.q"]
    (file,) = found.edited
    assert file.after.decode() == resource("aws_iam_role_policy_attachment.q")


def test_an_attachment_of_another_policy_stays(tmp_path: Path) -> None:
    address = "aws_iam_role_policy_attachment.q"
    told = change(address, after={"role": "role", "policy_arn": "q"})
    held = planned(tmp_path, {"main.tf": resource(address)}, told)

    with pytest.raises(FixError, match="attaches something else"):
        held.fixed(DETACH, touched(address))


def test_where_several_objects_do_it_none_is_chosen(tmp_path: Path) -> None:
    names = ("aws_security_group_rule.a", "aws_security_group_rule.b")
    body = f'  cidr_blocks = ["{ALL}"]\n'
    held = planned(
        tmp_path, {"main.tf": "".join(resource(one, body) for one in names)},
        *(change(one, after=OPEN | {"type": "ingress"}) for one in names),
    )  # fmt: skip

    with pytest.raises(FixError, match="several objects do it"):
        held.fixed(revoke(), touched(*names))


def instance(*, value: object = True) -> Described:
    return change("aws_instance.i", after={PUBLIC: value})


def test_an_instance_has_no_public_address_in_the_plan_either(tmp_path: Path) -> None:
    text = resource("aws_instance.i", f"  {PUBLIC} = true\n")

    found = planned(tmp_path, {"main.tf": text}, instance()).fixed(
        RELEASE, touched("aws_instance.i")
    )

    assert revised(found, "aws_instance.i").after == {PUBLIC: False}


@pytest.mark.parametrize(
    ("value", "body", "reason"),
    [
        (True, f"  {PUBLIC} = tobool(true)\n", "the text does not write it out"),
        (True, "", "the text leaves it to the subnet"),
        (False, f"  {PUBLIC} = true\n", "it gives no public address"),
        (None, f"  {PUBLIC} = true\n", "it gives no public address"),
    ],
)
def test_an_address_that_the_text_does_not_give_is_not_taken_away(
    tmp_path: Path, value: object, body: str, reason: str
) -> None:
    held = planned(tmp_path, {"main.tf": resource("aws_instance.i", body)}, instance(value=value))

    with pytest.raises(FixError, match=reason):
        held.fixed(RELEASE, touched("aws_instance.i"))


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ({"roles": ["role"]}, ""),
        ({"roles": ["role", "other"]}, "attaches it to others as well"),
        ({"roles": ["role"], "users": ["u"]}, "attaches it to others as well"),
    ],
)
def test_an_attachment_of_many_is_not_taken_from_the_others(
    tmp_path: Path, held: Described, reason: str
) -> None:
    address = "aws_iam_policy_attachment.a"
    told = change(address, after={"name": "a", "policy_arn": POLICY, **held})
    change_ = planned(tmp_path, {"main.tf": resource(address)}, told)

    if reason:
        with pytest.raises(FixError, match=reason):
            change_.fixed(DETACH, touched(address))
    else:
        assert change_.fixed(DETACH, touched(address)).plans[0].changes == ()
