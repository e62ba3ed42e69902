# SPDX-License-Identifier: Apache-2.0
"""Which implementations read hosts: `wiring` for the commands about them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bartizan.app.settings import home
from bartizan.errors import InputError, Location, UsageError
from bartizan.files import document
from bartizan.ports import Source
from bartizan.store.fingerprint import fingerprint_key

if TYPE_CHECKING:
    from bartizan.sources.chef.change import FolderChange
    from bartizan.sources.puppet.change import CatalogChange

_TERRAFORM = (".tf", ".tf.json", ".tofu", ".tofu.json")
_TOKEN = 2**16
"""Bytes of a token; a longer one is none."""
_PAIR = 2
"""Places that a change of catalogs is stated by at most."""


def puppet_files(places: Sequence[Path]) -> Source:
    """Return the source that reads catalogs and facts of Puppet from files.

    Raises:
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.puppet.files import PuppetFiles  # noqa: PLC0415 - slow to import

    return PuppetFiles(places, key=fingerprint_key(home()))


def told_by_puppet(places: Sequence[Path]) -> bool:
    """Tell whether places are catalogs and facts of Puppet, and no plans or code of Terraform;
    what cannot be read counts as what is beside it.

    Raises:
        UsageError: some are and some are not.
    """
    from bartizan.sources.puppet.told import told_by_puppet as told  # noqa: PLC0415 - slow to import

    found = {told(place) for place in places if place.exists()} - {None}
    if len(found) > 1:
        raise UsageError(
            "some of these are of Puppet and some of Terraform", hint="judge them apart"
        )
    return found == {True}


def puppet_change(places: Sequence[Path], *, source: Path | None) -> "CatalogChange":
    """Return the change of hosts that catalogs state: of two places the first holds those from
    before; of one alone, they are in the snapshot. `source` is where the code is.

    Raises:
        InputError: a file is damaged, none is a catalog, or two tell of one host.
        StoreError: the key of fingerprints cannot be kept.
        UsageError: there are more than two places.
    """
    from bartizan.sources.puppet.change import CatalogChange  # noqa: PLC0415 - slow to import

    if len(places) > _PAIR:
        raise UsageError(
            "catalogs are judged in pairs: before and after", hint="put each lot into a folder"
        )
    return CatalogChange.read(
        places[0] if len(places) == _PAIR else None,
        places[-1],
        key=fingerprint_key(home()),
        source=source,
    )


def told_by_chef(places: Sequence[Path]) -> bool:
    """Tell whether places are folders of Chef, and none of Terraform.

    Raises:
        UsageError: some are and some are not.
    """
    found = {_told_by_chef(place) for place in places if place.exists()}
    if len(found) > 1:
        raise UsageError("some of these are of Chef and some are not", hint="judge them apart")
    return found == {True}


def _told_by_chef(place: Path) -> bool:
    return any((place / name).is_dir() for name in ("cookbooks", "nodes", "organizations")) and (
        not any(one.name.endswith(_TERRAFORM) for one in place.iterdir())
    )


def chef_change(places: Sequence[Path], *, source: Path | None) -> "FolderChange":
    """Return the change that two folders of Chef state, the first from before; `source` is where
    the code is, if elsewhere than in the second.

    Raises:
        InputError: a folder is damaged, or holds nothing of Chef.
        MissingExtraError: what reads Ruby is not installed.
        StoreError: the key of fingerprints cannot be kept.
        UsageError: there are not two places.
    """
    from bartizan.sources.chef.change import FolderChange  # noqa: PLC0415 - slow to import

    if len(places) != _PAIR:
        raise UsageError(
            "folders of Chef are judged in pairs: before and after",
            hint="`git worktree add ../before origin/main`, then `bartizan gate ../before .`",
        )
    return FolderChange.read(*places, key=fingerprint_key(home()), source=source)


def chef_files(place: Path) -> Source:
    """Return the source that reads a repository or a backup of Chef.

    Raises:
        MissingExtraError: what reads Ruby is not installed.
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.chef.files import ChefFiles  # noqa: PLC0415 - slow to import

    return ChefFiles(place, key=fingerprint_key(home()))


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
        token = document(place, most=_TOKEN).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise InputError("cannot read the token", at=Location(str(place))) from error
    if not token.isprintable() or not token or len(token) >= _TOKEN:
        raise InputError("the file holds no token", at=Location(str(place)))
    return token
