# SPDX-License-Identifier: Apache-2.0
"""Which implementations read hosts: `wiring` for the commands about them."""

from collections.abc import Sequence
from pathlib import Path

from bartizan.app.settings import home
from bartizan.ports import Source
from bartizan.store.fingerprint import fingerprint_key


def puppet_files(places: Sequence[Path]) -> Source:
    """Return the source that reads catalogs and facts of Puppet from files.

    Raises:
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.puppet.files import PuppetFiles  # noqa: PLC0415 - slow to import

    return PuppetFiles(places, key=fingerprint_key(home()))
