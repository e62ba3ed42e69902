# SPDX-License-Identifier: Apache-2.0
"""What is no regular file is refused by name wherever it lies; nobody waits for it."""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.fakes.patience import impatient

_CODE = 'variable "x" {\n  default = "y"\n}\noutput "o" {\n  value = var.x\n}\n'
_NODE = {"name": "n", "automatic": {"platform": "debian"}, "run_list": ["recipe[c]"]}
_COOKBOOK = "cookbooks/c/metadata.rb"
_CATALOG = {
    "name": "h",
    "version": 1,
    "environment": "e",
    "resources": [],
    "edges": [],
    "classes": [],
}
_PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {"root_module": {}},
    "resource_changes": [],
    "configuration": {"root_module": {}},
}
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
_STATE = {
    "version": 4,
    "serial": 1,
    "lineage": "l",
    "terraform_version": "1.11.4",
    "resources": [],
}


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    with impatient():
        yield


def _write(**files: object) -> None:
    for name, held in files.items():
        place = Path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(held if isinstance(held, str) else json.dumps(held), encoding="utf-8")


def _odd(place: str, kind: str) -> None:
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    else:
        Path(place).symlink_to("/dev/zero")


def _snapshot() -> None:
    """Make a snapshot to judge over."""
    _write(**{"snapshot/state.json": _STATE})
    assert run(["load", "snapshot/state.json", "--allow-incomplete"]) == 0


_INSIDE: Sequence[tuple[str, dict[str, object], Sequence[str]]] = [
    ("code/b.tf", {"code/a.tf": _CODE}, ["plan", "code"]),
    ("code/b.tf.json", {"code/a.tf": _CODE}, ["plan", "code"]),
    ("code/terraform.tfvars", {"code/a.tf": _CODE}, ["plan", "code"]),
    ("code/b.auto.tfvars.json", {"code/a.tf": _CODE}, ["plan", "code"]),
    ("code/b.tf", {"code/a.tf": _CODE}, ["gate", "code"]),
    ("code/b.tf", {"code/a.tf": _CODE}, ["load", "code"]),
    ("code/.terraform/modules/modules.json", {"code/a.tf": _CODE}, ["plan", "code"]),
    ("dumps/b.json", {"dumps/iam-list-users.json": {"Users": []}}, ["load", "dumps"]),
    ("hosts/b.json", {}, ["scan", "puppet", "hosts"]),
    ("hosts/hiera.yaml", {"hosts/environment.conf": ""}, ["scan", "puppet", "hosts"]),
    (
        "after/b.json",
        {"before/a.json": _CATALOG, "after/a.json": _CATALOG},
        ["gate", "before", "after"],
    ),
    ("chef/nodes/b.json", {"chef/nodes/a.json": _NODE}, ["scan", "chef", "chef"]),
    (
        "chef/cookbooks/c/recipes/default.rb",
        {"chef/nodes/a.json": _NODE, f"chef/{_COOKBOOK}": "name 'c'"},
        ["scan", "chef", "chef"],
    ),
    (
        "after/cookbooks/c/recipes/default.rb",
        {
            "before/nodes/a.json": _NODE,
            "after/nodes/a.json": _NODE,
            f"after/{_COOKBOOK}": "name 'c'",
        },
        ["gate", "before", "after"],
    ),
    (
        "logs/b.json",
        {"policy.json": _POLICY, "logs/a.json": {"Records": []}},
        ["policy", "fit", "policy.json", "--used", "logs"],
    ),
    (
        "code/.terraform.lock.hcl",
        {"code/a.tf": 'terraform {\n  backend "s3" {}\n}\n' + _CODE, "plan.json": _PLAN},
        ["gate", "plan.json", "--repository", "code"],
    ),
]


