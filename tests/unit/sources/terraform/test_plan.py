# SPDX-License-Identifier: Apache-2.0
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.sources.terraform.plan import Action, read, unindexed
from tests.fakes.terraform_plan import change, plan

ROLE = {"name": "r", "path": "/"}


@pytest.mark.parametrize(
    ("actions", "wanted"),
    [
        (("no-op",), Action.NO_OP),
        (("read",), Action.READ),
        (("create",), Action.CREATE),
        (("update",), Action.UPDATE),
        (("delete",), Action.DELETE),
        (("delete", "create"), Action.REPLACE),
        (("create", "delete"), Action.REPLACE),
        (("forget",), Action.FORGET),
    ],
)
def test_every_action_of_the_format_is_understood(
    actions: tuple[str, ...], wanted: Action
) -> None:
    found = read(plan(change("aws_iam_role.r", before=ROLE, after=ROLE, actions=actions)), "p")

    assert [one.action for one in found.changes] == [wanted]


def test_what_the_code_no_longer_holds_was_made_by_the_only_configuration_of_its_provider() -> (
    None
):
    """A plan names the provider of what goes, and no configuration of it."""
    document = json.loads(plan(change("aws_iam_role.r", before=ROLE)))
    assert document["configuration"]["root_module"]["resources"] == []
    providers = document["configuration"]["provider_config"]

    assert [one.provider for one in read(json.dumps(document).encode(), "p").changes] == ["aws"]
    # Of several it may have been any.
    providers["aws.prod"] = {**providers["aws"], "alias": "prod"}
    assert [one.provider for one in read(json.dumps(document).encode(), "p").changes] == [""]


def test_an_action_of_a_newer_tool_is_refused_by_its_address() -> None:
    content = plan(change("aws_iam_role.r", before=ROLE, after=ROLE, actions=("suspend",)))

    with pytest.raises(InputError, match=r"`suspend`|suspend.*aws_iam_role\.r"):
        read(content, "p")


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2", "1.99"])
def test_minor_versions_of_the_format_only_add(version: str) -> None:
    assert read(plan(format_version=version, new_thing={"x": 1}), "p").changes == ()


@pytest.mark.parametrize("version", ["2.0", "", "latest", None, 2])
def test_another_major_version_is_refused(version: object) -> None:
    with pytest.raises(InputError, match="not understood"):
        read(plan(format_version=version), "p")


@pytest.mark.parametrize(
    ("top", "reason"),
    [
        ({"errored": True}, "ended with an error"),
        ({"complete": False}, "for a part of the code"),
        ({"deferred_changes": [{}]}, "put off"),
    ],
)
def test_a_plan_of_a_part_says_so(top: dict[str, object], reason: str) -> None:
    whole = json.loads(plan()) | top

    (said,) = read(json.dumps(whole).encode(), "p").partial

    assert reason in said


def test_a_provider_of_a_module_is_found_for_each_of_its_instances() -> None:
    content = json.loads(plan(change('module.m["a.b]"].aws_iam_role.r[0]', after=ROLE)))
    inner = {"resources": [{"address": "aws_iam_role.r", "provider_config_key": "module.m:aws"}]}
    content["configuration"]["root_module"] = {"module_calls": {"m": {"module": inner}}}

    (found,) = read(json.dumps(content).encode(), "p").changes

    assert found.provider == "module.m:aws"


_INNER = {"name": "aws", "module_address": "module.m.module.n"}
_OWN = {"region": {"constant_value": "us-east-1"}}


