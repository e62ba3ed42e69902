# SPDX-License-Identifier: Apache-2.0
"""Workspaces of HCP Terraform, and the teams that are let into them."""

from pathlib import Path

import pytest

from bartizan.model.facts.pipeline import PipelineJob, PipelineWriter
from tests.fakes.repository import told

HEAD = (
    'provider "tfe" { organization = "acme" }\nresource "tfe_workspace" "w" { name = "live" }\n'
    'resource "tfe_team" "t" { name = "ops" }\n'
)
IDS = "  team_id = tfe_team.t.id\n  workspace_id = tfe_workspace.w.id\n"


def access(place: Path, text: str, ids: str = IDS) -> tuple[list[PipelineWriter], dict[str, str]]:
    block = f'resource "tfe_team_access" "a" {{\n{text}\n{ids}}}\n'
    facts, unclear = told(place, {"main.tf": HEAD + block})
    return list(facts.rows(PipelineWriter)), unclear


@pytest.mark.parametrize(
    "text",
    [
        'access = "write"', 'access = "admin"', 'access = "plan"',
        'permissions {\n runs = "apply"\n }', 'permissions {\n variables = "write"\n }',
    ],
)  # fmt: skip
def test_a_team_decides_by_what_it_may_plan_or_write(tmp_path: Path, text: str) -> None:
    (row,), unclear = access(tmp_path, text)

    assert (row.job, row.who) == ("app.terraform.io/acme/live", "team:acme/ops")
    assert not unclear


@pytest.mark.parametrize(
    "text",
    ['access = "read"', 'permissions {\n runs = "read"\n variables = "read"\n }', ""],
)
def test_a_team_that_reads_decides_nothing(tmp_path: Path, text: str) -> None:
    assert access(tmp_path, text) == ([], {})


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("access = var.a", IDS),
        ("permissions {\n runs = var.r\n }", IDS),
        ('access = "write"', IDS.replace("tfe_team.t.id", "var.t")),
        ('access = "write"', IDS.replace("tfe_workspace.w.id", "tfe_workspace.gone.id")),
        ('access = "write"', IDS.replace("w.id", "w.name")),
    ],
)
def test_what_is_computed_is_told(tmp_path: Path, text: str, ids: str) -> None:
    rows, unclear = access(tmp_path, text, ids)

    assert rows == []
    assert [*unclear.values()] == ["who may do what in which workspace is computed"]


@pytest.mark.parametrize(
    ("block", "folders"),
    [
        ('cloud {\n organization = "acme"\n workspaces { name = "live" }\n }', (".",)),
        ('backend "remote" {\n organization = "acme"\n workspaces { name = "live" }\n }', (".",)),
    ],
)
def test_a_folder_is_planned_in_its_workspace(
    tmp_path: Path, block: str, folders: tuple[str, ...]
) -> None:
    facts, _ = told(tmp_path, {"main.tf": f"terraform {{\n{block}\n}}\n"})

    (row,) = facts.rows(PipelineJob)
    assert (row.id, row.folders) == ("app.terraform.io/acme/live", folders)
    assert row.subjects == ("organization:acme:project:*:workspace:live:run_phase:*",)


def test_a_folder_of_several_workspaces_is_told(tmp_path: Path) -> None:
    block = 'cloud {\n organization = "acme"\n workspaces { tags = ["x"] }\n }'
    facts, unclear = told(tmp_path, {"main.tf": f"terraform {{\n{block}\n}}\n"})

    assert facts.rows(PipelineJob) == ()
    assert unclear == {
        ".: state": "where it lies cannot be told",
        ".: workspace": "which one it is planned in is computed",
    }


def test_a_workspace_has_the_organisation_that_it_names(tmp_path: Path) -> None:
    text = (
        'provider "tfe" {}\n'
        'resource "tfe_workspace" "a" {\n name = "x"\n organization = "other"\n}\n'
        'resource "tfe_workspace" "b" { name = "y" }\n'
        'resource "tfe_workspace" "c" { name = var.n }\n'
    )
    facts, _ = told(tmp_path, {"main.tf": text})

    assert [row.id for row in facts.rows(PipelineJob)] == ["app.terraform.io/other/x"]
