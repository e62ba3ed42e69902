# SPDX-License-Identifier: Apache-2.0
"""Jobs of pipelines of GitLab: what they plan, for what they run, and whom they are."""

from pathlib import Path

import pytest

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.workflow import Whereabouts
from tests.fakes.repository import put, told

ACME = Whereabouts(name="gitlab.com/acme/infra", machines={"builder": "arn:m"})
TOKEN = "id_tokens: {T: {aud: a}}"
SCRIPT = "script: [terraform plan]"


def jobs(
    place: Path, text: str, where: Whereabouts = ACME, **files: str
) -> tuple[dict[str, PipelineJob], dict[str, str]]:
    held = {f"ci/{name}.yml": one for name, one in files.items()}
    facts, unclear = told(place, {".gitlab-ci.yml": text, **held}, where)
    found = {row.id.removeprefix(".gitlab-ci.yml#"): row for row in facts.rows(PipelineJob)}
    return found, unclear


def refs(row: PipelineJob) -> set[str]:
    """Return branches and tags of the subjects of a job's tokens."""
    heads = {one.partition(":ref_type:")[2].replace(":ref:", " ") for one in row.subjects}
    assert all(one.startswith("project_path:acme/infra:ref_type:") for one in row.subjects)
    return heads


EVERY = {"branch *", "tag *"}
MERGE = "if: $CI_PIPELINE_SOURCE == 'merge_request_event'"
MAIN = 'if: $CI_COMMIT_BRANCH == "main"'
ANY_BRANCH = {"branch *"}


@pytest.mark.parametrize(
    ("said", "wanted", "doubts"),
    [
        ("", EVERY, None),
        (f"rules: [{{{MERGE}}}]", {"branch *"}, 1),
        ("rules: [{if: $CI_MERGE_REQUEST_IID, when: manual}]", {"branch *"}, 2),
        (f"rules: [{{{MAIN}}}]", {"branch main"}, None),
        ("rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]", {"branch *"}, None),
        ("rules: [{if: $CI_COMMIT_TAG}]", {"tag *"}, None),
        (f"rules: [{{{MERGE}, when: never}}, {{when: always}}]", EVERY, None),
        (f"rules: [{{{MAIN}, when: never}}, {{if: $CI_COMMIT_BRANCH}}]", {"branch *"}, None),
        ("rules: [{if: $CI_COMMIT_BRANCH, when: never}, {when: always}]", EVERY, 1),
        (f"rules: [{{{MAIN}, when: never}}, {{{MAIN}}}]", set(), None),
        (f"rules: [{{if: $X, when: never}}, {{{MAIN}}}]", {"branch *"}, None),
        (f"rules: [{{if: $X, when: never}}, {{{MERGE}}}]", {"branch *"}, 2),
        ("rules: [{when: never}, {when: always}]", set(), None),
        ("rules: [{when: always}, {if: $CI_COMMIT_TAG}]", EVERY, 1),
        ("rules: [{changes: ['*.tf']}]", EVERY, 2),
        (f"rules: [{{{MAIN} && $X}}]", {"branch *"}, None),
        (f"rules: [{{{MAIN} || $CI_COMMIT_TAG}}]", {"branch main", "tag *"}, None),
        (f"rules: [{{{MAIN} && $X, when: never}}, {{if: $CI_COMMIT_BRANCH}}]", {"branch *"}, None),
        (f"rules: [{{if: $CI_COMMIT_BRANCH =~ /x/, when: never}}, {{{MAIN}}}]", ANY_BRANCH, None),
        ("rules: [{if: $X}]", EVERY, 2),
        ("rules: [{if: ($X || $Y) && $CI_COMMIT_TAG}]", EVERY, 2),
        ('rules: [{if: $CI_PIPELINE_SOURCE == "schedule"}]', EVERY, None),
        ("only: [main]", {"branch main", "tag main"}, None),
        ("only: [merge_requests]", {"branch *"}, 1),
        ("only: {refs: [tags], changes: [a]}", {"tag *"}, None),
        ("only: [/^x/]", EVERY, None),
        ("except: [tags]", {"branch *"}, None),
        ("only: [main, tags]\n  except: [main]", {"tag *"}, None),
    ],
)  # fmt: skip
def test_a_job_runs_for_what_its_rules_let_through(
    tmp_path: Path, said: str, wanted: set[str], doubts: int | None
) -> None:
    found, unclear = jobs(tmp_path, f"j:\n  {TOKEN}\n  {SCRIPT}\n  {said}\n")

    row = found["j"]
    assert refs(row) == wanted
    assert (row.proposals, len(row.doubts)) == (doubts is not None, doubts or 0)
    assert unclear == {}


