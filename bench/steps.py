# SPDX-License-Identifier: Apache-2.0
"""How long all steps of an organisation take, and how much memory."""

import json
import resource
import subprocess
import sys
import time

from bartizan.reason.authz.aws.steps.derivation import steps
from bench.organization import Kind, organization

AT = "2026-09-01T00:00:00Z"
SIZES = (100, 1_000, 10_000)
"""Accounts of 20 principals each."""
KINDS: tuple[Kind, ...] = ("realistic", "hostile")


def main() -> None:
    """Print one line for each kind and size; each runs in a process of its own."""
    for kind in KINDS:
        for accounts in SIZES:
            command = [sys.executable, "-m", "bench.steps", kind, str(accounts)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - ourselves
            print(
                f"steps {kind} {accounts:>6,} accounts: {found['seconds']:7.1f} s, "
                f"{found['steps']:,.0f} steps, {found['mebibytes']:,.0f} MiB at most"
            )


def measure(kind: Kind, accounts: int) -> dict[str, float]:
    """Count all steps, in seconds of processor time; none is kept."""
    facts = organization(accounts, seed=1, kind=kind)
    begin = time.process_time()
    count = sum(1 for _ in steps(facts, AT))
    return {
        "seconds": time.process_time() - begin,
        "steps": count,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    of: Kind = "hostile" if sys.argv[1] == "hostile" else "realistic"
    print(json.dumps(measure(of, int(sys.argv[2]))))
