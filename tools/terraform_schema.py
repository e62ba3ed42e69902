# SPDX-License-Identifier: Apache-2.0
"""Compiles what types of Terraform providers have: `python tools/terraform_schema.py DUMP WHEEL`.

DUMP is what `terraform providers schema -json` says of the AWS provider (packed by gzip or not),
WHEEL the distribution `cdktf-cdktf-provider-aws`, whose bindings are of a newer version. The dump
is exact; the bindings add what it lacks. They do not say which optional arguments the provider
fills in by itself, so all of those count as if it did: what the code does not write is unknown.
Both are under the Mozilla Public License 2.0, and so is what this writes; NOTICE says so.
"""

import gzip
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PLACE = "src/bartizan/sources/terraform/provider/data/schema.json.gz"
BESIDE = Path(__file__).with_name("terraform_schema.json")
"""Small providers, written by hand from their documentation."""

AWS = "registry.terraform.io/hashicorp/aws"

_Table = dict[str, Any]

_CLASS = re.compile(r"^class (\w+) extends cdktf\.(\w+) \{$(.*?)^\}$", re.DOTALL | re.MULTILINE)
_STRUCT = re.compile(
    r"^function (\w+)ToHclTerraform\(struct\) \{$(.*?)^\}$", re.DOTALL | re.MULTILINE
)
_WRITTEN = re.compile(
    r"^\s+(\w+): \{\n\s+value: .*\n\s+isBlock: (\w+),\n\s+type: \"(\w+)\",\n"
    r"\s+storageClassType: \"(\w+)\",",
    re.MULTILINE,
)
_GETTER = re.compile(r"^    get (\w+)\(\) \{\n\s+return (.*);\n", re.MULTILINE)
_NAMED = re.compile(r"this\.get(\w+?)Attribute\('(\w+)'\)")
_INNER = re.compile(r"this\._(\w+) = new (\w+)\(this, \"(\w+)\"(?:, (\w+))?\)")
_TYPE = re.compile(r"terraformResourceType: '(\w+)'")
_VERSION = re.compile(r"providerVersion: '([\d.]+)'")

_SIMPLE = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
_GOT: Mapping[str, Any] = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "NumberList": ["list", "number"],
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "AnyMap": ["map", "string"],
}
_MANY = {
    "stringList": "string", "numberList": "number", "booleanList": "bool",
    "stringMap": "string", "numberMap": "number", "booleanMap": "bool", "anyMap": "string",
}  # fmt: skip


class Bindings:
    """The classes of one file of the bindings: a type and what is nested in it."""

    def __init__(self, text: str) -> None:
        self.classes = {name: body for name, _, body in _CLASS.findall(text)}
        self.heads = {name: kind for name, kind, _ in _CLASS.findall(text)}
        self.structs = {
            name[:1].upper() + name[1:]: _WRITTEN.findall(body)
            for name, body in _STRUCT.findall(text)
        }

    def types(self) -> Iterator[tuple[str, str, _Table]]:
        """Yield `resources` or `data`, the name and the block of each type here."""
        kinds = {"TerraformResource": "resources", "TerraformDataSource": "data"}
        for name, head in self.heads.items():
            found = _TYPE.search(self.classes[name])
            if head in kinds and found:
                written = _WRITTEN.findall(self.classes[name])
                yield kinds[head], found.group(1), self.block(name, written)

    def block(self, name: str, written: list[tuple[str, str, str, str]]) -> _Table:
        """Return what stands in a class: what may be written, then what can only be read."""
        body = self.classes.get(name, "")
        attributes: _Table = {}
        blocks: _Table = {}
        for argument, is_block, kind, held in written:
            optional = f"reset{_camel(argument)}()" in body
            if is_block == "true":
                single = held in self.structs
                inner = held if single else held.removesuffix("List")
                most = 1 if single and kind == "list" else 0
                nesting = {"struct": "single"}.get(kind, kind)
                table = self.block(f"{inner}OutputReference", self.structs.get(inner, []))
                blocks[argument] = [nesting, 0, most, table]
            else:
                attributes[argument] = ["oc" if optional else "r", _type(kind, held)]
        names = {*attributes, *blocks}
        for attribute, type_ in self._read(body):
            if attribute not in names:
                attributes[attribute] = ["c", type_]
        return {"a": attributes, **({"b": blocks} if blocks else {})}

    def _read(self, body: str) -> Iterator[tuple[str, Any]]:
        nested = {own: (inner, name, sets) for own, inner, name, sets in _INNER.findall(body)}
        for getter, expression in _GETTER.findall(body):
            if found := _NAMED.search(expression):
                type_ = _GOT.get(found.group(1), "dynamic")
                if "Fn.tolist" in expression and isinstance(type_, list):
                    type_ = ["set", type_[1]]
                yield found.group(2), type_
            elif expression == f"this._{getter}" and getter in nested:
                inner, name, sets = nested[getter]
                held = self._object(
                    inner.removesuffix("List") if inner.endswith("List") else inner
                )
                if inner.endswith("List"):
                    yield name, ["set" if sets == "true" else "list", held]
                elif not inner.endswith("OutputReference"):
                    yield name, _GOT.get(inner.removeprefix("cdktf."), "dynamic")
                else:
                    yield name, held

    def _object(self, inner: str) -> Any:  # noqa: ANN401 - a type in its JSON form
        name = inner if inner.endswith("OutputReference") else f"{inner}OutputReference"
        if name not in self.classes:
            return "dynamic"
        return ["object", dict(self._read(self.classes[name]))]


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _type(kind: str, held: str) -> Any:  # noqa: ANN401 - a type in its JSON form
    if kind == "simple":
        return _SIMPLE.get(held, "dynamic")
    if kind in {"list", "set", "map"} and held in _MANY:
        return [kind, _MANY[held]]
    return "dynamic"


