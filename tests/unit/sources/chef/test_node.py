# SPDX-License-Identifier: Apache-2.0
"""Nodes with environments, versions and policies.

Expected values: https://docs.chef.io/nodes/, https://docs.chef.io/policyfile/,
https://docs.chef.io/environments/.
"""

from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.model.facts.host import HostUser
from tests.fakes.chef import ATTRIBUTES, RECIPE, facts, files_of, gaps, node, of_recipe

ID = "f" * 40


def lock(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "name": "web",
        "revision_id": "r1",
        "run_list": ["recipe[app::default]"],
        "cookbook_locks": {"app": {"version": "1.0.0", "identifier": ID}},
        **more,
    }


def policed(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return node("web1", "recipe[other]", policy_name="web", policy_group="prod", **more)


ARTIFACT = f"cookbook_artifacts/app-{ID}"
POLICY: dict[str, object] = {
    "nodes/web1.json": policed(),
    "policies/web-r1.json": lock(default_attributes={"n": "d"}),
    "policy_groups/prod.json": {"policies": {"web": {"revision_id": "r1"}}},
    f"{ARTIFACT}/metadata.json": {"name": "app", "version": "1.0.0"},
    f"{ARTIFACT}/recipes/default.rb": "user node['n']\n",
}


def users(files: dict[str, object]) -> list[str]:
    return [row.name for row in facts(files).rows(HostUser)]


def test_a_policy_gives_run_list_cookbooks_and_attributes() -> None:
    assert users(POLICY) == ["d"]
    assert gaps(POLICY) == []


def test_overrides_of_a_policy_win_over_what_the_node_keeps() -> None:
    files = {
        **POLICY,
        "nodes/web1.json": policed(normal={"n": "kept"}),
        "policies/web-r1.json": lock(override_attributes={"n": "o"}),
    }

    assert users(files) == ["o"]
    assert users({**files, "policies/web-r1.json": lock()}) == ["kept"]


def test_a_lock_by_itself_is_taken_where_no_groups_are_told() -> None:
    files = {name: held for name, held in POLICY.items() if not name.startswith("polic")}

    assert users({**files, "Policyfile.lock.json": lock(default_attributes={"n": "l"})}) == ["l"]


@pytest.mark.parametrize(
    "change",
    [
        {"policy_groups/prod.json": {"policies": {"web": {"revision_id": "r2"}}}},
        {"policy_groups/prod.json": {"policies": {}}},
        {"policies/web-r1.json": lock(name="db")},
    ],
)
def test_a_policy_that_is_not_there_leaves_everything_open(change: dict[str, object]) -> None:
    files = {**POLICY, **change}

    assert users(files) == []
    assert (
        "nodes/web1.json",
        "policy `web` of group `prod` is not in the folder, so what runs is not known",
    ) in gaps(files)


def test_a_cookbook_of_the_same_version_is_read_and_told() -> None:
    files = {name: held for name, held in POLICY.items() if not name.startswith(ARTIFACT)}
    files["cookbooks/app/metadata.json"] = {"name": "app", "version": "1.0.0"}
    files[RECIPE] = "user 'a'\n"

    assert users(files) == ["a"]
    assert [place for place, _ in gaps(files)] == ["cookbooks/app"]
    files["cookbooks/app/metadata.json"] = {"name": "app", "version": "2.0.0"}
    assert users(files) == []
    assert any("`app::default` is not in the folder" in reason for _, reason in gaps(files))


@pytest.mark.parametrize(
    "held",
    [{}, {"name": "a"}, lock(cookbook_locks=[]), lock(run_list="x"), lock(revision_id=1)],
)
def test_a_lock_that_is_damaged_is_an_error(held: dict[str, object]) -> None:
    with pytest.raises(InputError, match="no lock of a policy"):
        facts({**POLICY, "policies/web-r1.json": held})


TWO: dict[str, object] = {
    "nodes/web1.json": node("web1", "recipe[app]", chef_environment="prod"),
    "environments/prod.json": {"name": "prod", "cookbook_versions": {"app": "= 1.0.0"}},
    "cookbooks/app-1/metadata.json": {"name": "app", "version": "1.0.0"},
    "cookbooks/app-1/recipes/default.rb": "user 'one'\n",
    "cookbooks/app-2/metadata.json": {"name": "app", "version": "2.0.0"},
    "cookbooks/app-2/recipes/default.rb": "user 'two'\n",
}


def test_an_environment_chooses_the_version_of_a_cookbook() -> None:
    assert users(TWO) == ["one"]


def test_which_of_several_versions_runs_is_not_guessed() -> None:
    files = {**TWO, "environments/prod.json": {"name": "prod"}}

    assert users(files) == []
    assert ("cookbook app", "which version of cookbook `app` runs is not known") in gaps(files)


def test_an_item_of_the_run_list_chooses_the_version_too() -> None:
    asked = node("web1", "recipe[app@2.0.0]")

    assert users({**TWO, "nodes/web1.json": asked}) == ["two"]
    gone = {**TWO, "nodes/web1.json": node("web1", "recipe[app@3.0.0]")}
    assert ("cookbook app", "cookbook `app` is not in the folder in version 3.0.0") in gaps(gone)


def test_an_environment_that_is_not_there_may_set_any_attribute() -> None:
    files = files_of(
        "user node['n']", attributes="default['n'] = 'a'\n", node=node(chef_environment="prod")
    )

    assert facts(files).rows(HostUser) == ()
    assert ("nodes/web1.json", "environment `prod` is not in the folder") in gaps(files)


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ({"name": "a b"}, "none that Chef takes"),
        ({"name": 1}, "none that Chef takes"),
        ({"name": "a", "run_list": "x"}, "the file is no node"),
        ({"name": "a", "normal": [1]}, "the file is no node"),
    ],
)
def test_a_node_that_is_damaged_is_an_error(held: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        facts({"nodes/a.json": held})


def test_a_node_without_a_name_is_called_as_its_file() -> None:
    (row,) = of_recipe("user node.name", **{"nodes/web1.json": {"run_list": ["app"]}}).rows(
        HostUser
    )

    assert row.name == "web1"


def test_metadata_that_is_not_plain_is_told() -> None:
    files = files_of("user 'a'", **{"cookbooks/app/metadata.rb": "name 'app'\ndepends foo\n"})

    assert gaps(files) == [("cookbook app", "`cookbooks/app/metadata.rb` is not plain")]
    assert ATTRIBUTES not in files
