# SPDX-License-Identifier: Apache-2.0
"""What a user may set: the environment and `bartizan.toml`."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec
import platformdirs

from bartizan.errors import InputError, Location, UsageError
from bartizan.files import document

FILE = "bartizan.toml"
_LONGEST = 2**20
"""Bytes of the file."""
MOST_PROCESSES = 256
"""More would only take memory from one another."""


class Entries(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[entries]`: where an attacker is assumed to stand, beside the default."""

    also: tuple[str, ...] = ()
    """As `--from` takes them."""


class Jewels(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[jewels]`: what must not be lost, beside the default."""

    also: tuple[str, ...] = ()
    """As `--to` takes them."""
    tags: Mapping[str, tuple[str, ...]] = {}
    """Tag key to values: a store that carries one of them ranks a level higher."""


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file; every part may be left out."""

    entries: Entries = Entries()
    jewels: Jewels = Jewels()

    @classmethod
    def read(cls, place: Path | None) -> Self:
        """Read the file that the user names, else `bartizan.toml` of the folder, else nothing.

        Raises:
            InputError: the file is missing, is no TOML, or sets something that does not exist.
        """
        chosen = place or Path(FILE)
        if place is None and not os.path.lexists(chosen):
            return cls()
        try:
            held = document(chosen, most=_LONGEST)
            if len(held) > _LONGEST:
                raise InputError(f"larger than {_LONGEST:,} bytes", at=Location(str(chosen)))
            return msgspec.convert(tomllib.loads(held.decode()), cls)
        except UnicodeDecodeError as error:
            raise InputError("cannot be read as text", at=Location(str(chosen))) from error
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", at=Location(str(chosen))) from error
        except msgspec.ValidationError as error:
            raise InputError(
                str(error).lower(), at=Location(str(chosen)), hint="see docs/guides/settings.md"
            ) from error


def home() -> Path:
    """Return where snapshots are kept: `$BARTIZAN_HOME`, else the user's data directory."""
    named = os.environ.get("BARTIZAN_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("bartizan"))


def processes() -> int | None:
    """Return in how many processes to work, `$BARTIZAN_PROCESSES`; None for what suits us.

    Raises:
        UsageError: it is no such number.
    """
    named = os.environ.get("BARTIZAN_PROCESSES", "")
    if not named:
        return None
    plain = named.isascii() and named.isdecimal() and len(named) <= len(str(MOST_PROCESSES))
    if not plain or not 1 <= int(named) <= MOST_PROCESSES:
        raise UsageError(
            f"not a number of processes: `BARTIZAN_PROCESSES={named[:20]}`",
            hint=f"set it to a number from 1 to {MOST_PROCESSES}, or not at all",
        )
    return int(named)
