# SPDX-License-Identifier: Apache-2.0
"""Steps by sudo: from a user to another one, mostly root."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.facts.host import SudoRule
from bartizan.model.step import Breaker, Condition, Step
from bartizan.reason.host import place, program, remedies
from bartizan.reason.host.estate import Machine
from bartizan.reason.host.people import Who
from bartizan.reason.host.program import ANYTHING, Use
from bartizan.reason.host.sudo import Said, concerns, decide
from bartizan.reason.host.sudo_setting import BUILT_IN, Settings, settings
from bartizan.reason.host.tree import Tree

SUDO, WITH_PASSWORD = "sudo", "sudo-with-password"
"""Two techniques, since a rule that asks no longer is news."""
_KNOWN = "assume:password"
"""Name of the assumption that somebody knows one."""
_NONE_FITS = "locked"
PASSWORD_EFFORT = 3
_EDIT = "sudoedit"
_POWERS = ("/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/cron", "/etc/pam.d/")
"""How files begin that say who may do everything."""
_WORTH = frozenset({"SETENV", "NOSETENV", "NOEXEC", "EXEC"})
"""Tags that change what a command is worth."""
_FOR_GROUPS = frozenset({"sudo", "wheel", "admin"})
"""Groups to which the files of sudo that systems come with allow everything."""


class _Way(Struct, frozen=True, kw_only=True):
    """A command after which a user is another one."""

    use: Use
    missing: tuple[str, ...] = ()
    """What would have to be read to be sure that it is."""


def steps(machine: Machine, tree: Tree) -> Iterator[Step]:
    """Yield the best step of each user to each user whom some rule names."""
    for who in machine.everybody:
        found: dict[str, Step] = {}
        rules: dict[str, dict[SudoRule, None]] = {}
        others: list[SudoRule] = []
        for rule in machine.rules:
            if not concerns(rule, machine.row, who):
                others.append(rule)
                continue
            for step, decides in _by_rule(machine, tree, rule, who):
                target = step.grants.entity
                found[target] = min(step, found.get(target, step), key=_worse)
                rules.setdefault(target, {}).update({rule: None, decides: None})
        for target, step in found.items():
            ways = _breakers(machine, who, tuple(rules[target]), others)
            yield replace(step, breakers=tuple(ways))
        yield from _by_default(machine, who, found)


def _breakers(
    machine: Machine, who: Who, rules: Sequence[SudoRule], others: Sequence[SudoRule]
) -> Iterator[Breaker]:
    """Yield the ways to take all rules away, and to have none of them concern somebody, nor any
    of the `others`, which may spare a group.
    """
    yield from remedies.without_rules(rules)

    def by(groups: frozenset[str]) -> bool:
        there = replace(who, groups={g: held for g, held in who.groups.items() if g in groups})
        return any(concerns(rule, machine.row, there) for rule in (*rules, *others))

    yield from remedies.out_of_groups(machine, who, by)


def _worse(step: Step) -> tuple[bool, int]:
    return not step.proved, step.cost


def _by_rule(
    machine: Machine, tree: Tree, rule: SudoRule, who: Who
) -> Iterator[tuple[Step, SudoRule]]:
    """Yield the steps of a rule, each with the rule that decides on it."""
    named = (item for item in rule.as_users if item[:1] not in {"!", "%", "#", "+"})
    targets = sorted({place.ROOT, *(name for name in named if name != "ALL")} - {who.name})
    in_force = settings(rule, machine.defaults, machine.row, who)
    for item in rule.commands:
        for way in _ways(item, in_force, tree, who):
            for target in targets:
                yield from _step(machine, rule, who, way=way, target=target)


def _step(
    machine: Machine, rule: SudoRule, who: Who, *, way: _Way, target: str
) -> Iterator[tuple[Step, SudoRule]]:
    """Yield the step of one command, by the rule that decides on it."""
    answer = decide(machine.rules, machine.row, who, way.use, as_user=target)
    if answer.said is Said.NO or (way.missing and target != place.ROOT):
        return
    if answer.said is Said.YES and answer.rule is not None:
        doubt = way.missing if answer.rule is rule else (*way.missing, *_unlike(rule, answer.rule))
        rule = answer.rule
    else:
        doubt = way.missing
    in_force = settings(rule, machine.defaults, machine.row, who)
    asked = _asked(machine, who, in_force)
    if asked is None:
        return
    groups = sorted({item.lstrip("%#") for item in rule.users} & who.evidence.keys())
    step = Step(
        technique=WITH_PASSWORD if asked else SUDO,
        needs=(who.foothold,),
        grants=place.user(machine.id, target),
        cost=1 + sum(held.effort for held in asked),
        conditions=asked,
        evidence=(
            place.because(rule, f"lets {_called(who)} run `{way.use}` as {target}"),
            *(who.evidence[name] for name in groups),
        ),
        missing=tuple(sorted({*answer.missing, *doubt, *in_force.missing})),
    )
    yield step, rule


def _unlike(rule: SudoRule, other: SudoRule) -> tuple[str, ...]:
    """Name what is not known where a later rule decides on a command of this one, with other
    tags.
    """
    if rule.tags == other.tags or not (set(rule.tags) ^ set(other.tags)) & _WORTH:
        return ()
    return (f"what the rule in {place.at(other)} leaves of that in {place.at(rule)}",)


def _called(who: Who) -> str:
    return who.name or who.foothold.entity.partition("@")[0]


def _asked(machine: Machine, who: Who, in_force: Settings) -> tuple[Condition, ...] | None:
    """Return what must be known for sudo to go on; None where no password fits."""
    match in_force.asks:
        case "nobody":
            return ()
        case "own":
            row = machine.people.users.get(who.name)
            if row is not None and row.state == "present" and row.password == _NONE_FITS:
                return None
            whose = _called(who) if who.name else "the user"
        case _:
            whose = in_force.asks if in_force.asks == place.ROOT else "the other user"
    text = f"knows the password of {whose} on {machine.id}"
    return (place.assume(_KNOWN, text, effort=PASSWORD_EFFORT),)


def _ways(item: str, in_force: Settings, tree: Tree, who: Who) -> Iterator[_Way]:
    """Yield the commands of an item that may be worth something."""
    if item.startswith("!"):
        return
    if item == "ALL":
        # A copy under another name is a command that no later rule takes back.
        yield _Way(use=ANYTHING)
        return
    path, _, arguments = item.partition(" ")
    if path.startswith("^"):
        yield _Way(use=ANYTHING, missing=(f"what `{item}` stands for on {tree.host}",))
        return
    if not path.startswith("/"):
        yield from _edits(path, arguments, tree.host)
        return
    plain = Use(path, "") if " " not in item else Use(path, _filled(arguments))
    if in_force.sets:
        # Code that is loaded into a program does what it likes, whatever the program does.
        yield _Way(use=plain)
    changed = tree.changes(who, path)
    if changed is not None:
        yield _Way(use=plain, missing=changed.missing)
    free = _escape(item, path, arguments)
    if free is not None:
        doubt = (f"what `{path}` can do on {tree.host} without running others",)
        yield _Way(use=free, missing=doubt if in_force.noexec else ())
        return
    if not program.harmless(path, arguments.replace('""', "") if " " in item else None):
        yield _Way(use=plain, missing=(f"what `{item}` lets its caller do on {tree.host}",))


def _escape(item: str, path: str, arguments: str) -> Use | None:
    if path.endswith(("/", "/*")):
        return program.in_folder(path.rstrip("/*"))
    if " " not in item:
        return program.free(path)
    if arguments == '""':
        return program.bare(path)
    if arguments.endswith("*") and not set(arguments[:-1]) & set("*?[\\"):
        before = arguments[:-1]
        return program.free(path) if not before else program.appended(path, before)
    return program.fixed(path, _filled(arguments))


def _filled(arguments: str) -> str:
    """Return arguments that a pattern fits."""
    return "" if arguments == '""' else arguments.replace("*", "x").replace("?", "x")


def _edits(word: str, files: str, host: str) -> Iterator[_Way]:
    """Yield what `sudoedit` of some files is worth; other words are no commands."""
    if word != _EDIT:
        return
    for path in files.split() or ("",):
        sure = path.startswith(_POWERS) or not path or path == "*"
        missing = () if sure else (f"what {path} is used for on {host}",)
        yield _Way(use=Use(_EDIT, path), missing=missing)


def _by_default(machine: Machine, who: Who, found: dict[str, Step]) -> Iterator[Step]:
    """Yield what may be in `/etc/sudoers`, where that is not told."""
    root = place.user(machine.id, place.ROOT)
    paths = {row.path for row in machine.rules} | {row.path for row in machine.defaults}
    groups = sorted(_FOR_GROUPS & who.groups.keys())
    if "/etc/sudoers" in paths or not groups or root.entity in found:
        return
    asked = _asked(machine, who, BUILT_IN)
    if asked is None:
        return
    yield Step(
        technique=WITH_PASSWORD,
        needs=(who.foothold,),
        grants=root,
        cost=1 + sum(held.effort for held in asked),
        conditions=asked,
        evidence=tuple(who.evidence[name] for name in groups if name in who.evidence),
        breakers=tuple(
            remedies.out_of_groups(machine, who, lambda held: not held.isdisjoint(groups))
        ),
        missing=(f"/etc/sudoers of {machine.id}",),
    )