def of_dump(block: Mapping[str, Any]) -> _Table:
    """Return a block of a dump as the table has it."""
    attributes = {}
    for name, one in block.get("attributes", {}).items():
        flags = [
            word[0] for word in ("required", "optional", "computed", "sensitive") if one.get(word)
        ]
        attributes[name] = ["".join(flags), one["type"]]
    blocks = {
        name: [
            one["nesting_mode"],
            one.get("min_items", 0),
            one.get("max_items", 0),
            of_dump(one["block"]),
        ]
        for name, one in block.get("block_types", {}).items()
    }
    return {"a": attributes, **({"b": blocks} if blocks else {})}


def add(exact: _Table, newer: _Table) -> None:
    """Add to a block what a newer version of it has besides. What only one of the two versions
    requires may be left out, as code is written for either.
    """
    held = {*exact["a"], *exact.get("b", {})}
    for name, (flags, type_) in newer["a"].items():
        if name not in held:
            exact["a"][name] = ["oc" if flags == "r" else flags, type_]
        elif "r" in exact["a"].get(name, [""])[0] and flags == "oc":
            exact["a"][name][0] = exact["a"][name][0].replace("r", "oc")
    for name, nested in newer.get("b", {}).items():
        if name not in held:
            exact.setdefault("b", {})[name] = nested
        elif name in exact.get("b", {}):
            add(exact["b"][name][3], nested[3])


def bindings(wheel: Path) -> Iterator[str]:
    """Yield the text of each file of the bindings in the wheel."""
    with zipfile.ZipFile(wheel) as packed:
        inner = next(name for name in packed.namelist() if name.endswith(".jsii.tgz"))
        content = io.BytesIO(packed.read(inner))
    with tarfile.open(fileobj=content, mode="r:gz") as archive:
        for member in archive:
            if re.fullmatch(r"package/lib/[\w-]+/index\.js", member.name):
                file = archive.extractfile(member)
                if file is not None:
                    yield file.read().decode()


def main(dump: Path, wheel: Path) -> None:
    """Write the table."""
    content = dump.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    schema = json.loads(content)["provider_schemas"][AWS]
    aws: _Table = {
        "provider": of_dump(schema["provider"]["block"]),
        "resources": {n: of_dump(t["block"]) for n, t in schema["resource_schemas"].items()},
        "data": {n: of_dump(t["block"]) for n, t in schema["data_source_schemas"].items()},
    }
    versions = set()
    for text in bindings(wheel):
        versions.update(_VERSION.findall(text))
        for kind, name, block in Bindings(text).types():
            if name in aws[kind]:
                add(aws[kind][name], block)
            else:
                aws[kind][name] = block
    table = {"hashicorp/aws": aws, **json.loads(BESIDE.read_text(encoding="utf-8"))}
    whole = json.dumps(table, sort_keys=True, separators=(",", ":")).encode()
    place = Path(__file__).parent.parent / PLACE
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(gzip.compress(whole, 9, mtime=0))
    print(f"{len(aws['resources'])} resources and {len(aws['data'])} data sources of AWS")
    print(f"bindings of {', '.join(sorted(versions))}; {place.stat().st_size:,} bytes in {PLACE}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
