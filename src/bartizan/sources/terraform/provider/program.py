# SPDX-License-Identifier: Apache-2.0
"""Runs Terraform or OpenTofu in a workspace, within bounds of time, memory and place.

Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from bartizan.errors import InputError, Location, MissingExtraError, SourceError
from bartizan.model.record import Json
from bartizan.sources.terraform.provider import confine
from bartizan.sources.terraform.provider.absent import Absent, absent
from bartizan.sources.terraform.provider.workspace import Workspace

PROGRAMS = ("terraform", "tofu")
"""Which programs are taken, the first that is there."""

MEMORY = 6 * 1024**3
"""Bytes of addresses; a program of Go takes up many more of them than it uses."""

LARGEST = 512 * 1024 * 1024
"""Bytes of what it writes."""

_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/nix/store", "/etc/ssl", "/sys/kernel/mm", "/proc")
_KEPT = "TF_VAR_"
_LINES = 20_000
_NOTHING: Mapping[str, str] = MappingProxyType({})
_TOLD = 100_000
"""Bytes of all arguments that set variables; Linux takes no longer a string than 128 KiB."""


class Program(Struct, frozen=True, kw_only=True):
    """Terraform in one workspace."""

    path: str
    workspace: Workspace
    name: str
    """What people call the folder of the code."""
    providers: str
    """Which providers are served already, as it reads that."""
    ports: tuple[int, ...]
    """Where on this machine they are."""
    seconds: int
    """How long it may take."""
    secrets: bool
    """The code calls something sensitive, which Terraform's complaints may quote nevertheless."""

    def plan(self, variables: Sequence[str], known: frozenset[Absent]) -> frozenset[Absent]:
        """Plan into `plan.bin`; `variables` are arguments that set them. Return what keeps it from
        that: calls that ask for files which are not there, beside those that are `known`.

        Raises:
            InputError: the code is wrong, or too much is told of variables.
            SourceError: it takes too long, or breaks down.
        """
        arguments = [
            "plan", "-input=false", "-lock=false", "-refresh=false", "-json", "-out=plan.bin",
        ]  # fmt: skip
        status, output = self._run(arguments, told=self._told(variables))
        if status:
            found = absent(_diagnostics(output))
            if found - known:
                return found
            raise self._wrong(status, output)
        return frozenset()

    def show(self) -> bytes:
        """Return the plan as JSON.

        Raises:
            SourceError: it takes too long, or breaks down.
        """
        status, output = self._run(["show", "-json", "plan.bin"])
        if status:
            raise self._wrong(status, output)
        return output

    def _told(self, variables: Sequence[str]) -> Mapping[str, str]:
        """Return the environment that gives arguments to a plan: everybody on a machine may read
        the arguments of a process, and no other user its environment. In a file of variables a
        value would be read in another way.

        Sources: https://developer.hashicorp.com/terraform/cli/config/environment-variables (what
        `TF_CLI_ARGS_plan` holds stands before all other arguments, its words quoted as in a
        shell) and https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html
        """
        told = shlex.join(variables)
        if len(told.encode(errors="surrogateescape")) > _TOLD:
            raise InputError(
                f"the values of variables are larger than {_TOLD} bytes together",
                at=Location("--var"),
                hint="put them into a file: `--var-file FILE`",
            )
        return {"TF_CLI_ARGS_plan": told} if variables else {}

    def _run(
        self, arguments: Sequence[str], *, told: Mapping[str, str] = _NOTHING
    ) -> tuple[int, bytes]:
        """Run to the end, `told` in its environment; return the exit status and what it wrote."""
        limits = {
            "parent": os.getpid(),
            "seconds": self.seconds * 4,
            "memory": MEMORY,
            "file": LARGEST,
            "read": [str(Path(self.path).parent), *_SYSTEM, str(self.workspace.top)],
            "write": [str(self.workspace.top), "/dev/null"],
            "ports": list(self.ports),
        }
        command = [sys.executable, "-I", confine.__file__, json.dumps(limits), self.path]
        written = self.workspace.top / "output"
        with written.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - no shell, and the user's own program
                [*command, *arguments],
                cwd=self.workspace.root,
                env={**dict(self._environment()), **told},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(self.seconds)
            except subprocess.TimeoutExpired as error:
                raise SourceError(
                    f"terraform took longer than {self.seconds} seconds",
                    at=Location(self.name),
                    hint="`--timeout SECONDS` gives it more",
                ) from error
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return status, written.read_bytes()

    def _environment(self) -> Iterator[tuple[str, str]]:
        """Yield all that it is told: of this environment the values of variables alone."""
        yield from ((name, value) for name, value in os.environ.items() if name.startswith(_KEPT))
        yield "PATH", "/usr/bin:/bin"
        yield "HOME", str(self.workspace.top)
        yield "TMPDIR", str(self.workspace.top)
        yield "TF_CLI_CONFIG_FILE", str(self.workspace.settings)
        yield "TF_DATA_DIR", str(self.workspace.data)
        yield "TF_REATTACH_PROVIDERS", self.providers
        yield "TF_IN_AUTOMATION", "1"
        yield "CHECKPOINT_DISABLE", "1"
        yield "GOMEMLIMIT", str(LARGEST * 8)

    def _wrong(self, status: int, output: bytes) -> InputError | SourceError:
        for found in _diagnostics(output):
            if found.get("severity") == "error":
                return self._diagnosed(found)
        if any(word in output for word in _NO_MEMORY):
            return SourceError(
                f"terraform needs more than the {MEMORY // 1024**3} GiB of memory it is given",
                at=Location(self.name),
                hint="look for values that grow with each step; else give the plan: "
                "`terraform show -json PLAN`",
            )
        return SourceError(
            f"terraform broke down with status {status}",
            at=Location(self.name),
            hint="`terraform validate` in the folder may say why",
        )

    def _diagnosed(self, found: Mapping[str, Json]) -> InputError:
        summary, detail = str(found.get("summary", "")), str(found.get("detail", ""))
        place, line, column = self.name, None, None
        where = found.get("range")
        if isinstance(where, dict):
            start = where.get("start")
            place = self._original(str(where.get("filename", "")))
            if isinstance(start, dict):
                line, column = start.get("line"), start.get("column")
        if self.secrets and summary in _QUOTING:
            detail = "it is not told, as the code has sensitive values"
        told = " ".join(f"{summary}: {detail}".split()).replace(str(self.workspace.top), "...")
        return InputError(
            f"terraform refuses the code: {told[:500].rstrip('.')}",
            at=Location(
                place,
                line if isinstance(line, int) else None,
                column if isinstance(column, int) else None,
            ),
            hint=_HINTS.get(summary, "mend the code; `terraform validate` says the same"),
        )

    def _original(self, name: str) -> str:
        """Return what people call a file of the copy."""
        return os.path.normpath(f"{self.name}/{name}") if name else self.name


