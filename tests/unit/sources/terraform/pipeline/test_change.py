# SPDX-License-Identifier: Apache-2.0
"""A change of a repository, laid over records beside what its plans do."""

from pathlib import Path

import pytest

from bartizan.errors import FixError
from bartizan.model.record import RecordList
from bartizan.model.remedy import Remedy, RemoveCredential
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.pipeline.change import RepositoryChange
from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.yaml_text import LARGEST
from tests.fakes.aws_records import record
from tests.fakes.repository import NOWHERE, put, unreadable

NOTHING = RecordList(())
ROLE = "arn:aws:iam::111111111111:role/apply"
ROOT = f'provider "aws" {{\n  assume_role {{ role_arn = "{ROLE}" }}\n}}\n'
LOCK = (
    'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.0.0"\n'
    '  hashes = ["h1:A="]\n}\n'
)
MODULE = 'module "m" { source = "github.com/acme/m" }\n'


def change(place: Path, before: dict[str, str] | None, after: dict[str, str]) -> RepositoryChange:
    place.mkdir(exist_ok=True)
    was = None if before is None else Repository.read(put(place / "before", before), NOWHERE)
    return RepositoryChange(
        planned=PlannedChange(plans=(), said={}, key=b"0" * 32),
        before=was,
        after=Repository.read(put(place / "after", after), NOWHERE),
    )


def locked(*more: str) -> dict[str, str]:
    return {"a/main.tf": "".join((ROOT, *more)), "a/.terraform.lock.hcl": LOCK}


def test_what_becomes_is_told_with_its_line(tmp_path: Path) -> None:
    one = change(tmp_path, locked(), locked("\n", MODULE))

    laid = one.over(one.base(NOTHING))

    assert laid.changed == 1
    assert laid.touched == {"a/main.tf:5": ("a: module.m",)}
    place = one.place("a: module.m")
    assert place is not None
    assert (Path(place.file).resolve(), place.line) == (tmp_path / "after/a/main.tf", 5)
    assert one.place("aws_iam_role.r") is None
    assert one.names == (str(tmp_path / "after"),)


def test_lines_that_move_and_things_that_go_are_no_change(tmp_path: Path) -> None:
    one = change(tmp_path, locked(MODULE, MODULE.replace('"m"', '"n"')), locked("\n", MODULE))

    laid = one.over(one.base(NOTHING))

    assert (laid.changed, laid.gaps, laid.touched) == (0, (), {})
    assert [r.id for r in laid.overlay.of("Repository::Input") if "module" in r.id] == [
        "a: module.m"
    ]


def test_without_a_repository_from_before_nothing_is_new(tmp_path: Path) -> None:
    one = change(tmp_path, None, {"a/main.tf": ROOT + MODULE, "b.tf": "}{"})

    laid = one.over(one.base(NOTHING))

    assert (laid.changed, laid.gaps) == (0, ())
    assert one.unread_code == (".: b.tf: no HCL from here on",)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (locked(MODULE), f"{ROLE}, which a takes on, is not in the snapshot"),
        ({**locked(), "b/main.tf": MODULE + 'provider "x" {}\n'}, "nothing tells as whom b is"),
        (locked('terraform {\n  backend "gcs" {}\n}\n'), "where it lies cannot be told"),
        (locked('provider "aws" {\n  assume_role { role_arn = var.r }\n}\n'), "is computed"),
        (
            locked('terraform {\n  backend "s3" {\n bucket = "b"\n key = "k"\n }\n}\n'),
            "arn:aws:s3",
        ),
        (locked('resource "aws_iam_access_key" "k" { user = var.u }\n'), "whose key it is"),
        (locked('module "m" { source = var.m }\n'), "where it comes from is computed"),
    ],
)
def test_what_hides_who_runs_the_code_is_a_gap(
    tmp_path: Path, after: dict[str, str], reason: str
) -> None:
    one = change(tmp_path, locked(), after)

    assert any(reason in row.reason for row in one.over(one.base(NOTHING)).gaps)


@pytest.mark.parametrize("name", ["x.tf", "terraform.tfvars", "x.auto.tfvars.json"])
def test_code_that_a_link_leads_to_is_a_gap_where_it_changes(tmp_path: Path, name: str) -> None:
    shared = {**locked(), "shared/x": 'module "m" { source = "github.com/acme/m" }\n'}
    other = {**shared, "shared/x": ""}
    pairs = {"new": (locked(), shared), "same": (shared, shared), "other": (shared, other)}
    gaps = []
    for folder, (before, after) in pairs.items():
        (tmp_path / folder).mkdir()
        for side, files in (("before", before), ("after", after)):
            put(tmp_path / folder / side, files)
            if "shared/x" in files:
                (tmp_path / folder / side / "a" / name).symlink_to("../shared/x")
        one = change(tmp_path / folder, before, after)
        gaps.append([row.reason for row in one.over(one.base(NOTHING)).gaps])

    assert gaps == [["a link, which is not followed"], [], ["a link, which is not followed"]]


REQUIRED = 'terraform {\n  required_providers {\n    aws = { version = "%s" }\n  }\n}\n'


