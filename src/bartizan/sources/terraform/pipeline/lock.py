# SPDX-License-Identifier: Apache-2.0
"""Which versions of providers a folder has locked.

Source: https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

from collections.abc import Mapping
from pathlib import Path

from bartizan.sources.terraform.pipeline.written import text
from bartizan.sources.terraform.source.module import LARGEST
from bartizan.sources.terraform.source.syntax import File, blocks, elements

LOCK = ".terraform.lock.hcl"


def locked(place: Path) -> Mapping[str, str]:
    """Return provider to version, for those that a lock file names with hashes."""
    try:
        if place.is_symlink() or place.stat().st_size > LARGEST:
            return {}
        file = File.parse(place.name, place.read_bytes(), place)
    except OSError:
        return {}
    found = {}
    for block in blocks(file):
        held = block.arguments()
        version, hashes = text(held.get("version")), held.get("hashes")
        hashed = hashes is not None and elements(hashes.value)
        if block.type == "provider" and block.labels and version and hashed:
            found[block.labels[0].lower()] = version
    return found
