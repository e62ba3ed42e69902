# SPDX-License-Identifier: Apache-2.0
"""Which objects share the text that a fix edits, and what becomes of them."""

from pathlib import Path

import pytest

from bartizan.errors import FixError
from bartizan.sources.terraform.plan import Action
from tests.fakes.terraform_plan import Described, change
from tests.unit.sources.terraform.fix.test_fix import (
    ALL,
    BOTH,
    GROUP,
    OPEN,
    OTHER,
    RULE,
    SG,
    block,
    planned,
    revised,
    revoke,
    rule,
    touched,
)

TWO = f'["192.0.2.0/24", "{ALL}"]'
ONE = '["192.0.2.0/24"]'
LEFT = [RULE | {"cidr_blocks": ["192.0.2.0/24"]}]
APART = OPEN | {"type": "ingress"}
RULES = rule("aws_security_group_rule", f'  cidr_blocks = ["{ALL}"]\n')


def call(name: str, source: str = "m") -> str:
    return f'module "{name}" {{\n  source = "./{source}"\n  ranges = {TWO}\n}}\n'


def there(address: str) -> Described:
    told = {"ingress": [BOTH]}
    return change(address, before=told, after=told, actions=("no-op",))


@pytest.mark.parametrize("files", [("a.tf", "a.tf"), ("a.tf", "b.tf")], ids=["one", "two"])
def test_a_value_of_one_call_is_edited_and_an_equal_one_of_another_stays(
    tmp_path: Path, files: tuple[str, str]
) -> None:
    code = {"m/main.tf": 'variable "ranges" {}\n' + GROUP % block("var.ranges")}
    for place, name in zip(files, "ab", strict=True):
        code[place] = code.get(place, "") + call(name)
    one, other = f"module.a.{SG}", f"module.b.{SG}"
    held = planned(tmp_path, code, *(change(it, after={"ingress": [BOTH]}) for it in (one, other)))

    found = held.fixed(revoke(), touched(one))

    (file,) = found.edited
    assert file.after.decode() == code["a.tf"].replace(TWO, ONE, 1)
    assert revised(found, one).after == {"ingress": LEFT}
    assert revised(found, other).after == {"ingress": [BOTH]}


def test_an_object_that_was_there_is_updated_and_a_new_one_is_created_otherwise(
    tmp_path: Path,
) -> None:
    text = GROUP % f"  count = 2\n{block(TWO)}"
    new = change(f"{SG}[1]", after={"ingress": [BOTH]})
    held = planned(tmp_path, {"main.tf": text}, there(f"{SG}[0]"), new)

    found = held.fixed(revoke(), touched(f"{SG}[1]"))

    told = [(one.action, one.after) for one in found.plans[0].changes]
    assert told == [(Action.UPDATE, {"ingress": LEFT}), (Action.CREATE, {"ingress": LEFT})]


def test_a_block_of_a_module_that_is_called_twice_is_not_taken_out(tmp_path: Path) -> None:
    code = {"main.tf": call("a") + call("b"), "m/main.tf": RULES}
    addresses = [f"module.{name}.{OTHER}" for name in "ab"]
    held = planned(tmp_path, code, *(change(one, after=APART) for one in addresses))

    with pytest.raises(FixError, match="makes several objects"):
        held.fixed(revoke(), touched(addresses[0]))


def test_a_block_of_another_module_that_looks_the_same_stays(tmp_path: Path) -> None:
    code = {"main.tf": call("a") + call("b", "n"), "m/main.tf": RULES, "n/main.tf": RULES}
    addresses = [f"module.{name}.{OTHER}" for name in "ab"]
    held = planned(tmp_path, code, *(change(one, after=APART) for one in addresses))

    found = held.fixed(revoke(), touched(addresses[0]))

    assert [file.name.rpartition("/m/")[2] for file in found.edited] == ["main.tf"]
    assert [one.address for one in found.plans[0].changes] == addresses[1:]


@pytest.mark.parametrize(("meta", "index"), [("count = 1", "0"), ("for_each = var.e", '"x"')])
def test_a_block_that_may_make_several_objects_is_not_taken_out(
    tmp_path: Path, meta: str, index: str
) -> None:
    text = rule("aws_security_group_rule", f'  {meta}\n  cidr_blocks = ["{ALL}"]\n')
    address = f"{OTHER}[{index}]"
    held = planned(tmp_path, {"main.tf": text}, change(address, after=APART))

    with pytest.raises(FixError, match="makes several objects"):
        held.fixed(revoke(), touched(address))


def test_a_block_in_two_pieces_is_not_edited(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % block(TWO), "web_override.tf": GROUP % block(TWO)}
    held = planned(tmp_path, code, change(SG, after={"ingress": [BOTH]}))

    with pytest.raises(FixError, match="its text is not at hand"):
        held.fixed(revoke(), touched(SG))


def test_fixes_one_after_the_other_edit_all_their_files(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % block(TWO), "rule.tf": RULES}
    held = planned(
        tmp_path, code, change(SG, after={"ingress": [BOTH]}), change(OTHER, after=APART)
    )

    found = held.fixed(revoke(), touched(SG)).fixed(revoke(), touched(OTHER))

    edited = {one.name.rpartition("/")[2]: one.after.decode() for one in found.edited}
    assert edited == {
        "main.tf": GROUP % block(ONE), "rule.tf": 'resource "aws_vpc" "v" {}\n',
    }  # fmt: skip


@pytest.mark.parametrize("peer", [ALL, "192.0.2.0/24"])
def test_what_stands_beside_what_goes_stays(tmp_path: Path, peer: str) -> None:
    held = planned(
        tmp_path, {"main.tf": GROUP % block(f'["{peer}", "10.0.0.0/8"]')},
        change(SG, after={"ingress": [RULE | {"cidr_blocks": [peer, "10.0.0.0/8"]}]}),
    )  # fmt: skip

    (file,) = held.fixed(revoke(peer), touched(SG)).edited

    assert file.after.decode() == GROUP % block('["10.0.0.0/8"]')


def test_a_comment_beside_a_block_stays(tmp_path: Path) -> None:
    opened = block(f'["{ALL}"]')
    text = GROUP % (block("var.own", 443) + opened.rstrip("\n") + " # until Friday\n")
    web = {"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}
    held = planned(tmp_path, {"main.tf": text}, change(SG, after={"ingress": [web, OPEN]}))

    (file,) = held.fixed(revoke(), touched(SG)).edited

    assert file.after.decode() == text.replace(opened.strip(), "")
