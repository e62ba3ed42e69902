# SPDX-License-Identifier: Apache-2.0
"""What people call those who may run a pipeline, as the subject of its token tells them apart.

Sources: https://docs.github.com/en/actions/reference/security/oidc and
https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

_Words: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]

_NAME = r"[^:/*?]+"
_GITHUB: _Words = (
    (re.compile(rf"repo:(?P<a>{_NAME})/\*(?::\*)?"), "any workflow of any repository of {a}"),
    (re.compile(rf"repo:(?P<a>{_NAME}/{_NAME}):\*"), "any workflow of {a}"),
    (
        re.compile(rf"repo:(?P<a>{_NAME}/{_NAME}):pull_request"),
        "workflows of pull requests in {a}",
    ),
    (
        re.compile(rf"repo:(?P<a>{_NAME}/{_NAME}):environment:(?P<b>[^*?]+)"),
        "workflows of {a} in its environment {b}",
    ),
    (
        re.compile(rf"repo:(?P<a>{_NAME}/{_NAME}):ref:refs/heads/\*"),
        "workflows of any branch of {a}",
    ),
    (
        re.compile(rf"repo:(?P<a>{_NAME}/{_NAME}):ref:refs/heads/(?P<b>[^*?]+)"),
        "workflows of the branch {b} of {a}",
    ),
)
_GITLAB: _Words = (
    (re.compile(r"project_path:(?P<a>[^:*?]+)/\*(?::\*)?"), "any pipeline of any project of {a}"),
    (re.compile(r"project_path:(?P<a>[^:*?]+):\*"), "any pipeline of {a}"),
    (
        re.compile(r"project_path:(?P<a>[^:*?]+):ref_type:branch:ref:\*"),
        "pipelines of any branch of {a}",
    ),
    (
        re.compile(r"project_path:(?P<a>[^:*?]+):ref_type:branch:ref:(?P<b>[^*?]+)"),
        "pipelines of the branch {b} of {a}",
    ),
)
GITHUB = "token.actions.githubusercontent.com"
"""Issuer of the tokens of GitHub's workflows."""
_ISSUERS: Mapping[str, tuple[str, _Words]] = {
    GITHUB: ("GitHub Actions", _GITHUB),
    "gitlab.com": ("GitLab", _GITLAB),
}


_WHO: Mapping[str, str] = {
    "module": "whoever publishes the module {}",
    "provider": "whoever publishes the provider {}",
    "pull-request": "whoever may open a pull request in {}",
    "team": "the team {}",
}
"""How entities begin that stand for people around a pipeline, and what those are called."""


def who(entity: str) -> str:
    """Return what people call those around a pipeline: `module:github.com/acme/vpc`; empty for
    anything else.
    """
    kind, _, name = entity.partition(":")
    return _WHO[kind].format(name or "this repository") if kind in _WHO else ""


def called(issuer: str, subject: str) -> str:
    """Return what people call those whose tokens an issuer signs with a subject, which may be a
    pattern; empty where the issuer's subjects are not understood.
    """
    host = issuer.partition("/")[0]
    if host not in _ISSUERS:
        return ""
    name, words = _ISSUERS[host]
    if not subject:
        return name
    if subject == "*":
        return f"anyone at {name}"
    for pattern, text in words:
        if found := pattern.fullmatch(subject):
            return f"{text.format(**found.groupdict())} ({name})"
    return f"{name} as {subject}"