# Links out of a folder of Chef, and those to locks, are not followed, so not to a device either.
@pytest.mark.parametrize(
    ("odd", "others", "command", "kind"),
    [
        (*one, kind)
        for one in _INSIDE
        for kind in ("pipe", "device")
        if kind == "pipe" or not one[0].startswith(("chef/", "after/cook", "code/.terraform.l"))
    ],
)
def test_in_a_folder_it_is_refused(  # noqa: PLR0917 - a row of the table
    odd: str,
    others: dict[str, object],
    command: Sequence[str],
    kind: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _snapshot()
    capsys.readouterr()
    _write(**others)
    _odd(odd, kind)

    status = run(command)

    told = capsys.readouterr().err
    assert f"is a {kind}, no regular file" in told
    assert Path(odd).name in told
    assert status == 2


_NAMED: Sequence[Callable[[str], Sequence[str]]] = [
    lambda place: ["gate", place],
    lambda place: ["load", place],
    lambda place: ["load", "--kind", "aws-cli", place],
    lambda place: ["plan", "code", "--var-file", place],
    lambda place: ["plan", "code", "--state", place],
    lambda place: ["gate", "plan.json", "--overrides", place],
    lambda place: ["gate", "plan.json", "--baseline", place],
    lambda place: ["gate", "plan.json", "--config", place],
    lambda place: ["scan", "puppet", place],
    lambda place: ["policy", "check", place],
    lambda place: ["policy", "diff", place, place],
    lambda place: ["policy", "fit", "policy.json", "--used", place],
    lambda place: ["network", "compare", place],
]


@pytest.mark.parametrize("command", _NAMED)
def test_a_device_that_is_named_is_refused(
    command: Callable[[str], Sequence[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    _snapshot()
    _write(**{"code/a.tf": _CODE, "plan.json": _PLAN, "policy.json": _POLICY})

    status = run(command("/dev/zero"))

    told = capsys.readouterr().err
    assert "is a device, no regular file" in told
    assert "/dev/zero" in told
    assert status == 2


@pytest.mark.parametrize(
    ("held", "command"),
    [
        (json.dumps(_PLAN), lambda place: ["gate", place]),
        (json.dumps(_STATE), lambda place: ["load", place, "--allow-incomplete"]),
        ('{"Users": []}', lambda place: ["policy", "check", "policy.json", place]),
        ('x = "z"', lambda place: ["plan", "code", "--var-file", place]),
        (json.dumps(_STATE), lambda place: ["plan", "code", "--state", place]),
        ("format = 1", lambda place: ["gate", "plan.json", "--overrides", place]),
        (
            '{"schema": "bartizan/gate-baseline/1", "paths": []}',
            lambda place: ["gate", "plan.json", "--baseline", place],
        ),
        (json.dumps(_POLICY), lambda place: ["policy", "diff", "policy.json", place]),
    ],
)
def test_a_pipe_that_is_named_is_read_as_a_file_would_be(
    held: str, command: Callable[[str], Sequence[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    _snapshot()
    _write(**{"code/a.tf": _CODE, "plan.json": _PLAN, "policy.json": _POLICY, "same": held})
    capsys.readouterr()
    expected = run(command("same"))
    as_file = capsys.readouterr()
    os.mkfifo("pipe")
    writer = threading.Thread(target=Path("pipe").write_text, args=(held,), daemon=True)
    writer.start()

    status = run(command("pipe"))

    writer.join()
    as_pipe = capsys.readouterr()
    assert status == expected
    assert as_pipe.out.split() == as_file.out.replace("same", "pipe").split()
    assert as_pipe.err.split() == as_file.err.replace("same", "pipe").split()


def test_a_link_to_nothing_among_catalogs_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("hosts").mkdir()
    Path("hosts/a.json").symlink_to("nowhere")

    status = run(["scan", "puppet", "hosts"])

    assert "cannot read the file: no such file" in capsys.readouterr().err
    assert status == 2


def test_a_pipe_beside_code_is_told_where_the_code_is_only_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _snapshot()
    _write(**{"code/a.tf": _CODE, "plan.json": _PLAN})
    os.mkfifo("code/b.tf")

    run(["gate", "plan.json", "--source", "code"])

    assert "code/b.tf: cannot read the file: is a pipe" in capsys.readouterr().out


def test_a_pipe_among_workflows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    _snapshot()
    _write(**{"code/a.tf": _CODE, "before/a.tf": _CODE})
    Path("code/.github/workflows").mkdir(parents=True)
    os.mkfifo("code/.github/workflows/w.yml")

    status = run(["gate", "--repository-before", "before", "--repository", "code"])

    assert "is a pipe, no regular file" in capsys.readouterr().out
    assert status == 3
