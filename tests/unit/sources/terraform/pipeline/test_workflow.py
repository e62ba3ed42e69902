# SPDX-License-Identifier: Apache-2.0
"""Jobs of workflows: what they run, who starts them, and whom they are."""

from pathlib import Path

import pytest

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline.workflow import ISSUER, Whereabouts
from tests.fakes.repository import told

ACME = Whereabouts(name="acme/infra", machines={"builder": "arn:m"})
HEAD = '{uses: actions/checkout@v4, with: {ref: "${{ github.event.pull_request.head.sha }}"}}'
BASE = "{uses: actions/checkout@v4}"
TARGET = "pull_request_target"
FORK = (
    "{uses: actions/checkout@v4, with: {path: pr, repository: "
    '"${{ github.event.pull_request.head.repo.full_name }}"}}'
)
OPEN = "{uses: actions/checkout@v4, with: {ref: '${{ inputs.ref }}'}}"


def jobs(place: Path, text: str, **files: str) -> dict[str, PipelineJob]:
    held = {f".github/workflows/{name}.yml": one for name, one in files.items()}
    facts, _ = told(place, {".github/workflows/w.yml": text, **held}, ACME)
    return {
        row.id.removeprefix(".github/workflows/w.yml#"): row for row in facts.rows(PipelineJob)
    }


def job(place: Path, *steps: str, on: str = TARGET, more: str = "") -> PipelineJob:
    held = "\n".join(f"      - {step}" for step in steps)
    text = f"on: {on}\njobs:\n  j:\n    runs-on: ubuntu-24.04\n{more}    steps:\n{held}\n"
    return jobs(place, text)["j"]


@pytest.mark.parametrize(
    "steps",
    [
        (HEAD, "{run: make}"),
        (HEAD, "{uses: ./.github/actions/x}"),
        (HEAD, "{uses: dflook/terraform-plan@v1}"),
        (FORK, "{run: make -C pr}"),
        (FORK, "{run: make, working-directory: pr/a}"),
        ("{run: 'gh pr checkout 1'}", "{run: make}"),
        ("{run: 'echo ${{ github.event.issue.title }}'}",),
        ("{uses: actions/github-script@v7, with: {script: 'x(`${{ github.head_ref }}`)'}}",),
        (HEAD, "{run: make, if: always()}"),
    ],
)  # fmt: skip
def test_what_somebody_proposes_is_run_for_sure(tmp_path: Path, steps: tuple[str, ...]) -> None:
    found = job(tmp_path, *steps)

    assert (found.proposals, found.doubts) == (True, ())


@pytest.mark.parametrize(
    ("steps", "on", "more"),
    [
        ((HEAD, "{run: terraform init}"), TARGET, ""),
        ((HEAD, "{uses: acme/unknown@v1}"), TARGET, ""),
        ((HEAD, "{run: make, if: github.actor != 'x'}"), TARGET, ""),
        ((HEAD, "{run: make}"), TARGET, "    if: contains(x, 'safe')\n"),
        ((HEAD, "{run: make}"), TARGET, "    environment: {name: guarded}\n"),
        ((HEAD, "{run: make}"), "{pull_request_target: {types: [labeled]}}", ""),
        ((OPEN, "{run: make}"), TARGET, ""),
        ((FORK, "{run: make}"), TARGET, ""),
        ((BASE, "{run: make}"), "pull_request", ""),
        ((HEAD, "{run: make}"), "workflow_run", ""),
        ((HEAD, BASE.replace("v4}", "v4, if: x()}"), "{run: make}"), TARGET, ""),
    ],
)  # fmt: skip
def test_what_hangs_on_something_unknown_is_doubted(
    tmp_path: Path, steps: tuple[str, ...], on: str, more: str
) -> None:
    found = job(tmp_path, *steps, on=on, more=more)

    assert found.proposals
    assert found.doubts


