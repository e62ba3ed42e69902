# SPDX-License-Identifier: Apache-2.0
"""Which versions of providers a folder has locked, and whether the code allows them.

Sources: https://developer.hashicorp.com/terraform/language/files/dependency-lock and
https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from bartizan.sources.terraform.content import whole_of
from bartizan.sources.terraform.pipeline.written import text
from bartizan.sources.terraform.source.module import LARGEST
from bartizan.sources.terraform.source.syntax import File, blocks, elements

LOCK = ".terraform.lock.hcl"

_CONDITION = re.compile(r"\s*(=|!=|>=|<=|>|<|~>|)\s*v?(\d+(?:\.\d+){0,2})\s*")
_SIGNS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "": operator.eq, "=": operator.eq, "!=": operator.ne,
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
_VERSION = re.compile(r"\d+(?:\.\d+){2}")


def locked(place: Path) -> Mapping[str, str]:
    """Return provider to version, for those that a lock file names with hashes.

    Raises:
        InputError: it cannot be read, is no regular file, or is too large.
    """
    if place.is_symlink() or not place.exists():
        return {}
    file = File.parse(place.name, whole_of(place, most=LARGEST), place)
    found = {}
    for block in blocks(file):
        held = block.arguments()
        version, hashes = text(held.get("version")), held.get("hashes")
        hashed = hashes is not None and elements(hashes.value)
        if block.type == "provider" and block.labels and version and hashed:
            found[block.labels[0].lower()] = version
    return found


def refused(constraint: str, version: str) -> bool:
    """Tell whether a constraint surely does not allow a version, so that `terraform init` refuses
    the lock; versions before a release are left open.
    """
    found = [_CONDITION.fullmatch(one) for one in constraint.split(",")]
    if not _VERSION.fullmatch(version):
        return False
    there = _numbers(version)
    return any(one is not None and not _holds(one[1], one[2], there) for one in found)


def _holds(sign: str, wanted: str, there: tuple[int, ...]) -> bool:
    least = (*_numbers(wanted), 0, 0)[:3]
    if sign in _SIGNS:
        return _SIGNS[sign](there, least)
    # `~>` lets the last number that is written grow; what a single one allows is left open.
    fixed = wanted.count(".")
    return there >= least and there[:fixed] == least[:fixed]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
