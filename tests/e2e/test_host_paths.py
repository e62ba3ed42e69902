# SPDX-License-Identifier: Apache-2.0
"""From a line of Puppet code to a bucket in another account, as a user types."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from tests.fakes.hosts import INSTANCE
from tests.fakes.puppet import ED25519, catalog, resource

ACCOUNT, OTHER = "111111111111", "222222222222"
ROLE, BUCKET = f"arn:aws:iam::{ACCOUNT}:role/web", "arn:aws:s3:::books"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
CODE = "/etc/puppetlabs/code/environments/production/site.pp"


def document(action: str, **more: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action} | more]}


def cloud(place: Path) -> Path:
    """Write what the CLI says of a machine whose role reads a bucket of another account."""
    own, other = place / ACCOUNT, place / OTHER
    (own / "eu-west-1").mkdir(parents=True)
    other.mkdir()
    role = {
        "Path": "/", "RoleName": "web", "RoleId": "AROAEXAMPLE", "Arn": ROLE,
        "CreateDate": "2026-01-01T00:00:00+00:00", "Tags": [], "AttachedManagedPolicies": [],
        "AssumeRolePolicyDocument": document(
            "sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}
        ),
        "InstanceProfileList": [
            {"Path": "/", "InstanceProfileName": "web", "InstanceProfileId": "AIPAEXAMPLE",
             "Arn": PROFILE, "CreateDate": "2026-01-01T00:00:00+00:00",
             "Roles": [{"Path": "/", "RoleName": "web", "RoleId": "AROAEXAMPLE", "Arn": ROLE,
                        "CreateDate": "2026-01-01T00:00:00+00:00"}]}
        ],
        "RolePolicyList": [
            {"PolicyName": "read", "PolicyDocument": document(
                "s3:*", Resource=[BUCKET, f"{BUCKET}/*"])},
        ],
    }  # fmt: skip
    details: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}
    (own / "iam-get-account-authorization-details.json").write_text(
        json.dumps(details | {"RoleDetailList": [role]})
    )
    instance = {
        "InstanceId": INSTANCE, "State": {"Name": "running"}, "Tags": [],
        "IamInstanceProfile": {"Arn": PROFILE, "Id": "AIPAEXAMPLE"},
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
    }  # fmt: skip
    (own / "eu-west-1" / "ec2-describe-instances.json").write_text(
        json.dumps({"Reservations": [{"OwnerId": ACCOUNT, "Instances": [instance]}]})
    )
    (other / "iam-get-account-authorization-details.json").write_text(
        json.dumps(details | {"RoleDetailList": []})
    )
    for account in (own, other):
        (account / "organizations-describe-organization.json").write_text("")
    for name in ("get-public-access-block", "get-bucket-encryption"):
        (other / f"s3api-{name}--books.json").write_text("")
    (other / "s3control-get-public-access-block.json").write_text("")
    (other / "s3api-list-buckets.json").write_text(json.dumps({"Buckets": [{"Name": "books"}]}))
    (other / "s3api-get-bucket-policy--books.json").write_text(
        json.dumps({"Policy": json.dumps(document(
            "s3:GetObject", Principal={"AWS": ROLE}, Resource=f"{BUCKET}/*"))})
    )  # fmt: skip
    return place


def hosts(place: Path, *, sudo: str) -> Path:
    place.mkdir()
    found = catalog(
        resource("User", "alice", at=(CODE, 3), home="/srv/alice"),
        resource("Ssh_authorized_key", "alice@laptop", at=(CODE, 5), user="alice",
                 type="ssh-ed25519", key=ED25519),
        resource("File", "/etc/sudoers.d/alice", at=(CODE, 9), ensure="file", content=sudo),
        # Only root is let to the metadata service, perhaps.
        resource("Firewall", "1 metadata", at=(CODE, 12), chain="OUTPUT", jump="reject",
                 destination="169.254.169.254", uid="! root"),
    )  # fmt: skip
    (place / "web1.json").write_text(json.dumps(found))
    told = {"name": "web1", "values": {"ec2_metadata": {"instance-id": INSTANCE}}}
    (place / "facts.json").write_text(json.dumps(told))
    return place


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def newest() -> str:
    """Return the id of the last overlay: two that were made in one second are equally late."""
    held = wiring.store().list()
    parents = {manifest.parent for manifest in held}
    (name,) = [manifest.id for manifest in held if manifest.id not in parents]
    return name


def paths(tmp_path: Path, *words: str) -> dict[str, Any]:
    out = tmp_path / "out.json"
    words = ("-s", newest(), "--format", "json", "--out", str(out), *words)
    run(["paths", "--allow-incomplete", *words])
    found: dict[str, Any] = json.loads(out.read_bytes())
    return found


def joined(tmp_path: Path, *, sudo: str) -> None:
    assert run(["load", str(cloud(tmp_path / "cloud")), "--allow-incomplete"]) == 0
    place = hosts(tmp_path / "hosts", sudo=sudo)
    assert run(["scan", "puppet", str(place), "--over", newest(), "--allow-incomplete"]) == 0


def test_a_line_of_sudo_leads_to_a_bucket_of_another_account(tmp_path: Path) -> None:
    joined(tmp_path, sudo="alice ALL=(ALL) NOPASSWD: /usr/bin/find\n")

    found = paths(tmp_path, "--from", "run-code:alice@web1", "--to", BUCKET)

    (path,) = found["paths"]
    assert [step["technique"] for step in path["steps"]] == [
        "sudo", "be-on-machine", "workload-credentials", "read-bucket",
    ]  # fmt: skip
    assert path["steps"][0]["evidence"][0]["subject"] == f"web1 {CODE}:9"


def test_a_line_that_gives_nothing_away_leads_nowhere_for_sure(tmp_path: Path) -> None:
    joined(tmp_path, sudo="alice ALL=(ALL) NOPASSWD: /usr/bin/id\n")

    found = paths(tmp_path, "--from", "run-code:alice@web1", "--to", BUCKET)

    assert found["paths"] == []
    assert found["possible"]
    assert "whom the packet filter of web1 lets to the metadata service" in str(found["unread"])


def test_a_stolen_computer_is_where_paths_start_by_default(tmp_path: Path) -> None:
    joined(tmp_path, sudo="alice ALL=(ALL) NOPASSWD: ALL\n")

    found = paths(tmp_path, "--to", BUCKET)

    starts = [[entry["entity"] for entry in path["entries"]] for path in found["paths"]]
    assert ["stolen-laptop"] in starts
    assert found["estate"]["hosts"] == 1


def test_whoever_writes_the_control_repository_reaches_what_its_hosts_reach(
    tmp_path: Path,
) -> None:
    joined(tmp_path, sudo="")

    (path,) = paths(tmp_path, "--from", "write:puppet-code:production", "--to", BUCKET)["paths"]

    assert [step["technique"] for step in path["steps"]] == [
        "write-host-code", "be-on-machine", "workload-credentials", "read-bucket",
    ]  # fmt: skip


def test_of_hosts_alone_root_is_what_may_be_lost(tmp_path: Path) -> None:
    place = hosts(tmp_path / "hosts", sudo="alice ALL=(ALL) NOPASSWD: ALL\n")
    assert run(["scan", "puppet", str(place)]) == 0

    assert run(["paths"]) == 1
    assert [path["jewel"]["name"] for path in paths(tmp_path)["paths"]] == ["root on web1"]


def test_what_is_read_again_takes_the_place_of_what_was_read(tmp_path: Path) -> None:
    joined(tmp_path, sudo="alice ALL=(ALL) NOPASSWD: ALL\n")
    again = hosts(tmp_path / "again", sudo="alice ALL=(ALL) NOPASSWD: /usr/bin/id\n")

    assert run(["scan", "puppet", str(again), "--over", newest(), "--allow-incomplete"]) == 0

    assert paths(tmp_path, "--from", "run-code:alice@web1", "--to", BUCKET)["paths"] == []
    assert run(["snapshot", "verify"]) == 0


def test_a_scan_over_a_snapshot_is_not_taken_up(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["scan", "puppetdb", "https://x.example.org", "--over", "latest", "--resume"]

    assert run(words) == 2
    assert "leave out `--resume` or `--over`" in capsys.readouterr().err


def test_the_cut_names_what_to_change_on_a_host(tmp_path: Path) -> None:
    sudo = "alice ALL=(ALL) NOPASSWD: /usr/bin/find\nalice ALL=(ALL) ALL\n"
    assert run(["scan", "puppet", str(hosts(tmp_path / "hosts", sudo=sudo))]) == 0

    cut = paths(tmp_path, "--from", "run-code:alice@web1", "--to", "root@web1")["cut"]

    assert {one["change"]["kind"] for one in cut["remedies"]} == {"drop-sudo-rule"}
    assert sorted(one["change"]["order"] for one in cut["remedies"]) == [0, 1]
    assert (cut["paths_left"], cut["optimal"]) == (0, True)
    command = cut["remedies"][0]["command"].splitlines()
    assert command[0] == f"# as root on web1; {CODE}:9 says otherwise, so change it there first"
    assert command[1].startswith("visudo -f /etc/sudoers.d/alice  # take out: alice ALL = (ALL)")


def test_the_cut_pins_a_module_that_anybody_may_publish(tmp_path: Path) -> None:
    place = hosts(tmp_path / "hosts", sudo="")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "Puppetfile").write_text("mod 'puppetlabs/stdlib'\n")
    assert run(["scan", "puppet", str(place), "code", "--allow-incomplete"]) == 0

    found = paths(
        tmp_path, "--from", "write module:puppetlabs/stdlib", "--to", "run-code root@web1"
    )

    cut = found["cut"]
    assert [one["title"] for one in cut["remedies"]] == [
        "Take puppetlabs/stdlib in one fixed version in Puppetfile:1"
    ]
    assert cut["paths_left"] == 0