_NO_MEMORY = (b"out of memory", b"cannot allocate memory")
"""What Go writes where it is refused memory."""

_QUOTING = frozenset(
    {
        "Duplicate object key",
        "Error in function call",
        "Invalid function argument",
        "Invalid value for variable",
    }
)
"""Complaints that quote a value also where it is sensitive."""

_HINTS = {
    "No value for required variable": "give it: `--var NAME=VALUE` or `--var-file FILE`",
    "Invalid count argument": "it rests on the estate or on an account; try `--account aws=ID`",
    "Invalid for_each argument": "it rests on the estate or on an account; try `--account aws=ID`",
}


def found() -> str:
    """Return the path of the program.

    Raises:
        MissingExtraError: there is none.
    """
    for name in PROGRAMS:
        path = shutil.which(name)
        if path is not None:
            return str(Path(path).resolve())
    raise MissingExtraError(
        "planning code needs Terraform or OpenTofu",
        hint="install `terraform` or `tofu`, or give the plan: `terraform show -json PLAN`",
    )


def _diagnostics(output: bytes) -> Iterator[Mapping[str, Json]]:
    """Yield what it complains of, an object to a line; other lines are passed over."""
    for line in output.splitlines()[:_LINES]:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        held = entry.get("diagnostic") if isinstance(entry, dict) else None
        if isinstance(held, dict):
            yield held
