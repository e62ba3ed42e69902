# SPDX-License-Identifier: Apache-2.0
"""Folders of Chef from before and after a change, judged as a user types it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from tests.e2e.test_host_paths import cloud
from tests.fakes.chef import OHAI, RECIPE, files_of, node, put
from tests.fakes.hosts import INSTANCE

USER = "user 'alice'\n"
SUDO = "sudo 'alice' do\n  user 'alice'\n  nopasswd true\n  commands ['ALL']\nend\n"
ID = SUDO.replace("ALL", "/usr/bin/id")
HIDDEN = "file '/etc/sudoers.d/x' do\n  content lookup('x')\nend\n"
HIDDEN_A = HIDDEN.replace("'x'", "a")
OPAQUE = "site_sudo 'x'\n"
ADMINS = {"actors": ["pivotal"], "groups": ["admins"]}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def judged(
    tmp_path: Path, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[int, dict[str, Any]]:
    sides = put(tmp_path / "before", before), put(tmp_path / "after", after)
    shown = [str(one.relative_to(Path.cwd())) for one in sides]
    out = tmp_path / "out.json"
    status = run(["gate", *shown, "--format", "json", "--out", str(out)])
    found: dict[str, Any] = json.loads(out.read_bytes())
    return status, found


def server(*, may: Mapping[str, object] = ADMINS, group: str = "admins") -> dict[str, object]:
    """A server with one cookbook, and who may update it."""
    return files_of(USER) | {
        "acls/cookbooks/app.json": dict.fromkeys(
            ("create", "read", "delete", "grant"), ADMINS
        ) | {"update": may},
        f"groups/{group}.json": {"name": group, "users": ["alice"], "groups": []},
        "users/alice.json": {"username": "alice"},
    }  # fmt: skip


def test_a_new_line_of_sudo_is_a_new_path_with_its_line(tmp_path: Path) -> None:
    status, found = judged(tmp_path, files_of(USER + ID), files_of(USER + "\n" + SUDO))

    assert status == 1
    (path,) = found["comparison"]["appeared"]
    assert (
        path["entry"]["name"] if "entry" in path else path["entries"][0]["name"]
    ) == "alice@web1"
    assert path["jewel"]["name"] == "root on web1"
    assert found["causes"] == {path["id"]: ["web1/sudo[alice]"]}
    place = found["places"]["web1/sudo[alice]"]
    assert (place["file"], place["line"]) == (f"after/{RECIPE}", 3)


def test_what_a_report_does_not_tell_may_be_other_in_another_report(tmp_path: Path) -> None:
    hidden = {
        "type": "template", "name": "x", "id": "x", "before": {}, "result": "create",
        "after": {"path": "/etc/sudoers.d/x"}, "status": "updated", "cookbook_name": "app",
    }  # fmt: skip
    report = {
        "message_type": "run_converge", "message_version": "1.1.0", "node_name": "web1",
        "status": "success", "resources": [hidden],
    }  # fmt: skip
    before, after = (
        files_of("") | {"reports/web1.json": report | {"run_id": name}} for name in ("1", "2")
    )

    status, found = judged(tmp_path, before, after)

    assert status == 3
    assert any(
        "/etc/sudoers.d/x" in str(gap) or "web1/file[x]" in str(gap) for gap in found["gaps"]
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (USER, USER + ID),
        (USER + SUDO, USER + "\n\n" + SUDO),
        (USER + SUDO, USER),
        (USER + SUDO, USER + ID),
        (USER, USER + "package 'vim'\n"),
        (USER, USER + "user 'carl'\n"),
        (USER + OPAQUE + HIDDEN, "# why\n\n" + USER + OPAQUE + HIDDEN),
        (USER + OPAQUE + HIDDEN, USER + "package 'vim'\n" + OPAQUE + ID + HIDDEN),
        (OPAQUE + USER + HIDDEN, OPAQUE + HIDDEN),
    ],
    ids=range(9),
)
def test_a_change_that_opens_nothing_is_clean(tmp_path: Path, before: str, after: str) -> None:
    status, found = judged(tmp_path, files_of(before), files_of(after))

    assert (status, found["judgement"], found["comparison"]["appeared"]) == (0, "no-new-path", [])


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (USER, USER + "site_sudo 'x'\n", f"{RECIPE}:2"),
        (USER + "site_sudo 'x'\n", USER + "site_sudo 'y'\n", f"{RECIPE}:2"),
        (USER, USER + HIDDEN, f"{RECIPE}:2"),
        (USER + HIDDEN, USER + HIDDEN.replace("'x'", "'y'"), f"{RECIPE}:2"),
        (USER, USER + "%w(" * 20_000, RECIPE),
        (f"a = 'x'\n{HIDDEN_A}", f"a = 'y'\n{HIDDEN_A}", f"{RECIPE}:2"),
        (f"{HIDDEN_A}a = 'x'\n", f"a = 'x'\n{HIDDEN_A}", f"{RECIPE}:2"),
    ],
    ids=range(7),
)
def test_what_cannot_be_told_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, place: str
) -> None:
    status, found = judged(tmp_path, files_of(before), files_of(after))

    assert (status, found["judgement"]) == (3, "cannot-tell")
    assert place.partition(":")[0] in json.dumps(found["places"]) or place in json.dumps(
        found["gaps"]
    )


def test_what_nobody_understands_may_do_otherwise_with_other_attributes(tmp_path: Path) -> None:
    text = USER + "site_sudo 'x'\n"
    before = files_of(text, attributes="default['a'] = 1\n")

    assert judged(tmp_path, before, files_of(text, attributes="default['a'] = 2\n"))[0] == 3
    more = {"cookbooks/app/recipes/other.rb": "user 'x'\n", "cookbooks/app/README.md": "x"}
    assert judged(tmp_path / "twin", before, before | more)[0] == 0


def test_what_nobody_understands_may_do_otherwise_where_a_recipe_sets_attributes(
    tmp_path: Path,
) -> None:
    other = "cookbooks/app/recipes/other.rb"
    before = files_of(USER + OPAQUE) | {
        other: "node.default['a'] = 1\n",
        "nodes/web1.json": node("web1", "recipe[app::other]", "recipe[app]"),
    }

    assert judged(tmp_path, before, before | {other: "node.default['a'] = 2\n"})[0] == 3
    twin = before | {other: "node.default['a'] = 1 # one\n\nuser 'x'\n"}
    assert judged(tmp_path / "twin", before, twin)[0] == 0


POLICY = "name 'web'\nrun_list 'app'\ncookbook 'app', path: 'cookbooks/app'\n"


@pytest.mark.parametrize("name", ["Policyfile", "policyfiles/web"])
def test_a_policy_that_is_not_locked_as_it_is_written_cannot_be_told(
    tmp_path: Path, name: str
) -> None:
    lock = {"name": "web", "revision_id": "1", "run_list": ["recipe[app]"], "cookbook_locks": {}}
    before = files_of(USER) | {f"{name}.rb": POLICY, f"{name}.lock.json": lock}
    wider = {f"{name}.rb": POLICY.replace("'app'\nc", "'app', 'app::admin'\nc")}

    status, found = judged(tmp_path, before, before | wider)

    assert (status, found["judgement"]) == (3, "cannot-tell")
    assert [one["operation"] for one in found["gaps"]] == [f"{name}.rb"]
    assert f"`{name}.lock.json` is not" in found["gaps"][0]["reason"]
    locked = wider | {f"{name}.lock.json": lock | {"revision_id": "2"}}
    assert judged(tmp_path / "locked", before, before | locked)[0] == 0
    why = {f"{name}.rb": f"# why\n\n{POLICY}"}
    assert judged(tmp_path / "same", before, before | why)[0] == 0


def test_a_policy_without_a_lock_cannot_be_told(tmp_path: Path) -> None:
    status, found = judged(tmp_path, files_of(USER), files_of(USER) | {"Policyfile.rb": POLICY})

    assert (status, found["judgement"]) == (3, "cannot-tell")
    assert "there is no `Policyfile.lock.json`" in found["gaps"][0]["reason"]


def test_another_run_list_is_a_path_to_what_its_recipes_give_away(tmp_path: Path) -> None:
    files = files_of(USER) | {"cookbooks/app/recipes/admin.rb": SUDO}
    wider = node("web1", "recipe[app]", "recipe[app::admin]")

    assert judged(tmp_path, files, files | {"nodes/web1.json": wider})[0] == 1
    same = node("web1", "recipe[app]", "recipe[app]")
    assert judged(tmp_path / "twin", files, files | {"nodes/web1.json": same})[0] == 0


def test_who_may_change_code_is_root_where_it_runs(tmp_path: Path) -> None:
    users = {"name": "users", "users": ["eve"], "groups": []}
    eve = {"groups/users.json": users, "users/eve.json": {"username": "eve"}}
    opened = ADMINS | {"groups": ["admins", "users"]}

    status, found = judged(tmp_path, server() | eve, server(may=opened) | eve)

    assert status == 1
    (path,) = found["comparison"]["appeared"]
    assert path["entries"][0]["name"] == "chef:user/eve"
    assert found["causes"] == {path["id"]: ["cookbooks/app"]}
    assert found["places"]["cookbooks/app"]["file"] == "after/acls/cookbooks/app.json"


def test_who_may_read_code_only_is_not(tmp_path: Path) -> None:
    users = {"name": "users", "users": ["eve"], "groups": []}
    eve = {"groups/users.json": users, "users/eve.json": {"username": "eve"}}
    after = server() | eve
    rights = after["acls/cookbooks/app.json"]
    assert isinstance(rights, dict)
    readable = rights | {"read": {"actors": [], "groups": ["users"]}}

    assert judged(tmp_path, server() | eve, after | {"acls/cookbooks/app.json": readable})[0] == 0


def test_over_a_cloud_the_role_of_the_machine_is_part_of_the_path(tmp_path: Path) -> None:
    assert run(["load", str(cloud(tmp_path / "cloud")), "--allow-incomplete"]) == 0
    on = {"nodes/web1.json": node("web1", automatic=OHAI | {"ec2": {"instance_id": INSTANCE}})}

    status, found = judged(tmp_path, files_of(USER) | on, files_of(USER + SUDO) | on)

    assert status == 1
    jewels = {path["jewel"]["name"] for path in found["comparison"]["appeared"]}
    assert jewels - {"root on web1"}


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["gate", *words]) == 2
    return capsys.readouterr().err


def test_what_does_not_go_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "before", files_of(USER))
    put(tmp_path / "broken", {"nodes/a.json": "{"})
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text('resource "aws_iam_role" "r" {}\n')

    assert "before and after" in refused(capsys, "before")
    assert "judge them apart" in refused(capsys, "before", "infra")
    assert "given for Terraform" in refused(
        capsys, "before", "before", "--account", "aws=111111111111"
    )
    assert "nodes/a.json:1" in refused(capsys, "before", "broken")


def test_there_is_no_edit_of_recipes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "before", files_of(USER))
    put(tmp_path / "after", files_of(USER + SUDO))

    assert run(["gate", "before", "after", "--fix"]) == 1
    assert "no edit of this code closes" in capsys.readouterr().err
