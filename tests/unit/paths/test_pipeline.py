# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.paths.pipeline import GITHUB, called


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("", "GitHub Actions"),
        ("*", "anyone at GitHub Actions"),
        ("repo:a/*", "any workflow of any repository of a (GitHub Actions)"),
        ("repo:a/*:*", "any workflow of any repository of a (GitHub Actions)"),
        ("repo:a/b:*", "any workflow of a/b (GitHub Actions)"),
        ("repo:a/b:pull_request", "workflows of pull requests in a/b (GitHub Actions)"),
        ("repo:a/b:environment:live", "workflows of a/b in its environment live (GitHub Actions)"),
        ("repo:a/b:ref:refs/heads/*", "workflows of any branch of a/b (GitHub Actions)"),
        ("repo:a/b:ref:refs/heads/x/y", "workflows of the branch x/y of a/b (GitHub Actions)"),
        ("repo:a/b*", "GitHub Actions as repo:a/b*"),
        ("repo:a/b:ref:refs/heads/r*", "GitHub Actions as repo:a/b:ref:refs/heads/r*"),
    ],
)
def test_workflows_are_called_by_what_their_subject_tells(subject: str, name: str) -> None:
    assert called(GITHUB, subject) == name


def test_the_issuer_of_an_enterprise_is_github_too() -> None:
    assert called(f"{GITHUB}/acme", "repo:a/b:*") == "any workflow of a/b (GitHub Actions)"


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("project_path:g/*", "any pipeline of any project of g (GitLab)"),
        ("project_path:g/s/p:*", "any pipeline of g/s/p (GitLab)"),
        ("project_path:g/p:ref_type:branch:ref:*", "pipelines of any branch of g/p (GitLab)"),
        ("project_path:g:ref_type:branch:ref:main", "pipelines of the branch main of g (GitLab)"),
        ("project_path:g/p:ref_type:tag:ref:*", "GitLab as project_path:g/p:ref_type:tag:ref:*"),
    ],
)  # fmt: skip
def test_pipelines_are_called_by_what_their_subject_tells(subject: str, name: str) -> None:
    assert called("gitlab.com", subject) == name


def test_of_other_issuers_nothing_is_known() -> None:
    assert called("login.example.org", "repo:a/b:*") == ""
    assert called(f"{GITHUB}.example.org", "repo:a/b:*") == ""
