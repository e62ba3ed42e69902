# SPDX-License-Identifier: Apache-2.0
"""Functions of files and their paths. What is not there is not there for Terraform either; but
the hash of such a file is unknown, as `provider.absent` has it.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import base64
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import set_datum
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.hashing import DIGESTS
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.functions.place import Function, Place, UnreadError
from bartizan.sources.terraform.evaluator.kind import BOOL, STRING, set_of
from bartizan.sources.terraform.evaluator.letters import written

_TEXT = Parameter(STRING)
_OWN_FILES = (
    ".terraform.lock.hcl",
    ".terraform.tfstate.lock.info",
    ".terraform/modules/modules.json",
    "terraform.tfstate",
)
_PLAIN_PATTERN = re.compile(r"[^\\\[\]{}^]*")


def content_of(path: Datum, place: Place) -> bytes:
    """Return the bytes of the file that an argument names.

    Raises:
        RefusedError: There is none.
        UnreadError: It is not read.
    """
    content = place.bytes_of(string_of(path))
    if content is None:
        raise RefusedError(f"there is no file `{string_of(path)[:200]}`")
    return content


def _file(path: Datum, *, place: Place) -> Datum:
    try:
        return written(content_of(path, place).decode())
    except UnicodeDecodeError:
        raise RefusedError("the file is no text of UTF-8") from None


def _of_content(made: Callable[[bytes], str]) -> Function:
    def body(path: Datum, *, place: Place) -> Datum:
        content = place.bytes_of(string_of(path))
        if content is None:
            # A build may make it, where only the code is at hand.
            return unknown(STRING, f"there is no file `{string_of(path)[:200]}`")
        return text(made(content))

    return function(_TEXT, result=STRING, place=True)(body)


def _fileexists(path: Datum, *, place: Place) -> Datum:
    found = place.found(string_of(path))
    if found.is_dir():
        raise RefusedError("it is a folder")
    if found.exists() and not found.is_file():
        raise UnreadError("it is no plain file")
    return truth(found.is_file())


def _fileset(path: Datum, pattern: Datum, *, place: Place) -> Datum:
    wanted = string_of(pattern)
    if not wanted or not _PLAIN_PATTERN.fullmatch(wanted) or ".." in wanted or wanted[0] == "/":
        return unknown(set_of(STRING), "a pattern of an unusual form")
    folder = place.found(string_of(path))
    matches = _matcher(posixpath.normpath(wanted))
    if any(matches.fullmatch(name) for name in _own_files(folder, place)):
        return unknown(set_of(STRING), "files that Terraform itself writes")
    names = [name for name in _names(folder, place.most_files) if matches.fullmatch(name)]
    return set_datum(STRING, [written(name) for name in names])


def _own_files(folder: Path, place: Place) -> list[str]:
    """Return what Terraform writes while it runs, as paths from a folder."""
    if not place.root.is_relative_to(folder):
        return []
    root = place.root.relative_to(folder)
    return [(root / name).as_posix() for name in _OWN_FILES]


def _matcher(pattern: str) -> re.Pattern[str]:
    """Return a pattern of paths, whose `**` stands for any folders."""
    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append("(?:[^/]+/)*")
        else:
            one = "".join({"*": "[^/]*", "?": "[^/]"}.get(mark, re.escape(mark)) for mark in part)
            parts.append(one + "/")
    whole = "".join(parts)
    return re.compile(whole[:-1] if whole.endswith("/") else whole + "[^/]+")


def _names(folder: Path, most: int) -> Iterator[str]:
    """Yield the files below a folder, as paths from there.

    Raises:
        UnreadError: There are too many, or links, or something is not readable.
    """
    seen, left = 0, [folder]
    while left:
        one = left.pop()
        try:
            with os.scandir(one) as entries:
                for entry in entries:
                    seen += 1
                    if seen > most or entry.is_symlink():
                        raise UnreadError(f"`{folder.name}` has too many files, or links")
                    if entry.is_dir():
                        left.append(Path(entry.path))
                    elif entry.is_file():
                        yield Path(entry.path).relative_to(folder).as_posix()
        except OSError as error:
            if one == folder and isinstance(error, FileNotFoundError | NotADirectoryError):
                return
            raise UnreadError(f"`{folder.name}`: {error.strerror}") from None


def _basename(path: Datum) -> Datum:
    return written(posixpath.basename(string_of(path).rstrip("/")) or _root_or_here(path))


def _root_or_here(path: Datum) -> str:
    return "/" if string_of(path).startswith("/") else "."


def _dirname(path: Datum) -> Datum:
    folder = string_of(path).rpartition("/")
    return written(_clean(folder[0] + folder[1]))


def _clean(path: str) -> str:
    """Return the shortest way to write a path, of which `//` at its beginning is no part."""
    cleaned = posixpath.normpath(path) if path else "."
    return "/" + cleaned.lstrip("/") if cleaned.startswith("/") else cleaned


def _abspath(path: Datum, *, place: Place) -> Datum:
    return written(_clean(posixpath.join(str(place.root), string_of(path))))


def _pathexpand(path: Datum) -> Datum:
    if string_of(path).startswith("~"):
        return unknown(STRING, "the folder of a user")
    return path


FUNCTIONS: Mapping[str, Function] = {
    "abspath": function(_TEXT, result=STRING, place=True)(_abspath),
    "basename": function(_TEXT, result=STRING)(_basename),
    "dirname": function(_TEXT, result=STRING)(_dirname),
    "file": function(_TEXT, result=STRING, place=True)(_file),
    "filebase64": _of_content(lambda content: base64.b64encode(content).decode()),
    "fileexists": function(_TEXT, result=BOOL, place=True)(_fileexists),
    "fileset": function(_TEXT, _TEXT, result=set_of(STRING), place=True)(_fileset),
    "pathexpand": function(_TEXT, result=STRING)(_pathexpand),
    **{f"file{name}": _of_content(made) for name, made in DIGESTS.items()},
}
