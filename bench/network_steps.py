# SPDX-License-Identifier: Apache-2.0
"""How long all steps of an organisation's networks take, an instance behind each interface."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import pyarrow as pa

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import Interface
from bartizan.model.table import to_arrow
from bartizan.reason.network.aws.steps.derivation import steps
from bench.network_estate import network_estate

SIZES = (1_000, 10_000)
"""Interfaces."""
_KIND = "AWS::EC2::Instance"


def main() -> None:
    """Print one line for each size; each runs in a process of its own."""
    for size in SIZES:
        command = [sys.executable, "-m", "bench.network_steps", str(size)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - ourselves
        print(
            f"network steps {size:>6,} interfaces: {found['seconds']:7.1f} s, "
            f"{found['steps']:,.0f} steps, {found['mebibytes']:,.0f} MiB at most"
        )


def inhabited(interfaces: int) -> Facts:
    """Draw networks, with the instances that their interfaces belong to."""
    facts = network_estate(interfaces, seed=1)
    hosts: pa.Table = to_arrow(Workload, list(_instances(facts)))
    return facts.replaced({Workload.table: hosts})


def _instances(facts: Facts) -> Iterator[Workload]:
    for row in facts.rows(Interface):
        if row.kind == "interface":
            yield Workload(
                arn=row.thing,
                kind=_KIND,
                account=row.account,
                region=row.region,
                name=row.id,
                role="",
                running=True,
                tags={},
                public=bool(row.public),
                anonymous=False,
                metadata_v1=False,
                privileged=False,
                related={},
            )


def measure(interfaces: int) -> dict[str, float]:
    """Count all steps, in seconds of processor time; none is kept."""
    facts = inhabited(interfaces)
    begin = time.process_time()
    count = sum(1 for _ in steps(facts))
    return {
        "seconds": time.process_time() - begin,
        "steps": count,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
