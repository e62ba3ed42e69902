# SPDX-License-Identifier: Apache-2.0
"""A remedy is an edit of the code where the value is defined, of those bytes and no others."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.errors import FixError
from bartizan.model.remedy import Detach, DropStatement, ReleaseAddress, Remedy, RevokeRule
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import Action, Change, read
from bartizan.sources.terraform.source.module import Code
from tests.fakes.terraform_plan import Described, change, plan

ALL = "0.0.0.0/0"
RULE = {"from_port": 22, "to_port": 22, "protocol": "tcp"}
OPEN = RULE | {"cidr_blocks": [ALL]}
BOTH = RULE | {"cidr_blocks": ["192.0.2.0/24", ALL]}
SG = "aws_security_group.web"
GROUP = 'resource "aws_security_group" "web" {\n  name = "web"\n%s}\n'


def block(cidrs: str, port: int = 22) -> str:
    return (
        f"\n  ingress {{\n    from_port   = {port}\n    to_port     = {port}\n"
        f'    protocol    = "tcp"\n    cidr_blocks = {cidrs}\n  }}\n'
    )


def revoke(peer: str = ALL, direction: str = "in") -> Remedy:
    return Remedy(
        change=RevokeRule(
            owner="sg-1", rule="r", direction=direction, number=0, protocol=6, first=22, last=22,
            peer_kind="range", peer=peer,
        ),
        title="Revoke it",
        cost=1,
    )  # fmt: skip


def drop(policy: str, statement: int = 1) -> Remedy:
    return Remedy(change=DropStatement(policy=policy, statement=statement), title="Drop", cost=1)


def planned(root: Path, code: Mapping[str, str], *changes: Described) -> PlannedChange:
    for name, text in code.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    told = plan(*changes)
    return PlannedChange(plans=(read(told, "p"),), said={}, key=b"", code=Code.read(root))


def touched(*addresses: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("sg-1", "role", "eni-1", "policy"), addresses)


def lines(found: PlannedChange) -> tuple[list[str], list[str]]:
    """Return the lines that go and those that come, without space around them."""
    before: list[str] = []
    after: list[str] = []
    for one in found.edited:
        old, new = (text.decode().splitlines() for text in (one.before, one.after))
        before += [line.strip() for line in old if line not in new]
        after += [line.strip() for line in new if line not in old]
    return before, after


def revised(found: PlannedChange, address: str) -> Change:
    (one,) = (held for held in found.plans[0].changes if held.address == address)
    return one


def test_one_peer_of_several_is_taken_out_of_its_list(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % block(f'["192.0.2.0/24", "{ALL}"]')}
    held = planned(tmp_path, code, change(SG, after={"ingress": [BOTH]}))

    found = held.fixed(revoke(), touched(SG))

    assert lines(found) == (
        [f'cidr_blocks = ["192.0.2.0/24", "{ALL}"]'],
        ['cidr_blocks = ["192.0.2.0/24"]'],
    )
    after = revised(found, SG).after
    assert isinstance(after, dict)
    assert after["ingress"] == [RULE | {"cidr_blocks": ["192.0.2.0/24"]}]


def test_the_block_of_the_only_peer_goes_with_its_lines(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % (block('["192.0.2.0/24"]', 443) + block(f'["{ALL}"]'))}
    rules = [RULE | {"from_port": 443, "to_port": 443, "cidr_blocks": ["192.0.2.0/24"]}, OPEN]
    held = planned(tmp_path, code, change(SG, after={"ingress": rules}))

    found = held.fixed(revoke(), touched(SG))

    (file,) = found.edited
    assert file.after.decode() == GROUP % block('["192.0.2.0/24"]', 443)


def test_without_any_block_the_rules_that_were_there_stay(tmp_path: Path) -> None:
    """The provider takes no block for nothing to be said of them."""
    code = {"main.tf": GROUP % block(f'["{ALL}"]')}
    inside = RULE | {"cidr_blocks": ["10.0.0.0/8"]}
    one = change(SG, before={"ingress": [inside]}, after={"ingress": [OPEN]})

    after = revised(planned(tmp_path, code, one).fixed(revoke(), touched(SG)), SG).after

    assert isinstance(after, dict)
    assert after["ingress"] == [inside]


def test_a_value_is_edited_where_it_is_defined(tmp_path: Path) -> None:
    code = {
        "main.tf": GROUP % block("local.open"),
        "locals.tf": "locals {\n  open = var.ranges\n}\n",
        "variables.tf": 'variable "ranges" {\n  default = ["10.0.0.0/8"]\n}\n',
        "terraform.tfvars": f'ranges = [\n  "192.0.2.0/24",\n  "{ALL}",\n]\n',
    }
    held = planned(tmp_path, code, change(SG, after={"ingress": [BOTH]}))

    found = held.fixed(revoke(), touched(SG))

    (file,) = found.edited
    assert file.name.endswith("terraform.tfvars")
    assert file.after.decode() == 'ranges = [\n  "192.0.2.0/24",\n]\n'


def test_a_call_of_a_module_is_edited_for_the_objects_of_that_call_alone(tmp_path: Path) -> None:
    code = {
        "main.tf": (
            f'module "a" {{\n  source = "./m"\n  ranges = ["192.0.2.0/24", "{ALL}"]\n}}\n'
            'module "b" {\n  source = "./m"\n  ranges = ["192.0.2.0/24"]\n}\n'
        ),
        "m/main.tf": 'variable "ranges" {}\n' + GROUP % block("var.ranges"),
    }
    one, other = f"module.a.{SG}", f"module.b.{SG}"
    held = planned(
        tmp_path, code, change(one, after={"ingress": [BOTH]}),
        change(other, after={"ingress": [BOTH]}),
    )  # fmt: skip

    found = held.fixed(revoke(), touched(one))

    assert [file.name.rpartition("/")[2] for file in found.edited] == ["main.tf"]
    assert revised(found, one).after != revised(found, other).after


def test_all_objects_that_share_the_text_change_with_it(tmp_path: Path) -> None:
    text = GROUP % f'  count = 2\n{block(f"""["192.0.2.0/24", "{ALL}"]""")}'
    changes = [change(f"{SG}[{number}]", after={"ingress": [BOTH]}) for number in (0, 1)]
    held = planned(tmp_path, {"main.tf": text}, *changes)

    found = held.fixed(revoke(), touched(f"{SG}[0]"))

    assert revised(found, f"{SG}[0]").after == revised(found, f"{SG}[1]").after


APART = "aws_vpc_security_group_ingress_rule.ssh"
OTHER = "aws_security_group_rule.ssh"


def rule(kind: str, body: str) -> str:
    return f'resource "aws_vpc" "v" {{}}\n\nresource "{kind}" "ssh" {{\n{body}}}\n'


@pytest.mark.parametrize(
    ("address", "after", "body"),
    [
        (
            APART,
            {"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": ALL},
            f'  cidr_ipv4 = "{ALL}"\n',
        ),
        (OTHER, OPEN | {"type": "ingress"}, f'  cidr_blocks = ["{ALL}"]\n'),
    ],
    ids=["newer", "older"],
)
def test_a_rule_that_is_written_apart_goes_as_a_whole(
    tmp_path: Path, address: str, after: Described, body: str
) -> None:
    code = {"main.tf": rule(address.partition(".")[0], body)}
    held = planned(tmp_path, code, change(address, after=after))

    found = held.fixed(revoke(), touched(address))

    (file,) = found.edited
    assert file.after.decode() == 'resource "aws_vpc" "v" {}\n'
    assert address not in [one.address for one in found.plans[0].changes]


def test_a_rule_that_is_there_already_is_then_deleted(tmp_path: Path) -> None:
    code = {"main.tf": rule("aws_security_group_rule", f'  cidr_blocks = ["{ALL}"]\n')}
    after = OPEN | {"type": "ingress"}
    held = planned(tmp_path, code, change(OTHER, before=after, after=after))

    assert revised(held.fixed(revoke(), touched(OTHER)), OTHER).action is Action.DELETE


REFUSED: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "a value that is computed": (
        {"main.tf": GROUP % block(f'concat(["{ALL}"], [])')},
        {},
        "the text does not write it out",
    ),
    "a value that others use": (
        {
            "main.tf": GROUP % block("local.open")
            + f'locals {{\n  open = ["192.0.2.0/24", "{ALL}"]\n}}\n'
            + 'output "o" {\n  value = local.open[0]\n}\n'
        },
        {},
        "`local.open` is used 2 times",
    ),
    "a list of which nothing is left": (
        {"main.tf": GROUP % block("local.open") + f'locals {{\n  open = ["{ALL}"]\n}}\n'},
        {"ingress": [OPEN]},
        "nothing would be left of the list",
    ),
    "blocks that a loop makes": (
        {
            "main.tf": GROUP % '  dynamic "ingress" {\n    for_each = var.r\n    content {\n'
            "      cidr_blocks = ingress.value\n    }\n  }\n"
        },
        {},
        "the text does not write it out",
    ),
    "text that is no HCL": (
        {"main.tf": GROUP % block(f'["192.0.2.0/24", "{ALL}"]') + 'resource "x" {\n'},
        {},
        "the file would be no HCL",
    ),
    "a variable that nothing sets": (
        {"main.tf": GROUP % block("var.ranges")},
        {},
        "nothing in the text says what `var.ranges` is",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_does_not_say_it_is_not_edited(tmp_path: Path, name: str) -> None:
    code, after, reason = REFUSED[name]
    held = planned(tmp_path, code, change(SG, after={"ingress": [BOTH], **after}))

    with pytest.raises(FixError) as caught:
        held.fixed(revoke(), touched(SG))

    assert caught.value.message == reason
    assert caught.value.at is not None
    assert held.edited == ()


def test_what_is_not_this_changes_doing_is_not_edited(tmp_path: Path) -> None:
    held = planned(tmp_path, {"main.tf": GROUP % ""}, change(SG, after={}))

    with pytest.raises(FixError, match="not this change's doing"):
        held.fixed(revoke(), {})


def test_an_object_that_others_refer_to_is_not_taken_out(tmp_path: Path) -> None:
    code = {
        "main.tf": rule("aws_security_group_rule", f'  cidr_blocks = ["{ALL}"]\n'),
        "out.tf": 'output "o" {\n  value = "${aws_security_group_rule.ssh.id}"\n}\n',
    }
    held = planned(tmp_path, code, change(OTHER, after=OPEN | {"type": "ingress"}))

    with pytest.raises(FixError, match="is referred to"):
        held.fixed(revoke(), touched(OTHER))


STATEMENTS: list[dict[str, str]] = [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
]
POLICY = "aws_iam_role_policy.p"
JSONENCODE = """\
resource "aws_iam_role_policy" "p" {
  name = "p"
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "*" },
      { Effect = "Allow", Action = "*", Resource = "*" },
    ]
  })
}
"""
DOCUMENT = """\
resource "aws_iam_role_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.p.json
}