@pytest.mark.parametrize(
    ("steps", "on", "more"),
    [
        ((BASE, "{run: make}"), TARGET, ""),
        ((HEAD, "{run: echo hello}"), TARGET, ""),
        ((HEAD, "{uses: actions/setup-node@v4}"), TARGET, ""),
        ((HEAD, BASE, "{run: make}"), TARGET, ""),
        ((HEAD, "{run: make}"), "push", ""),
        (("{uses: actions/checkout@v4, with: {ref: main}}", "{run: make}"), TARGET, ""),
        ((HEAD, "{run: make}"), TARGET,
         "    if: github.event.pull_request.head.repo.full_name == github.repository\n"),
        ((HEAD, "{run: make, if: false}"), TARGET, ""),
        (("{env: {T: '${{ github.event.issue.title }}'}, run: 'echo $T'}",), TARGET, ""),
        (("{run: make}",), TARGET, ""),
    ],
)  # fmt: skip
def test_what_only_looks_alike_runs_nothing_of_others(
    tmp_path: Path, steps: tuple[str, ...], on: str, more: str
) -> None:
    assert not job(tmp_path, *steps, on=on, more=more).proposals


@pytest.mark.parametrize(
    ("outer", "inner", "issuer"),
    [
        ("", "", ""), ("permissions: {id-token: write}\n", "", ISSUER),
        ("permissions: write-all\n", "", ISSUER), ("permissions: read-all\n", "", ""),
        ("permissions: {id-token: write}\n", "    permissions: {contents: read}\n", ""),
        ("", "    permissions: {id-token: write}\n", ISSUER),
        ("permissions: {id-token: none}\n", "", ""),
    ],
)  # fmt: skip
def test_a_token_is_asked_for_by_permission_alone(
    tmp_path: Path, outer: str, inner: str, issuer: str
) -> None:
    text = f"on: push\n{outer}jobs:\n  j:\n    runs-on: x\n{inner}    steps: []\n"

    assert jobs(tmp_path, text)["j"].issuer == issuer


def test_subjects_name_the_repository_and_an_environment_before_all_else(tmp_path: Path) -> None:
    text = (
        "on: {push: {branches: [main]}, pull_request: {}}\npermissions: {id-token: write}\njobs:\n"
        "  plain: {steps: []}\n  live: {environment: live, steps: []}\n"
        "  any: {environment: {name: '${{ inputs.e }}'}, steps: []}\n"
    )
    found = jobs(tmp_path, text)

    assert found["plain"].subjects == (
        "repo:acme/infra:pull_request",
        "repo:acme/infra:ref:refs/heads/main",
    )
    assert found["live"].subjects == ("repo:acme/infra:environment:live",)
    assert found["any"].subjects == ("repo:acme/infra:environment:*",)


def test_machines_are_told_by_their_labels(tmp_path: Path) -> None:
    text = (
        "on: push\njobs:\n  a: {runs-on: [self-hosted, builder]}\n  b: {runs-on: ubuntu-latest}\n"
        "  c: {runs-on: {group: big, labels: [x]}}\n  d: {runs-on: '${{ matrix.os }}'}\n"
    )
    found = jobs(tmp_path, text)

    assert (found["a"].machines, found["a"].runners) == (("arn:m",), ())
    assert (found["b"].machines, found["b"].runners) == ((), ())
    assert found["c"].runners == ("big", "x")
    assert found["d"].runners == ("${{ matrix.os }}",)


def test_secrets_are_named_and_never_kept(tmp_path: Path) -> None:
    text = (
        "on: push\nenv: {K: '${{ secrets.OUTER }}'}\njobs:\n  j:\n    steps:\n"
        "      - {run: x, env: {T: '${{ secrets.GITHUB_TOKEN }}', S: '${{ secrets.KEY }}'}}\n"
        "      - {run: 'scan for secrets', with: {all: '${{ toJSON(secrets) }}'}}\n"
    )

    assert jobs(tmp_path, text)["j"].secrets == ("*", "KEY", "OUTER")


def test_folders_are_those_that_are_planned(tmp_path: Path) -> None:
    text = (
        "on: push\ndefaults: {run: {working-directory: live}}\njobs:\n  j:\n    steps:\n"
        "      - {run: terraform plan}\n"
        "      - {run: terraform apply, working-directory: a/../b}\n"
        "      - {uses: dflook/terraform-apply@v1, with: {path: c}}\n"
    )

    assert jobs(tmp_path, text)["j"].folders == ("b", "c", "live")


