# SPDX-License-Identifier: Apache-2.0
"""Workspaces of HCP Terraform: which folder one plans, and which teams decide what it runs.

Whoever may plan uploads code of their own, and whoever may write variables says whom a run signs
in as.

Sources:
https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/permissions/workspace,
https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials and
https://registry.terraform.io/providers/hashicorp/tfe/latest/docs/resources/team_access
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts.pipeline import PipelineJob, PipelineWriter
from bartizan.sources.terraform.pipeline.told import Said, Told, Unclear
from bartizan.sources.terraform.pipeline.written import text
from bartizan.sources.terraform.source.module import Module
from bartizan.sources.terraform.source.syntax import Argument, Block, File, reference

ISSUER = "app.terraform.io"
_RIGHTS: Mapping[str, str] = {
    "admin": "administers the workspace",
    "plan": "may plan code of its own in the workspace",
    "write": "may write the variables of the workspace",
}
"""Kinds of access by which a team decides what a workspace runs."""
_SINGLE: Mapping[tuple[str, str], str] = {
    ("runs", "apply"): _RIGHTS["plan"],
    ("runs", "plan"): _RIGHTS["plan"],
    ("variables", "write"): _RIGHTS["write"],
}
_DECIDING = frozenset(name for name, _ in _SINGLE)
_TOLD = 3
"""Names in a reference to an id: `tfe_team.t.id`."""


class Workspaces(Struct, frozen=True):
    """What a module says of workspaces."""

    root: str
    module: Module
    at: Callable[[File], str]

    def told(self) -> Iterator[Said]:
        """Yield the workspaces that it makes or plans in, and the teams that are let into them."""
        for block in self.module.blocks("resource", "tfe_workspace"):
            if (name := self._name(block)) is not None:
                yield self._job(name, block, folders=())
        for block in self._clouds():
            if (name := _planned(block)) is not None:
                yield self._job(name, block, folders=(self.root,))
            else:
                yield Unclear(
                    f"{self.root}: workspace",
                    "which one it is planned in is computed",
                    block.file.text(block.node),
                )
        for block in self.module.blocks("resource", "tfe_team_access"):
            yield from self._access(block)

    def _clouds(self) -> Iterator[Block]:
        for block in self.module.blocks("terraform"):
            for inner in block.blocks():
                if inner.type == "cloud" or inner.labels == ("remote",):
                    yield inner

    def _job(self, name: str, block: Block, folders: tuple[str, ...]) -> Told:
        organization, _, workspace = name.partition("/")
        subject = f"organization:{organization}:project:*:workspace:{workspace}:run_phase:*"
        return Told(
            f"{self.root}: workspace {name}{' plans' if folders else ''}",
            PipelineJob(
                id=f"{ISSUER}/{name}",
                system="terraform-cloud",
                repository="",
                proposals=False,
                doubts=(),
                folders=folders,
                issuer=ISSUER,
                subjects=(subject,),
                proposed_subjects=(),
                machines=(),
                runners=(),
                secrets=(),
                file=self.at(block.file),
                line=block.place.line,
            ),
        )

    def _access(self, block: Block) -> Iterator[Said]:
        id_ = f"{self.root}: {self.at(block.file)} {'.'.join(block.labels)}"
        held = block.arguments()
        team = self._made(held.get("team_id"), "tfe_team")
        workspace = self._made(held.get("workspace_id"), "tfe_workspace")
        rights = _rights(block)
        if rights is None or (rights and (team is None or workspace is None)):
            reason = "who may do what in which workspace is computed"
            yield Unclear(id_, reason, block.file.text(block.node))
            return
        for why in rights or ():
            yield Told(
                f"{id_}: {why}",
                PipelineWriter(
                    job=f"{ISSUER}/{workspace}",
                    who=f"team:{team}",
                    why=why,
                    file=self.at(block.file),
                    line=block.place.line,
                ),
            )

    def _made(self, held: Argument | None, kind: str) -> str | None:
        """Return organisation and name of what a reference to an id means; None for computed."""
        names = reference(held.file, held.value) if held is not None else ()
        if len(names) != _TOLD or names[0] != kind or names[2] != "id":
            return None
        found = self.module.blocks("resource", kind, names[1])
        return self._name(found[-1]) if found else None

    def _name(self, block: Block) -> str | None:
        """Return organisation and name of a thing: its own, or the provider's organisation."""
        held = block.arguments()
        name, organization = text(held.get("name")), held.get("organization")
        if organization is None:
            for provider in self.module.blocks("provider", "tfe"):
                organization = provider.arguments().get("organization")
        return f"{text(organization)}/{name}" if name and text(organization) else None


def _planned(cloud: Block) -> str | None:
    """Return organisation and name of the one workspace in which a folder is planned."""
    organization = text(cloud.arguments().get("organization"))
    for inner in cloud.blocks():
        name = text(inner.arguments().get("name"))
        if inner.type == "workspaces" and name and organization:
            return f"{organization}/{name}"
    return None


def _rights(block: Block) -> tuple[str, ...] | None:
    """Return by which rights a team decides what runs; None where they are computed."""
    access = block.arguments().get("access")
    if access is not None:
        told = text(access)
        if told is None:
            return None
        return (_RIGHTS[told],) if told in _RIGHTS else ()
    found: list[str] = []
    for inner in block.blocks():
        for name, argument in inner.arguments().items():
            told = text(argument)
            if told is None and name in _DECIDING:
                return None
            if told is not None and (name, told) in _SINGLE:
                found.append(_SINGLE[name, told])
    return tuple(dict.fromkeys(found))
