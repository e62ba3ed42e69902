# SPDX-License-Identifier: Apache-2.0
"""What decides on what is on hosts: servers, code and keys of the tool that looks after them."""

from typing import ClassVar

from bartizan.model.table import Row


class HostControl(Row, frozen=True):
    """Something of a tool by which whoever holds it changes hosts, or reads what they get."""

    table: ClassVar[str] = "host_control"

    source: str
    """Which tool: `puppet`, ..."""
    kind: str
    """`server` (compiles for hosts), `authority` (signs their certificates), `autosign` (signs
    them for whoever asks under such a name), `autosign-off` (it signs none by itself), `module`
    (code from elsewhere), `secrets-key` (a private key that opens secrets in data), `inventory`
    (answers what hosts get), `allowlist` (the file that limits who may ask that), `reader` (may
    ask)."""
    name: str
    """Name of it: a host, a pattern of names, a module, a path, or `8080/http`; empty where a
    program decides."""
    version: str
    """Of a module, the one version that is taken; empty where the newest of some is."""
    environments: tuple[str, ...]
    """Parts of the tool's code that it is about, sorted; empty for all."""
    file: str
    """File that says so."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""