@pytest.mark.parametrize(
    ("others", "taken"),
    [
        ({}, "aws"),
        ({"module.m:aws": {"name": "aws", "module_address": "module.m"}}, "aws"),
        (
            {"module.m:aws": {"name": "aws", "module_address": "module.m", "expressions": _OWN}},
            "module.m:aws",
        ),
        (
            {"module.o:aws": {"name": "aws", "module_address": "module.o", "expressions": _OWN}},
            "aws",
        ),
        ({"google.x": {"name": "google", "alias": "x"}}, "aws"),
        # A call may have passed it, which the plan does not tell.
        ({"aws.x": {"name": "aws", "alias": "x"}}, "module.m.module.n:aws"),
    ],
)
def test_a_module_without_a_provider_of_its_own_takes_that_of_what_is_around_it(
    others: dict[str, object], taken: str
) -> None:
    key = "module.m.module.n:aws"
    content = json.loads(plan(change("module.m.module.n.aws_iam_role.r", after=ROLE)))
    content["configuration"]["provider_config"] |= {key: _INNER, **others}
    block = {"address": "aws_iam_role.r", "provider_config_key": key}
    called = {"module_calls": {"n": {"module": {"resources": [block]}}}}
    content["configuration"]["root_module"] = {"module_calls": {"m": {"module": called}}}

    (found,) = read(json.dumps(content).encode(), "p").changes

    assert found.provider == taken


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("aws_iam_role.r", "aws_iam_role.r"),
        ("aws_iam_role.r[0]", "aws_iam_role.r"),
        ('aws_iam_role.r["a\\"]b"]', "aws_iam_role.r"),
        ('module.m["x"].module.n[1].aws_iam_role.r', "module.m.module.n.aws_iam_role.r"),
    ],
)
def test_an_address_without_indices_is_the_block_in_the_code(address: str, block: str) -> None:
    assert unindexed(address) == block


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format_version": "1.2", "resource_changes": 3}']
)
def test_what_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read(content, "p")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_whatever_a_change_holds_it_is_read_or_refused(value: object) -> None:
    whole = json.loads(plan(change("aws_iam_role.r", after=ROLE)))
    for side in ("after", "after_unknown", "after_sensitive"):
        whole["resource_changes"][0]["change"][side] = value

    with contextlib.suppress(InputError):
        read(json.dumps(whole).encode(), "p")


_GROUP = "aws_security_group.g"
_WEB, _SSH = {"from_port": 443, "self": None}, {"from_port": 22, "self": None}


def test_blocks_that_the_code_computes_are_written_where_they_change() -> None:
    """`dynamic` blocks are not among the expressions of a plan's code: what no code writes is kept
    as it was, and is not known of a new object.
    """
    computed = ("egress", "ingress")
    held = {"name": "g", "egress": [_WEB], "ingress": [_WEB]}
    (changed,) = read(
        plan(
            change(_GROUP, before=held, after=held | {"ingress": [_SSH]}, computed=computed),
        ),
        "p",
    ).changes
    (emptied,) = read(
        plan(change(_GROUP, before=held, after=held | {"ingress": []}, computed=computed)), "p"
    ).changes
    (hidden,) = read(
        plan(
            change(
                _GROUP,
                before=held,
                after={"name": "g", "egress": [_WEB]},
                unknown={"ingress": True},
                computed=computed,
            )
        ),
        "p",
    ).changes
    (new,) = read(
        plan(
            change(
                _GROUP,
                after={"name": "g", "ingress": [_SSH]},
                unknown={"egress": True},
                computed=computed,
            )
        ),
        "p",
    ).changes

    whole = frozenset({"name", "ingress", "ingress.from_port", "ingress.self"})
    assert changed.written == whole
    assert emptied.written == frozenset({"name", "ingress"})
    assert hidden.written == frozenset({"name", "ingress"})
    assert new.written == whole


def test_what_the_provider_fills_in_by_itself_is_not_written() -> None:
    computed = ("egress", "ingress")
    held = {"name": "g", "egress": [], "ingress": [_WEB]}
    same = change(_GROUP, before=held, after=held | {"name": "h"}, computed=computed)
    other = change(
        _GROUP,
        before=held,
        after={"name": "h"},
        unknown={"egress": True, "ingress": True},
        actions=("delete", "create"),
        computed=computed,
    )

    found = [read(plan(one), "p").changes[0].written for one in (same, other)]

    assert found == [frozenset({"name"})] * 2
