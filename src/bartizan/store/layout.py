# SPDX-License-Identifier: Apache-2.0
"""Names of the files of a snapshot, and its manifest as JSON."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bartizan.errors import Location, StoreError
from bartizan.files import NotRegularError, opened
from bartizan.model.snapshot import FORMAT, Manifest, SnapshotId
from bartizan.store import disk

MANIFEST = "manifest.json"
_KIND = re.compile(r"[A-Za-z0-9]+(::[A-Za-z0-9]+)*")


def kind_folder(kind: str) -> str:
    """Return the folder of a kind of records: `AWS::IAM::Role` lies in `records/AWS.IAM.Role`.

    Raises:
        StoreError: `kind` is not made of letters and digits between double colons.
    """
    if not _KIND.fullmatch(kind):
        raise StoreError(f"not a kind of record: `{kind}`", hint="this is a defect of the source")
    return f"records/{kind.replace('::', '.')}"


def kind_file(kind: str) -> str:
    """Return the file that holds the records of a kind, relative to the snapshot."""
    return f"{kind_folder(kind)}/0.parquet"


def snapshot_id(content: Mapping[str, str]) -> SnapshotId:
    """Return the name of a snapshot: the digest of the digests of its kinds."""
    listing = "".join(f"{kind} {content[kind]}\n" for kind in sorted(content))
    return SnapshotId(hashlib.sha256(listing.encode()).hexdigest()[:16])


def write_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as JSON, the same bytes for the same manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the snapshot in `folder`.

    Raises:
        StoreError: it is missing, damaged, of another format, or does not fit its own name.
    """
    place = folder / MANIFEST
    at = Location(str(place))
    try:
        with opened(place) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise StoreError("no snapshot here", at=at, hint="`bartizan snapshot list`") from error
    except NotRegularError as error:
        raise damaged(place, str(error.strerror)) from error
    try:
        found = msgspec.json.decode(content, type=dict[str, object]).get("format")
        if found != FORMAT:
            raise StoreError(
                f"snapshot has format {found}, this version reads {FORMAT}",
                at=at,
                hint="use the version of Bartizan that `tool_version` in it names, or scan again",
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise damaged(place, str(error).lower()) from error
    if manifest.id != snapshot_id(manifest.content):
        raise damaged(place, "its id does not fit its content")
    return manifest


def wrong_files(folder: Path, manifest: Manifest) -> Sequence[str]:
    """Return what is wrong with the record files of one folder, one line each."""
    wrong = []
    for name, digest in manifest.digests.items():
        place = folder / name
        if not place.is_file():
            wrong.append(f"{place}: file is missing")
        elif disk.sha256(place.read_bytes()) != digest:
            wrong.append(f"{place}: digest is not the one that the manifest states")
    return wrong


def damaged(place: Path, reason: str) -> StoreError:
    """Return the error for a file of a snapshot that cannot be what was written."""
    return StoreError(
        f"snapshot is damaged: {reason}",
        at=Location(str(place)),
        hint="`bartizan snapshot verify` names all damaged files; restore them, or scan again",
    )
