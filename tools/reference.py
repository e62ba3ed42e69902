# SPDX-License-Identifier: Apache-2.0
"""Writes the reference pages that are made from the source, so that they cannot grow stale."""

import ast
import functools
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from bartizan.app import schemas
from bartizan.cli.main import cli
from bartizan.model.facts import TABLES
from bartizan.model.finding import TechniqueNote
from bartizan.model.table import Row, schema
from bartizan.reason.authz.aws.check.rule import TYPES, Rule
from bartizan.reason.authz.aws.check.rules import RULES
from bartizan.reason.authz.aws.steps.notes import notes
from bartizan.reason.authz.aws.steps.technique import Technique
from bartizan.reason.authz.aws.steps.techniques import (
    ADMINISTRATION,
    OF_FILE_USERS,
    OF_SERVICES,
    OF_TAGS,
    TECHNIQUES,
)
from bartizan.reason.host.notes import notes as host_notes
from bartizan.reason.network.aws.steps.notes import notes as network_notes
from bartizan.reason.pipeline.notes import notes as pipeline_notes

ROOT = Path(__file__).parent.parent

TABLES_HEAD = """\
# Fact tables

<!-- Written by tools/reference.py from the docstrings in src/bartizan/model/facts: edit those. -->

What is known of an estate, in columns that no vendor shapes. A snapshot keeps each table as
`facts/<table>.parquet`; any Parquet reader opens it.
"""


TECHNIQUES_HEAD = """\
# Techniques

<!-- Written by tools/reference.py from src/bartizan/reason/{authz,network}/aws/steps. -->

Every way from footholds to another that is looked for in AWS accounts, on hosts and in pipelines.
A technique applies where each of its requests is allowed by everything that is written about it:
identity, resource and trust policies, boundaries, guardrails, conditions. Names in braces are
filled alike in all its requests.

Effort: 1 is one quiet call; 2 several calls, or new things that run; 3 disturbs what runs; 4 is
more.
Ids like `iam-001` are those of [pathfinding.cloud](https://pathfinding.cloud).
"""

POLICY_RULES_HEAD = """\
# Rules for policies

<!-- Written by tools/reference.py from src/bartizan/reason/authz/aws/check. -->

What `bartizan policy check` looks for. An *error* is refused by the vendor, or can never do
anything; a *warning* most likely does something else than was meant, or more; a *note* is worth
knowing. Each rule has a wrong example and the same as it should be, both of which are tested.
"""

COMMANDS_HEAD = """\
# Commands

<!-- Written by tools/reference.py from the help texts in src/bartizan/cli: edit those. -->
"""


