# SPDX-License-Identifier: Apache-2.0
"""What starts a workflow: what its token then says, and whether somebody outside may start it.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
and https://docs.github.com/en/actions/reference/security/oidc
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.sources.terraform.pipeline.yaml_text import Node

TARGET = "pull_request_target"
_FORKS = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})
"""Events of pull requests whose workflow and code are those that are proposed."""
_ANYBODY = frozenset(
    {TARGET, "discussion", "discussion_comment", "issue_comment", "issues", "workflow_run"}
)
"""Events that people bring about who may not write to the repository, and by which a workflow of
the default branch runs with all its rights."""
_INSIDE = frozenset(
    {
        "assigned", "auto_merge_disabled", "auto_merge_enabled", "demilestoned", "dequeued",
        "enqueued", "labeled", "locked", "milestoned", "pinned", "review_request_removed",
        "review_requested", "transferred", "unassigned", "unlabeled", "unlocked", "unpinned",
    }
)  # fmt: skip
"""Types of events that only people of the repository bring about."""
_CALLED = "workflow_call"
HEADS = "ref:refs/heads/*"


class Start(Struct, frozen=True, kw_only=True):
    """A way in which people who may not write to a repository start a workflow."""

    event: str
    checks_out: bool
    """Without being asked for anything else, it checks out what is proposed."""
    doubts: tuple[str, ...]
    """What would have to be known for it to run with its rights."""


def events(on: Node) -> Mapping[str, Node]:
    """Return the events that start a workflow, with what is said of each."""
    if on.members:
        return on.members
    return {one.text: Node(one.line, "") for one in on.items if one.text}


def starts(on: Node, repository: str) -> Iterator[Start]:
    """Yield the ways in which people outside start a workflow."""
    named = repository or "the repository"
    for event, said in events(on).items():
        types = {one.text for one in said.get("types").items}
        doubts = []
        if types and types <= _INSIDE:
            doubts.append(
                f"whether somebody of {named} has to act first: {', '.join(sorted(types))}"
            )
        if event in _FORKS:
            doubts.append(f"which rights {named} gives to pull requests of forks, and after whose "
                          "approval")  # fmt: skip
        elif event == "workflow_run":
            doubts.append(f"whether pull requests of forks wait for an approval of {named}")
        if event in _FORKS or event in _ANYBODY:
            yield Start(event=event, checks_out=event in _FORKS, doubts=tuple(doubts))


def contexts(on: Node) -> Iterator[str]:
    """Yield what the subject of a token says of why a workflow runs, by itself or for its people;
    `*` stands for what is not told.
    """
    for event, said in events(on).items():
        if event in _FORKS:
            yield "pull_request"
        elif event == TARGET:
            yield from proposed_contexts(event)
        elif event == "push":
            yield from _pushed(said)
        elif event != _CALLED:
            yield "ref:refs/tags/*" if event == "release" else HEADS


def proposed_contexts(event: str) -> tuple[str, ...]:
    """Return what it may say where somebody outside started the workflow: one of these.

    For `pull_request_target` the vendor says neither; tokens have been seen whose ref is that of
    the branch.
    """
    if event in _FORKS:
        return ("pull_request",)
    return ("pull_request", HEADS) if event == TARGET else (HEADS,)


def _pushed(said: Node) -> Iterator[str]:
    branches, tags = said.get("branches").items, said.get("tags").items
    for kind, held in (("heads", branches), ("tags", tags)):
        names = [one.text for one in held]
        if any(name.startswith("!") or set("[]+?") & set(name) for name in names):
            names = ["*"]
        yield from (f"ref:refs/{kind}/{name.replace('**', '*')}" for name in names)
    if not branches and (said.members.get("branches-ignore") or not tags):
        yield HEADS
    if not tags and not branches:
        yield "ref:refs/tags/*"
