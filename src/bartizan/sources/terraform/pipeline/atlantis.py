# SPDX-License-Identifier: Apache-2.0
"""Settings of a server of Atlantis, which plans whatever is proposed in the repositories that it
serves; planning runs code, before anybody has approved of it.

Sources: https://www.runatlantis.io/docs/server-configuration and
https://www.runatlantis.io/docs/security
"""

from collections.abc import Iterator

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline.shell import ANY
from bartizan.sources.terraform.pipeline.told import Told
from bartizan.sources.terraform.pipeline.workflow import Whereabouts
from bartizan.sources.terraform.pipeline.yaml_text import Node

MARK = b"repo-allowlist"
"""What stands in a file of such settings."""
_LABEL = "atlantis"
_TRUE = frozenset({"true", "yes", "on"})


def server(path: str, node: Node, where: Whereabouts) -> Iterator[Told]:
    """Yield the server that a file of settings is of; nothing where it is none."""
    served = node.get("repo-allowlist")
    if not served.text:
        return
    machine = (where.machines or {}).get(_LABEL, "")
    forks = node.get("allow-fork-prs")
    unsure = bool(forks.text) and forks.text.lower() not in {"false", "no", "off", *_TRUE}
    doubts = (f"what line {forks.line} of {path} says of forks",) if unsure else ()
    yield Told(
        f"{path}#atlantis",
        PipelineJob(
            id=f"{path}#atlantis",
            system="atlantis",
            repository=served.text,
            proposals=unsure or forks.text.lower() in _TRUE,
            doubts=doubts,
            folders=(ANY,),
            issuer="",
            subjects=(),
            proposed_subjects=(),
            machines=(machine,) if machine else (),
            runners=() if machine else (_LABEL,),
            secrets=(),
            file=path,
            line=forks.line if forks.text else served.line,
        ),
    )