@pytest.mark.parametrize(
    ("workflow", "said", "wanted", "merge"),
    [
        (f"[{{{MERGE}}}]", "", {"branch *"}, True),
        (f"[{{{MERGE}}}]", f"rules: [{{{MAIN}}}]", set(), False),
        (f"[{{{MAIN}}}]", "rules: [{when: always}]", {"branch main"}, False),
        (f"[{{{MAIN}}}]", "only: [tags]", set(), False),
        ("[{if: $CI_COMMIT_BRANCH}]", f"rules: [{{{MAIN}}}, {{{MERGE}}}]", {"branch main"}, False),
    ],
)
def test_a_job_runs_within_what_its_whole_pipeline_runs_for(
    tmp_path: Path, workflow: str, said: str, wanted: set[str], *, merge: bool
) -> None:
    text = f"workflow: {{rules: {workflow}}}\nj:\n  {TOKEN}\n  {SCRIPT}\n  {said}\n"

    row = jobs(tmp_path, text)[0]["j"]

    assert (refs(row), row.proposals) == (wanted, merge)


@pytest.mark.parametrize(
    ("name", "issuer", "subject"),
    [
        ("gitlab.com/acme/infra", "gitlab.com", "project_path:acme/infra:"),
        ("Git.Acme.io/a/b/c", "git.acme.io", "project_path:a/b/c:"),
        ("acme/infra", "", ""),
        ("", "", ""),
    ],
)
def test_who_signs_a_token_is_told_by_the_name_of_the_project(
    tmp_path: Path, name: str, issuer: str, subject: str
) -> None:
    found, unclear = jobs(tmp_path, f"j: {{{TOKEN}, {SCRIPT}}}", Whereabouts(name=name))

    assert found["j"].issuer == issuer
    assert all(one.startswith(subject) for one in found["j"].subjects)
    assert bool(found["j"].subjects) == bool(issuer)
    assert list(unclear) == ([] if issuer else [".gitlab-ci.yml#j: tokens"])


def test_only_jobs_that_say_so_ask_for_tokens(tmp_path: Path) -> None:
    text = f"default: {{{TOKEN}}}\na: {{{SCRIPT}}}\nb: {{id_tokens: {{}}, {SCRIPT}}}\n"

    found, _ = jobs(tmp_path, text)

    assert [found[name].issuer for name in "ab"] == ["gitlab.com", ""]


@pytest.mark.parametrize(
    ("said", "folders"),
    [
        ("script: [terraform fmt]", ()),
        ("script: [terraform -chdir=a plan, tofu -chdir=b/ apply]", ("a", "b")),
        ("script: [cd a, terraform plan]", ("*",)),
        ("before_script: [cd a]\n  script: [terraform plan]", ("*",)),
        ("script: [gitlab-terraform plan]", ("*",)),
        ("script: [[terraform -chdir=a plan]]", ("a",)),
        ("script: [!reference [.h, script], echo]", ("h",)),
        ("script: !reference [.h, script]", ("h",)),
        ("extends: .h", ("h",)),
        ("extends: [.g, .h]", ("h",)),
        ("extends: .g", ()),
        ("extends: .h\n  script: [echo]", ()),
        ("script: [echo]\n  after_script: [terraform -chdir=a destroy]", ("a",)),
    ],
)
def test_the_folders_of_a_job_are_found_in_all_that_it_runs(
    tmp_path: Path, said: str, folders: tuple[str, ...]
) -> None:
    hidden = ".h: {script: [terraform -chdir=h plan]}\n.g: {script: [echo]}\n"

    found, unclear = jobs(tmp_path, f"{hidden}j:\n  {said}\n")

    assert found["j"].folders == folders
    assert unclear == {}


