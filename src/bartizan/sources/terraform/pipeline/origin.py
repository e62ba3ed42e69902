# SPDX-License-Identifier: Apache-2.0
"""Where modules and providers come from, and whether whoever publishes them decides what is taken.

Sources: https://developer.hashicorp.com/terraform/language/modules/sources,
https://developer.hashicorp.com/terraform/language/providers/requirements and
https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from msgspec import Struct

REGISTRY = "registry.terraform.io"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_EXACT = re.compile(r"=?\s*v?(\d+\.\d+\.\d+[\w.+-]*)")
_FORCED = re.compile(r"([a-z0-9]+)::(.+)")
_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!//)(.+)")
_REGISTRY_MODULE = re.compile(r"(?:([\w.-]+\.[\w.-]+(?::\d+)?)/)?([\w-]+)/([\w-]+)/([\w-]+)")
_HOSTS = ("github.com", "bitbucket.org", "gitlab.com")
_SUB = re.compile(r"(?<!:)//")
_PARTS = 3


class Origin(Struct, frozen=True, kw_only=True):
    """Where something comes from."""

    name: str
    """Without anything that may be a password."""
    version: str
    """The one that is taken, whatever is published later; empty for none."""
    unsure: bool = False
    """Whether one version is taken cannot be told: a tag may be meant, or a branch."""


def is_local(source: str) -> bool:
    """Tell whether a module lies in the same repository."""
    return source.startswith(("./", "../"))


def module(source: str, version: str) -> Origin:
    """Return where a module comes from, by its arguments `source` and `version`.

    A commit is one version for good, and so is one of a registry. Of another `ref` of git nobody
    can tell by its name whether it is a branch or a tag, and tags can be moved as well.
    """
    bare, _, query = source.partition("?")
    asked = parse_qs(query)
    forced = _FORCED.fullmatch(bare)
    getter, address = (forced[1], forced[2]) if forced else ("", bare)
    found = _REGISTRY_MODULE.fullmatch(_SUB.split(address, maxsplit=1)[0])
    if found and not forced and found[1] not in _HOSTS:
        name = "/".join((found[1] or REGISTRY, *found.groups()[1:]))
        return Origin(name=name.lower(), version=exact(version))
    name = _address(address)
    git = getter == "git" or address.startswith("git@") or name.startswith(_HOSTS)
    if git or getter == "hg":
        ref = next(iter(asked.get("ref", asked.get("rev", ()))), "")
        pinned = ref if _COMMIT.fullmatch(ref) else ""
        return Origin(name=name, version=pinned, unsure=bool(ref and not pinned))
    checksum = next(iter(asked.get("checksum", ())), "")
    return Origin(name=name, version=checksum, unsure=address.startswith("oci://"))


def _address(address: str) -> str:
    """Return host and path, without a user, a password, or the part of a repository."""
    scp = _SCP.fullmatch(address) if "://" not in address else None
    bare = f"{scp[1]}/{scp[2]}" if scp else address.partition("://")[2] or address
    host, mark, path = _SUB.split(bare, maxsplit=1)[0].partition("/")
    return f"{host.rpartition('@')[2].lower()}{mark}{path.removesuffix('.git')}"


def exact(constraint: str) -> str:
    """Return the one version that a constraint allows; empty where there may be others."""
    found = _EXACT.fullmatch(constraint.strip())
    return found[1] if found else ""


def provider(source: str) -> str:
    """Return the whole address of a provider: `hashicorp/aws` is of the public registry."""
    parts = source.lower().split("/")
    return "/".join(([REGISTRY] if len(parts) < _PARTS else []) + parts)


def locked(address: str, constraint: str, lock: Mapping[str, str]) -> Origin:
    """Return where a provider comes from; a lock that names it decides on its version."""
    return Origin(name=address, version=lock.get(address, "") or exact(constraint))
