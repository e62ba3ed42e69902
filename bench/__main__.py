# SPDX-License-Identifier: Apache-2.0
"""Run every benchmark: `python -m bench`, or some of them: `python -m bench cut`."""

import platform
import sys

from bench import (
    authz,
    closure,
    collect,
    cut,
    example,
    gate,
    hcl,
    hosts,
    matching,
    network,
    network_steps,
    policy_diff,
    repository,
    simulate,
    steps,
)

BENCHES = {
    "authz": authz.main,
    "closure": closure.main,
    "collect": collect.main,
    "cut": cut.main,
    "example": example.main,
    "gate": gate.main,
    "hcl": hcl.main,
    "hosts": hosts.main,
    "matching": matching.main,
    "network": network.main,
    "network_steps": network_steps.main,
    "policy_diff": policy_diff.main,
    "repository": repository.main,
    "simulate": simulate.main,
    "steps": steps.main,
}
"""Every benchmark; one more is a module and a line here. Figures are kept in RESULTS.md."""


def main() -> None:
    """Run what is named, else all."""
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