def field_docs(row: type[Row]) -> dict[str, str]:
    """Return what stands under each field of `row`, in one line each."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(row))).body
    if not isinstance(definition, ast.ClassDef):
        return {}
    docs = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = " ".join(text.split())
            case _:
                continue
    return docs


def _table(row: type[Row]) -> Iterator[str]:
    docs, layout = field_docs(row), schema(row)
    yield f"\n## `{row.table}`\n"
    yield f"{inspect.getdoc(row)}\n"
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for name in row.__struct_fields__:
        column = layout.field(name)
        kind = str(column.type).replace("element: ", "").replace("item: ", "")
        null = " or null" if column.nullable else ""
        meaning = docs.get(name, "").replace("|", r"\|")
        yield f"| `{name}` | `{kind}`{null} | {meaning} |"


def tables() -> str:
    """Return the page of fact tables."""
    return "\n".join([TABLES_HEAD.rstrip(), *(line for row in TABLES for line in _table(row)), ""])


def _technique(technique: Technique) -> Iterator[str]:
    """Yield the section of one technique."""
    gained = f"`{technique.grants.value} {technique.entity}`"
    known = ", ".join((technique.attack, *technique.references))
    yield f"\n## `{technique.id}`\n"
    yield f"{technique.title}. Gains {gained}; effort {technique.effort} ({known}).\n"
    yield technique.explanation
    if technique.needs:
        yield ""
    for need in technique.needs:
        by = "" if need.by == "{actor}" else f", by `{need.by}`"
        pairs = (f"`{key}` {f'= `{value}`' if value else 'absent'}" for key, value in need.context)
        context = "".join(f", {pair}" for pair in pairs)
        yield f"- `{need.action}` on `{need.resource}`{context}{by}"


def _note(note: TechniqueNote) -> Iterator[str]:
    """Yield the section of a technique whose requests are not those of one entry."""
    known = ", ".join(part for part in (note.attack, note.reference) if part)
    yield f"\n## `{note.id}`\n"
    yield f"{note.title}{f' ({known})' if known else ''}.\n"
    yield note.explanation


def techniques() -> str:
    """Return the page of techniques: those with requests of their own, then all others, those
    over a network and on hosts last.
    """
    entries = {
        one.id: one
        for one in (*ADMINISTRATION, *TECHNIQUES, *OF_TAGS, *OF_FILE_USERS, *OF_SERVICES)
    }
    lines = [line for one in entries.values() for line in _technique(one)]
    others = {**notes(), **network_notes(), **host_notes(), **pipeline_notes()}
    lines += [line for id_, one in others.items() if id_ not in entries for line in _note(one)]
    return "\n".join([TECHNIQUES_HEAD.rstrip(), *lines, ""])


def _rule(rule: Rule) -> Iterator[str]:
    """Yield the section of one rule of the policy check."""
    every = len(rule.types) == len(TYPES)
    kinds = "" if every else f" ({', '.join(rule.types)} policies)"
    yield f"\n## `{rule.id}`\n"
    yield f"{rule.title}. *{rule.level.value.capitalize()}*{kinds}.\n"
    yield f"{rule.why} To mend it: {rule.fix}. See the [vendor's page]({rule.page}).\n"
    yield f"```json\n{_example(rule.wrong)}\n```\n"
    yield f"```json\n{_example(rule.right)}\n```"


def _example(text: str) -> str:
    """Write an example over lines, its longest words cut."""
    shown = re.sub(r"(\w)\1{100,}", r"\1...", text)
    try:
        return json.dumps(json.loads(shown, object_pairs_hook=_once), indent=2)
    except ValueError:
        return shown.encode("ascii", "backslashreplace").decode()


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object in which a name stands twice, since reading it would drop one."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def policy_rules() -> str:
    """Return the page of rules that `policy check` applies."""
    rules = sorted(RULES, key=lambda rule: rule.id)
    lines = [line for rule in rules for line in _rule(rule)]
    return "\n".join([POLICY_RULES_HEAD.rstrip(), *lines, ""])


def help_of(*names: str) -> str:
    """Return what `--help` of the command `names` prints on a terminal of 80 columns."""
    asked = [*names[1:], "--help"]
    answer = CliRunner().invoke(cli, asked, prog_name=names[0], terminal_width=80)
    if answer.exit_code:
        raise RuntimeError(answer.output) from answer.exception
    return "\n".join(line.rstrip() for line in answer.output.splitlines())


def _command(command: click.Command, names: tuple[str, ...]) -> Iterator[str]:
    yield f"\n{'#' * min(len(names) + 1, 4)} `{' '.join(names)}`\n"
    yield f"```text\n{help_of(*names)}\n```"
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _command(below, (*names, name))


def commands() -> str:
    """Return the page of commands."""
    return "\n".join([COMMANDS_HEAD.rstrip(), *_command(cli, ("bartizan",)), ""])


def theorems() -> str:
    """Return the table of what the property tests show."""
    lines = ["| theorem | test |", "|---|---|"]
    for path in sorted((ROOT / "tests/property").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                sentence = node.name.removeprefix("test_").replace("_", " ")
                lines.append(f"| {sentence} | `property/{path.name}` |")
    return "\n".join(lines)


def document_schema(name: str) -> str:
    """Return the schema of a report format or of a line."""
    return f"{schemas.schema(name).rstrip()}\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/commands.md": commands,
    "docs/reference/policy-rules.md": policy_rules,
    "docs/reference/tables.md": tables,
    "docs/reference/techniques.md": techniques,
    **{
        f"docs/reference/{name}.schema.json": functools.partial(document_schema, name)
        for name in schemas.documents()
    },
}
"""Every page that is written whole, and what writes it."""

EXCERPTS: dict[str, Callable[[], str]] = {
    "README.md": lambda: f"```text\n{help_of('bartizan')}\n```",
    "tests/README.md": theorems,
}
"""Every page with a generated part between two comments, and what writes that part."""

BEGIN, END = "<!-- written by tools/reference.py -->\n", "<!-- written until here -->"


def excerpted(path: str) -> str:
    """Return a page with its generated part written anew."""
    before, rest = (ROOT / path).read_text(encoding="utf-8").split(BEGIN)
    return before + BEGIN + EXCERPTS[path]() + "\n" + END + rest.split(END)[1]


def written() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield every page with a generated part, and what gives its whole text."""
    yield from PAGES.items()
    yield from ((path, functools.partial(excerpted, path)) for path in EXCERPTS)


def main() -> int:
    """Write all pages."""
    for path, page in written():
        (ROOT / path).write_text(page(), encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