data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
"""


@pytest.mark.parametrize("text", [JSONENCODE, DOCUMENT], ids=["jsonencode", "document"])
def test_a_statement_is_taken_out_of_a_policy(tmp_path: Path, text: str) -> None:
    after = {"name": "p", "policy": json.dumps({"Version": "v", "Statement": STATEMENTS})}
    held = planned(tmp_path, {"main.tf": text}, change(POLICY, after=after))

    found = held.fixed(drop("arn:aws:iam::1:role/role#inline/p"), touched(POLICY))

    (file,) = found.edited
    assert b'"*", Resource' not in file.after
    assert b"s3:GetObject" in file.after
    assert file.after.count(b"statement") == text.count("statement") - (text == DOCUMENT)
    values = revised(found, POLICY).after
    assert isinstance(values, dict)
    assert json.loads(str(values["policy"]))["Statement"] == STATEMENTS[:1]


def test_the_policy_of_the_only_statement_goes_as_a_whole(tmp_path: Path) -> None:
    text = JSONENCODE.replace(
        '      { Effect = "Allow", Action = "s3:GetObject", Resource = "*" },\n', ""
    )
    after = {"name": "p", "policy": json.dumps({"Statement": STATEMENTS[1:]})}
    held = planned(tmp_path, {"main.tf": text}, change(POLICY, after=after))

    (file,) = held.fixed(drop("x/role#inline/p", 0), touched(POLICY)).edited

    assert file.after == b""


def test_a_policy_of_another_name_is_left_alone(tmp_path: Path) -> None:
    after = {"name": "p", "policy": json.dumps({"Statement": STATEMENTS})}
    held = planned(tmp_path, {"main.tf": JSONENCODE}, change(POLICY, after=after))

    with pytest.raises(FixError, match="another policy"):
        held.fixed(drop("x/role#inline/q"), touched(POLICY))


def test_an_attachment_goes_as_a_whole(tmp_path: Path) -> None:
    text = 'resource "aws_iam_role_policy_attachment" "a" {\n  role = "role"\n}\n'
    address = "aws_iam_role_policy_attachment.a"
    held = planned(tmp_path, {"main.tf": text}, change(address, after={"policy_arn": "arn:p"}))
    remedy = Remedy(change=Detach(policy="arn:p", target="role"), title="t", cost=1)

    (file,) = held.fixed(remedy, touched(address)).edited

    assert file.after == b""


def test_a_public_address_is_switched_off(tmp_path: Path) -> None:
    text = 'resource "aws_instance" "i" {\n  associate_public_ip_address = true\n}\n'
    held = planned(
        tmp_path, {"main.tf": text},
        change("aws_instance.i", after={"associate_public_ip_address": True}),
    )  # fmt: skip
    remedy = Remedy(
        change=ReleaseAddress(interface="eni-1", private="10.0.0.1", public="192.0.2.1"),
        title="t", cost=1,
    )  # fmt: skip

    found = held.fixed(remedy, touched("aws_instance.i"))

    assert lines(found)[1] == ["associate_public_ip_address = false"]


def test_edits_are_written_with_the_rights_that_the_file_had(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % block(f'["192.0.2.0/24", "{ALL}"]')}
    held = planned(tmp_path, code, change(SG, after={"ingress": [BOTH]}))
    (tmp_path / "main.tf").chmod(0o640)

    held.fixed(revoke(), touched(SG)).write()

    assert ALL not in (tmp_path / "main.tf").read_text()
    assert (tmp_path / "main.tf").stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["main.tf"]


def test_code_that_was_fetched_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / ".terraform/modules").mkdir(parents=True)
    listed = {"Modules": [{"Key": "m", "Dir": "cache"}]}
    (tmp_path / ".terraform/modules/modules.json").write_text(json.dumps(listed))
    code = {
        "main.tf": 'module "m" {\n  source = "x/y/z"\n}\n',
        "cache/main.tf": GROUP % block(f'["192.0.2.0/24", "{ALL}"]'),
    }
    address = f"module.m.{SG}"
    held = planned(tmp_path, code, change(address, after={"ingress": [BOTH]}))

    with pytest.raises(FixError, match="came from elsewhere"):
        held.fixed(revoke(), touched(address))