def test_a_lock_that_the_code_does_not_allow_is_a_gap(tmp_path: Path) -> None:
    newer = {**locked(REQUIRED % "~> 6.0"), "a/.terraform.lock.hcl": LOCK.replace("6", "7")}

    gaps = [
        [row.reason for row in one.over(one.base(NOTHING)).gaps]
        for name, before, after in (
            ("code", locked(REQUIRED % "~> 6.0"), locked(REQUIRED % "~> 7.0")),
            ("lock", locked(REQUIRED % "~> 6.0"), newer),
            ("both", locked(REQUIRED % "~> 6.0"), locked(REQUIRED % ">= 6.0")),
            ("neither", locked(REQUIRED % "~> 7.0"), locked("\n", REQUIRED % "~> 7.0")),
        )
        for one in (change(tmp_path / name, before, after),)
    ]

    assert gaps == [
        ["the lock takes 6.0.0, which `~> 7.0` does not allow"],
        ["the lock takes 7.0.0, which `~> 6.0` does not allow"],
        [],
        [],
    ]


def test_what_is_in_the_snapshot_hides_nothing(tmp_path: Path) -> None:
    state = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n'
    one = change(tmp_path, locked(), locked(MODULE, state))
    there = RecordList(
        (record("AWS::IAM::Role", ROLE), record("AWS::S3::Bucket", "arn:aws:s3:::b"))
    )

    laid = one.over(one.base(there))

    assert (laid.changed, laid.gaps) == (2, ())


def test_fixes_are_those_of_the_plans(tmp_path: Path) -> None:
    one = change(tmp_path, None, locked())
    remedy = Remedy(change=RemoveCredential(lies_in="l", field="f"), title="t", cost=1)

    one.write()

    assert (one.edited, one.partial, one.drift) == ((), (), ())
    with pytest.raises(FixError):
        one.fixed(remedy, {})


@pytest.mark.parametrize(
    "name", [".github/workflows/w.yml", ".gitlab-ci.yml", "atlantis.yaml", "x.yml", "Jenkinsfile"]
)
def test_a_file_that_cannot_be_read_may_have_changed(tmp_path: Path, name: str) -> None:
    for folder in ("before", "after"):
        unreadable(put(tmp_path / folder, {}) / name)
    one = change(tmp_path, {}, {})

    gaps = one.over(one.base(NOTHING)).gaps

    assert [row.resource for row in gaps] == [name]


@pytest.mark.parametrize(
    ("name", "padding"),
    [
        (".github/workflows/w.yml", 0),
        (".github/workflows/w.yml", LARGEST),
        (".gitlab-ci.yml", LARGEST),
        ("Jenkinsfile", LARGEST),
        ("a/x.tf.json", LARGEST),
        ("a/x.tf", 0),
    ],
)
def test_a_change_of_what_is_not_understood_is_seen_wherever_it_stands(
    tmp_path: Path, name: str, padding: int
) -> None:
    before = {"a/main.tf": "", name: "}" + " " * padding}
    same = change(tmp_path / "same", before, dict(before))
    other = change(tmp_path / "other", before, {**before, name: before[name] + "{"})

    gaps = other.over(other.base(NOTHING)).gaps

    assert same.over(same.base(NOTHING)).gaps == ()
    assert [name.rpartition("/")[2] in row.resource for row in gaps] == [True]


S3 = 'backend "s3" {\n    bucket = "b"\n    key = "k"\n  }'
CLOUD = 'cloud {\n    organization = "acme"\n    workspaces { name = "live" }\n  }'
_PLACES = {
    "nothing": "",
    "s3": S3,
    "other s3": S3.replace('"k"', '"l"'),
    "part of s3": 'backend "s3" { bucket = "b" }',
    "local": 'backend "local" {}',
    "local elsewhere": 'backend "local" { path = "/mnt/state" }',
    "cloud": CLOUD,
    "other cloud": CLOUD.replace("live", "test"),
    "some of cloud": CLOUD.replace('name = "live"', 'tags = ["a"]'),
    "others of cloud": CLOUD.replace('name = "live"', 'tags = ["b"]'),
    "remote": CLOUD.replace("cloud", 'backend "remote"'),
    **{
        name: f'backend "{name}" {{ {argument} = "a" }}'
        for name, argument in {
            "azurerm": "key", "gcs": "bucket", "http": "address", "pg": "conn_str",
            "consul": "path", "kubernetes": "secret_suffix", "oss": "bucket", "cos": "bucket",
        }.items()
    },
    "other gcs": 'backend "gcs" { bucket = "b" }',
}  # fmt: skip
_BESIDE = {"nothing", "local"}


@pytest.mark.parametrize("old", _PLACES)
def test_a_state_that_moves_is_told_or_cannot_be_told(tmp_path: Path, old: str) -> None:
    code = {name: locked(f"terraform {{\n  {held}\n}}\n") for name, held in _PLACES.items()}
    moves = {new: change(tmp_path / new, code[old], code[new]) for new in _PLACES if new != old}

    silent = {new for new, one in moves.items() if not one.over(one.base(NOTHING)).gaps}

    assert silent == (_BESIDE - {old} if old in _BESIDE else set())


@pytest.mark.parametrize("place", _PLACES)
def test_a_state_that_stays_is_no_news(tmp_path: Path, place: str) -> None:
    code = f"terraform {{\n  {_PLACES[place]}\n}}\n"
    one = change(tmp_path, locked(code), locked("\n", code))

    laid = one.over(one.base(NOTHING))

    assert (laid.changed, laid.gaps) == (0, ())
