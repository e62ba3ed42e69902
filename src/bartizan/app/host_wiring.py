# SPDX-License-Identifier: Apache-2.0
"""Which implementations read hosts: `wiring` for the commands about them."""

from collections.abc import Sequence
from pathlib import Path

from bartizan.app.settings import home
from bartizan.errors import InputError, Location
from bartizan.ports import Source
from bartizan.store.fingerprint import fingerprint_key


def puppet_files(places: Sequence[Path]) -> Source:
    """Return the source that reads catalogs and facts of Puppet from files.

    Raises:
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.puppet.files import PuppetFiles  # noqa: PLC0415 - slow to import

    return PuppetFiles(places, key=fingerprint_key(home()))


def puppetdb(
    url: str,
    *,
    certificate: Path | None,
    key: Path | None,
    authority: Path | None,
    token: Path | None,
) -> Source:
    """Return the source that reads hosts from the PuppetDB at `url`; `token` is the file that
    holds one.

    Raises:
        InputError: the file of the token cannot be read.
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.puppet.live.client import Identity  # noqa: PLC0415 - slow to import
    from bartizan.sources.puppet.live.source import PuppetDb  # noqa: PLC0415 - slow to import

    identity = Identity(
        certificate=certificate,
        key=key,
        authority=authority,
        token="" if token is None else _token(token),
    )
    return PuppetDb(url=url, identity=identity, key=fingerprint_key(home()))


def _token(place: Path) -> str:
    try:
        token = place.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot read the token", at=Location(str(place))) from error
    if not token.isprintable() or not token:
        raise InputError("the file holds no token", at=Location(str(place)))
    return token