def test_a_workflow_that_is_called_runs_as_its_caller(tmp_path: Path) -> None:
    text = (
        f"on: {TARGET}\npermissions: {{id-token: write}}\njobs:\n"
        "  call: {uses: ./.github/workflows/inner.yml}\n"
        "  less: {uses: ./.github/workflows/inner.yml, permissions: {contents: read}}\n"
        "  if: {uses: ./.github/workflows/inner.yml, if: x()}\n"
        "  far: {uses: acme/shared/.github/workflows/x.yml@v1}\n"
    )
    steps = f"      - {HEAD}\n      - {{run: make}}\n"
    inner = f"on: workflow_call\njobs:\n  j:\n    steps:\n{steps}"
    found = jobs(tmp_path, text, inner=inner)

    assert found["call/j"].proposals
    assert found["call/j"].issuer == ISSUER
    assert found["less/j"].issuer == ""
    assert found["if/j"].doubts
    assert not found[".github/workflows/inner.yml#j"].proposals
    _, unclear = told(tmp_path, {}, ACME)
    reason = "it runs acme/shared/.github/workflows/x.yml, which is not read"
    assert unclear == {".github/workflows/w.yml#far": reason}


def test_workflows_that_call_one_another_end(tmp_path: Path) -> None:
    text = "on: push\njobs:\n  j: {uses: ./.github/workflows/w.yml}\n"
    _, unclear = told(tmp_path, {".github/workflows/w.yml": text}, ACME)

    assert list(unclear) == [".github/workflows/w.yml#j/j/j/j/j"]


def test_a_workflow_that_calls_itself_many_times_ends_soon(tmp_path: Path) -> None:
    calls = "".join(f"  j{n}: {{uses: ./.github/workflows/w.yml}}\n" for n in range(300))
    _, unclear = told(tmp_path, {".github/workflows/w.yml": f"on: push\njobs:\n{calls}"}, ACME)

    assert unclear[".github/workflows/w.yml"] == "it has more jobs than are followed"
    assert len(unclear) < 51_000


@pytest.mark.parametrize(
    "name",
    [
        ".spacelift/config.yml", ".circleci/config.yml", ".circleci/continue.json",
        "azure-pipelines.yml", "azure-pipelines.yaml", "azure-pipelines-prod.yml",
        "infra/azure-pipelines.plan.yml", ".azure-pipelines/plan.yml", ".azuredevops/a.yml",
        "Jenkinsfile", "infra/Jenkinsfile", "Jenkinsfile.prod", "Jenkinsfile-plan",
        "plan.jenkinsfile", "plan.Jenkinsfile", ".jenkins/plan.groovy",
        ".buildkite/pipeline.yml", ".buildkite/run.sh", "bitbucket-pipelines.yml",
        ".bitbucket/x.sh", "buildspec.yml", "buildspec.yaml", "buildspec-plan.yml",
        "cloudbuild.yaml", ".drone.yml", ".woodpecker.yaml", ".woodpecker/plan.yaml",
        ".travis.yml", ".cirrus.yml", "appveyor.yml", "codefresh.yml", "digger.yml", "env0.yml",
        ".terrateam/config.yml", ".harness/plan.yaml", ".semaphore/semaphore.yml",
        ".tekton/run.yaml", ".gitea/workflows/plan.yml", ".forgejo/workflows/plan.yml",
    ],
)  # fmt: skip
def test_pipelines_of_other_makers_are_named(tmp_path: Path, name: str) -> None:
    _, unclear = told(tmp_path, {name: "a: b"})

    assert unclear == {name: "pipelines of this kind are not read"}


@pytest.mark.parametrize(
    "name",
    ["jenkinsfiles.md", "circleci/config.yml", "buildspecs.yml", "azure.yml", "my-env0.yml"],
)
def test_what_is_only_called_alike_is_no_pipeline(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, {name: "a: b"})[1] == {}


def test_other_pipelines_and_what_is_no_yaml_are_told(tmp_path: Path) -> None:
    files = {
        "below/.gitlab-ci.yml": "a: b",
        ".gitlab/ci/plan.yml": "a: b",
        ".spacelift/config.yml": "a: b",
        ".github/workflows/x.yml": "a: [",
        "x/y.yaml": "[",
    }

    _, unclear = told(tmp_path, files)

    assert unclear == {
        "below/.gitlab-ci.yml": "pipelines of this kind are not read",
        ".gitlab/ci/plan.yml": "pipelines of this kind are not read",
        ".spacelift/config.yml": "pipelines of this kind are not read",
        ".github/workflows/x.yml": "it is no YAML from line 1 on",
    }
