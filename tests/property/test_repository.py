# SPDX-License-Identifier: Apache-2.0
"""Theorems about repositories that nobody vouches for."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.model.facts import TABLES
from bartizan.model.facts.pipeline import CodeInput
from bartizan.model.record import RecordList
from bartizan.model.step import Foothold, Step
from bartizan.reason.pipeline.derivation import following, steps
from bartizan.reason.pipeline.recheck import recheck
from bartizan.sources.terraform.pipeline.normalise import RepositoryNormaliser
from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.told import rows
from bartizan.sources.terraform.pipeline.workflow import ISSUER
from tests.fakes.repository import NOWHERE

_PIECES = st.sampled_from(
    [
        "terraform {", 'backend "s3" {', 'bucket = "b"', 'key = "k"', "}", "{", '"', "\n",
        'provider "aws" {', "assume_role {", 'role_arn = "arn:aws:iam::1:role/r"', "role_arn = x",
        'module "m" {', 'source = "./a"', 'source = "../.."', 'source = "github.com/a/b?ref=c"',
        'source = "git::ssh://a:hunter2@b/c"', 'version = "~> 1"', "required_providers {",
        'x = { source = "a/x" }', 'resource "aws_iam_access_key" "k" {', "user = var.u",
        "user = aws_iam_user.u.name", 'hashes = ["a"]', "dynamic", "${", "<<EOT", "# c", "\x00",
        "\udcff", "é",
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=5), max_size=30).map("\n".join)
_FILES = st.dictionaries(
    st.sampled_from(["main.tf", "a/main.tf", "a/x.tf.json", ".terraform.lock.hcl"]),
    _TEXTS,
    max_size=4,
)

_LINES = st.sampled_from(
    [
        "on: pull_request_target", "on: [push, pull_request]", "on:", "  push: {branches: [main]}",
        "permissions: {id-token: write}", "jobs:", "  j:", "  k: &k", "    steps:", "  <<: *k",
        "    runs-on: [self-hosted, x]", "    environment: ${{ x }}", "    if: x", "\t- x",
        "    uses: ./.github/workflows/w.yml", "    uses: a/b/.github/workflows/x.yml@v1",
        "      - run: terraform plan", "      - uses: actions/checkout@v4", "      - [",
        "      - *k", "        with: {ref: '${{ github.head_ref }}'}", "      - {run: make}",
        "  : x", "- a", "}",
        "repo-allowlist: x", "allow-fork-prs: true", "%TAG ! x", "--- a", "? b",
        "\udcff", "é: *é",
        "include: [.gitlab-ci.yml, s.yaml]", ".a: &a {extends: [.a, j]}", "j: *a",
        "    script: [!reference [j, script], [terraform plan], *k]", "    only: [main, /x/]",
        "    rules: [{if: $CI_COMMIT_TAG, when: never}, [x], y, {changes: []}]", "  - rules",
        "    id_tokens: {T: {aud: x}}", "workflow: {rules: [{if: a && b || c}]}", "j:",
        "projects: [{dir: a, workflow: w}]", "workflows: {w: {plan: {steps: [init, {run: x}]}}}",
        "x: !!python/object/apply:os.system [true]", "    steps: {a: b}", "jobs: [a]", "jobs: a",
    ]
)  # fmt: skip
_WORKFLOWS = st.lists(_LINES | st.text(max_size=5), max_size=25).map("\n".join)
_PIPELINES = st.dictionaries(
    st.sampled_from(
        [
            ".github/workflows/w.yml", ".github/workflows/x.yaml", ".gitlab-ci.yml",
            "atlantis.yaml", "s.yaml",
        ]
    ),
    _WORKFLOWS,
    max_size=3,
)  # fmt: skip


_TRUSTS = tuple(
    Step(
        technique="federation-oidc",
        needs=(Foothold("start", f"arn:aws:iam::1:oidc-provider/{ISSUER}|{pattern}"),),
        grants=Foothold("act-as", "r"),
        cost=1,
    )
    for pattern in ("*", "repo:a/b:*", "repo:a/b:pull_request")
)


def _read(files: dict[str, str]) -> Repository:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        return Repository.read(Path(folder), NOWHERE)


@given(st.builds(lambda code, pipelines: code | pipelines, _FILES, _PIPELINES))
@settings(deadline=None)
def test_any_text_of_a_repository_is_read_or_told(files: dict[str, str]) -> None:
    found = _read(files)
    facts = RepositoryNormaliser()(RecordList(found.records))

    made = (*steps(facts), *following(facts, _TRUSTS))
    assert recheck((*made, *_TRUSTS), facts) == (*made, *_TRUSTS)
    for table in TABLES:
        facts.table(table)


@given(_FILES)
@settings(deadline=None)
def test_no_password_of_an_address_is_kept(files: dict[str, str]) -> None:
    found = _read(files)

    assert "hunter2" not in repr([one.body for one in found.records])


@given(st.builds(lambda code, pipelines: code | pipelines, _FILES, _PIPELINES))
@settings(deadline=None)
def test_rows_of_a_repository_survive_their_records(files: dict[str, str]) -> None:
    records = RecordList(_read(files).records)

    kept = sorted(map(repr, rows(records)))
    facts = RepositoryNormaliser()(records)
    assert kept == sorted(repr(row) for table in TABLES for row in facts.rows(table))
    assert all(row.name for row in facts.rows(CodeInput))