@pytest.mark.parametrize(
    ("said", "name", "wanted"),
    [
        ("tags: [builder, x]", "gitlab.com/a/b", (("arn:m",), ())),
        ("tags: [x, saas-linux-small-amd64]", "gitlab.com/a/b", ((), ("x",))),
        ("tags: []", "gitlab.com/a/b", ((), ())),
        ("tags: []", "git.acme.io/a/b", ((), ("untagged",))),
        ("tags: [saas-x]", "git.acme.io/a/b", ((), ("saas-x",))),
    ],
)
def test_a_job_runs_on_the_machines_that_its_tags_name(
    tmp_path: Path, said: str, name: str, wanted: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    where = Whereabouts(name=name, machines={"builder": "arn:m"})

    row = jobs(tmp_path, f"j:\n  {SCRIPT}\n  {said}\n", where)[0]["j"]

    assert (row.machines, row.runners) == wanted


def test_files_that_are_taken_in_count_and_the_one_at_the_top_wins(tmp_path: Path) -> None:
    found, unclear = jobs(
        tmp_path,
        "include: [{local: /ci/a.yml}, ci/b.yml]\nj: {script: [echo]}\n",
        a=f"include: /ci/c.yml\nj: {{{SCRIPT}, tags: [builder]}}\nk: {{{SCRIPT}}}\n",
        b="k: {script: [echo]}",
        c=f"l: {{{SCRIPT}}}",
    )

    assert {name: row.folders for name, row in found.items()} == {"j": (), "k": (), "l": (".",)}
    assert found["j"].machines == ("arn:m",)
    assert [found[name].file for name in "jkl"] == [".gitlab-ci.yml", "ci/b.yml", "ci/c.yml"]
    assert unclear == {}


@pytest.mark.parametrize(
    "said",
    [
        "include: {remote: https://x/y.yml}", "include: https://x/y.yml", "include: ci/none.yml",
        "include: {project: a/b, file: c.yml}", "include: {component: a/b/c@1}",
        "include: {local: ci/*.yml}", "include: {local: ci/a.yml, rules: [{if: $X}]}",
        "include: {template: T.yml}", "include: .gitlab-ci.yml", "<<: {a: b}", "a: [",
        "spec: {inputs: {}}", "j: {trigger: a/b}", "j: {extends: .none}",
        "j: {inherit: {default: false}}", "j: {script: [echo $CI_JOB_JWT_V2]}", "j: {run: []}",
        "j: {script: [!reference [.none, script]]}", ".a: {extends: .a}\nj: {extends: .a}",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_and_a_change_of_it_is_seen(
    tmp_path: Path, said: str
) -> None:
    _, unclear = jobs(tmp_path, f"{said}\n", a="k: {script: [echo]}")

    assert len(unclear) == 1
    assert all(reason for reason in unclear.values())


def test_a_part_that_is_not_understood_differs_where_any_file_of_the_pipeline_does(
    tmp_path: Path,
) -> None:
    files = {".gitlab-ci.yml": "include: [ci/a.yml, ci/none.yml]", "ci/a.yml": "a: {script: x}"}
    places = [put(tmp_path / name, files) for name in "abc"]
    put(places[2], {"ci/a.yml": "a: {script: y}"})

    one, same, other = (Repository.read(place, ACME).unclear for place in places)

    assert one == same != other


def test_many_jobs_that_extend_much_end_soon(tmp_path: Path) -> None:
    much = "".join(f"    v{n}: x\n" for n in range(2_000))
    text = f".a:\n  variables:\n{much}" + "".join(f"j{n}: {{extends: .a}}\n" for n in range(999))

    found, unclear = jobs(tmp_path, text)

    assert unclear == {".gitlab-ci.yml": "it has more jobs than are followed"}
    assert len(found) < 30
