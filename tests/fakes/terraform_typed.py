# SPDX-License-Identifier: Apache-2.0
"""Expressions of Terraform's language that have a type, drawn: few of them are refused."""

from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from tests.fakes.dice import Dice


class Type(Struct, frozen=True):
    """A type: `string`, or `list` of one inner type, or `object` with named ones."""

    name: str
    inner: tuple["Type", ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.name == "object":
            members = zip(self.names, self.inner, strict=True)
            return f"object({{ {', '.join(f'{name} = {of}' for name, of in members)} }})"
        if self.name == "tuple":
            return f"tuple([{', '.join(map(str, self.inner))}])"
        return f"{self.name}({self.inner[0]})" if self.inner else self.name


STRING, NUMBER, BOOL = Type("string"), Type("number"), Type("bool")
_PLAIN = (STRING, STRING, NUMBER, BOOL)
_NAMES = ("a", "b", "name", "cidr", "Größe", "x-y", "on")

_TEXTS = (
    "a", "b", "", " x ", "eu-west-1", "10.0.0.0/16", "1", "007", "1.50", "true", "null",
    "Straße", "é", "e\\u0301", "👩‍👩‍👧", "日本", "a\\tb", "a\\nb", 'q\\"q', "\\\\",
    "$${x}", "%%{y}", "$", "%", "$$", "{}", "[1]", "a,b,c", "a=1", "-", "A-b_C", "\\u00a0", "İ",
    "ß", "ﬁ", "\\U0001F600",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "2", "3", "-1", "0.1", "0.2", "0.3", "1.5", "-2.5", "10", "100", "1e3", "1E-3",
    "12345678901234567890", "0.1234567890123456789", "9007199254740993", "1e21", "1e-7", "2.50",
    "33333333333333333333.3",
)  # fmt: skip
_OF_TEXT = (
    "upper", "lower", "title", "trimspace", "chomp", "strrev", "md5", "sha1", "sha256",
    "base64encode", "urlencode",
)  # fmt: skip
_PATTERNS = ('"[a-z]+"', '"(a)(b)?"', '"(?P<x>[0-9]+)"', '"^.*$"', '"[^,]"')
_FORMATS = ("%s", "%v", "%q", "%5s|", "%-5s|", "%d", "%05d", "%.2f", "%x", "%#v", "%t", "%e", "%g")


class Typed(Struct):
    """Draws expressions of types; `held` are names with their types that can be used."""

    dice: Dice
    held: list[tuple[str, Type]] = field(default_factory=list)
    depth: int = 3

    def less(self, *more: tuple[str, Type]) -> "Typed":
        return replace(self, depth=self.depth - 1, held=[*self.held, *more, *more])

    def type(self, depth: int = 2) -> Type:
        if not depth or self.dice.chance(35):
            return self.dice.one(_PLAIN)
        name = self.dice.one(("list", "list", "set", "map", "map", "object", "object", "tuple"))
        if name == "object":
            names = tuple(sorted(self.dice.some(_NAMES, least=1, most=3)))
            return Type(name, tuple(self.type(depth - 1) for _ in names), names)
        if name == "tuple":
            return Type(name, tuple(self.type(depth - 1) for _ in range(self.dice.below(3))))
        return Type(name, (self.type(depth - 1),))

    def of(self, wanted: Type) -> str:
        """Draw an expression of a type, or of one that converts to it."""
        known = [name for name, held in self.held if held == wanted]
        if self.depth <= 0:
            return self.dice.one(known) if known and self.dice.chance(70) else self.plain(wanted)
        if known and self.dice.chance(20):
            return self.dice.one(known)
        inner = self.less()
        common: list[Callable[[], str]] = [
            lambda: f"({inner.of(BOOL)} ? {inner.of(wanted)} : {inner.of(wanted)})",
            lambda: f"try({inner.of(wanted)}, {inner.of(wanted)})",
            lambda: f"{inner.of(Type('list', (wanted,)))}[{self.dice.below(2)}]",
            lambda: f"element({inner.of(Type('list', (wanted,)))}, {self.dice.below(5)})",
            lambda: (
                f"lookup({inner.of(Type('map', (wanted,)))}, {inner.of(STRING)}, "
                f"{inner.of(wanted)})"
            ),
            lambda: f"coalesce({inner.of(wanted)}, {inner.of(wanted)})",
            lambda: f"one([{inner.of(wanted)}])",
            lambda: f"({inner.member(wanted)})",
        ]
        own: Sequence[Callable[[], str]] = getattr(self, f"_{wanted.name}")(wanted, inner)
        return self.dice.one(own if self.dice.chance(75) else common)()

    def member(self, wanted: Type) -> str:
        """Draw an attribute of an object."""
        name = self.dice.one(_NAMES)
        index = f".{name}" if self.dice.chance(70) else f'["{name}"]'
        return f"{{ {self._key(name)} = {self.of(wanted)}, z = {self.of(self.type(0))} }}{index}"

    def plain(self, wanted: Type) -> str:
        """Draw a value that is written out, and has the type."""
        written = self.literal(wanted)
        whole = wanted.name in ("list", "set") or (wanted.name == "map" and self.dice.chance(30))
        return f"to{wanted.name}({written})" if whole else written

    def literal(self, wanted: Type) -> str:
        """Draw a value that is written out without calls, and that converts to the type."""
        dice, inner = self.dice, list(wanted.inner)
        match wanted.name:
            case "string":
                return f'"{dice.one(_TEXTS)}"'
            case "number":
                return dice.one(_NUMBERS)
            case "bool":
                return dice.one(("true", "false"))
            case "object" | "map":
                names = wanted.names or dice.some(_NAMES, most=3)
                types = inner if wanted.names else inner * len(names)
                pairs = zip(names, types, strict=True)
                held = ", ".join(f"{self._key(name)} = {self.literal(of)}" for name, of in pairs)
                return f"{{ {held} }}"
            case name:
                types = inner if name == "tuple" else inner * dice.below(4)
                return f"[{', '.join(map(self.literal, types))}]"

    def _key(self, name: str) -> str:
        return name if self.dice.chance(70) else f'"{name}"'

    def _string(self, _: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        one = self.dice.one
        texts, any_ = Type("list", (STRING,)), self.type()
        return (
            self.template, self.template, self.heredoc, lambda: self.plain(STRING),
            lambda: f"{one(_OF_TEXT)}({it.of(STRING)})",
            lambda: f"join({it.of(STRING)}, {it.of(texts)})",
            lambda: f"replace({it.of(STRING)}, {it.of(STRING)}, {it.of(STRING)})",
            lambda: f'replace({it.of(STRING)}, "/[a-c]+/", "<$0>")',
            lambda: f"substr({it.of(STRING)}, {one(('0', '1', '-2'))}, {one(('-1', '1', '2'))})",
            lambda: f'format("{one(_FORMATS)}", {it.of(one((STRING, NUMBER, BOOL)))})',
            lambda: f"jsonencode({it.of(any_)})",
            lambda: f"tostring({it.of(one((STRING, NUMBER, BOOL)))})",
            lambda: f"trim({it.of(STRING)}, {it.of(STRING)})",
            lambda: f"trimprefix({it.of(STRING)}, {it.of(STRING)})",
            lambda: f"indent({self.dice.below(4)}, {it.of(STRING)})",
            lambda: f"regex({one(_PATTERNS[:1])}, {it.of(STRING)})",
            lambda: f'cidrsubnet("10.0.0.0/16", 8, {self.dice.below(9)})',
        )  # fmt: skip

    def _number(self, _: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        one = self.dice.one
        numbers, many = Type("list", (NUMBER,)), Type(one(("list", "set", "map")), (self.type(1),))
        return (
            lambda: self.plain(NUMBER), lambda: f"-{it.of(NUMBER)}",
            lambda: f"({it.of(NUMBER)} {one('+-/%')} {it.of(NUMBER)})",
            lambda: f"{it.of(NUMBER)} {one('+-/')} {it.of(NUMBER)}",
            lambda: f"{it.of(NUMBER)} * {one(('0', '2', '0.5', '-3'))}",
            lambda: f"length({it.of(one((STRING, many)))})",
            lambda: f"{one(('min', 'max'))}({it.of(NUMBER)}, {it.of(NUMBER)})",
            lambda: f"{one(('abs', 'ceil', 'floor', 'signum'))}({it.of(NUMBER)})",
            lambda: f"sum([{it.of(NUMBER)}, {it.of(NUMBER)}])", lambda: f"sum({it.of(numbers)})",
            lambda: f"tonumber(tostring({it.of(NUMBER)}))",
            lambda: f'parseint("{one(("10", "ff", "077", "1010"))}", {one(("16", "36"))})',
            lambda: f"index({it.of(numbers)}, {it.of(NUMBER)})",
            lambda: f"pow({one(('2', '10', '0.5', '3'))}, {one(('0', '2', '3', '0.5'))})",
        )  # fmt: skip

    def _bool(self, _: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        one, any_ = self.dice.one, self.type()
        return (
            lambda: f"({it.of(NUMBER)} {one(('<', '>', '<=', '>=', '==', '!='))} {it.of(NUMBER)})",
            lambda: f"({it.of(any_)} {one(('==', '!='))} {it.of(any_)})",
            lambda: f"({it.of(BOOL)} {one(('&&', '||'))} {it.of(BOOL)})",
            lambda: f"!{it.of(BOOL)}", lambda: f"can({it.of(any_)})",
            lambda: f"contains({it.of(Type('list', (STRING,)))}, {it.of(STRING)})",
            lambda: f"{one(('startswith', 'endswith', 'strcontains'))}({it.of(STRING)}, "
            f"{it.of(STRING)})",
            lambda: f"{one(('alltrue', 'anytrue'))}({it.of(Type('list', (BOOL,)))})",
            lambda: f"({it.of(any_)} == null)",
        )  # fmt: skip

    def _list(self, wanted: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        of, one = wanted.inner[0], self.dice.one
        found: list[Callable[[], str]] = [
            lambda: f"[{', '.join(it.of(of) for _ in range(self.dice.below(4)))}]",
            lambda: f"tolist([{it.of(of)}, {it.of(of)}])", lambda: self.plain(wanted),
            lambda: f"concat({it.of(wanted)}, {it.of(wanted)})",
            lambda: f"{one(('distinct', 'reverse'))}({it.of(wanted)})",
            lambda: f"slice({it.of(wanted)}, 0, {self.dice.below(2)})",
            lambda: f"values({it.of(Type('map', (of,)))})",
            lambda: f"tolist({it.of(Type('set', (of,)))})",
            lambda: f"flatten([{it.of(wanted)}, [{it.of(of)}]])",
            lambda: self._loop(of), lambda: self._loop(of), lambda: self._splat(of, it),
            lambda: f"chunklist({it.of(wanted)}, {one('12')})[0]",
        ]  # fmt: skip
        if of == STRING:
            found += [
                lambda: f"keys({it.of(Type('map', (self.type(1),)))})",
                lambda: f"split({it.of(STRING)}, {it.of(STRING)})",
                lambda: f"{one(('sort', 'compact'))}({it.of(wanted)})",
                lambda: f"regexall({one(_PATTERNS[:1])}, {it.of(STRING)})",
                lambda: f'formatlist("%s-%v", {it.of(wanted)}, {it.of(STRING)})',
            ]
        if of == NUMBER:
            found.append(lambda: f"range({self.dice.below(4)}, {self.dice.below(6)})")
        return found

    def _set(self, wanted: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        of = wanted.inner[0]
        return (
            lambda: self.plain(wanted), lambda: f"toset([{it.of(of)}, {it.of(of)}])",
            lambda: f"toset({it.of(Type('list', (of,)))})",
            lambda: f"{self.dice.one(('setunion', 'setintersection', 'setsubtract'))}"
            f"({it.of(wanted)}, {it.of(wanted)})",
        )  # fmt: skip

    def _map(self, wanted: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        of = wanted.inner[0]
        return (
            lambda: self.plain(wanted), lambda: f"merge({it.of(wanted)}, {it.of(wanted)})",
            lambda: f"{{ ({it.of(STRING)}) = {it.of(of)} }}",
            lambda: f'{{ "k${{{it.of(NUMBER)}}}" : {it.of(of)}, z : {it.of(of)} }}',
            lambda: f'zipmap(["p", "q"], [{it.of(of)}, {it.of(of)}])',
            lambda: self._loop(of, keyed=True), lambda: self._loop(of, keyed=True),
            lambda: f"tomap({{ a = {it.of(of)}, b = {it.of(of)} }})",
        )  # fmt: skip

    def _object(self, wanted: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        def written() -> str:
            members = zip(wanted.names, wanted.inner, strict=True)
            return f"{{ {', '.join(f'{self._key(n)} = {it.of(of)}' for n, of in members)} }}"

        return written, written, lambda: f"merge({it.of(wanted)}, {it.of(wanted)})"

    def _tuple(self, wanted: Type, it: "Typed") -> Sequence[Callable[[], str]]:
        return (lambda: f"[{', '.join(map(it.of, wanted.inner))}]",)

    def _loop(self, of: Type, *, keyed: bool = False) -> str:
        inner = self.type(1)
        many = Type(self.dice.one(("list", "set", "map")), (inner,))
        key, name = self.dice.one((("k", "v"), ("i", "x")))
        counted = STRING if many.name == "map" else inner if many.name == "set" else NUMBER
        within = self.less((name, inner), (key, counted))
        condition = f" if {within.of(BOOL)}" if self.dice.chance(30) else ""
        head = f"for {key}, {name} in {self.less().of(many)} :"
        if not keyed:
            return f"[{head} {within.of(of)}{condition}]"
        unique = f'"${{{key}}}-{self.dice.one("ab")}"' if counted.name != "list" else '"k"'
        if counted not in (STRING, NUMBER, BOOL):
            unique = f"jsonencode({key})"
        if self.dice.chance(25):
            groups = f"{{{head} {unique} => {within.of(of)}...{condition}}}"
            return f"{{ for g, w in {groups} : g => w[0] }}"
        return f"{{{head} {unique} => {within.of(of)}{condition}}}"

    def _splat(self, of: Type, it: "Typed") -> str:
        held = Type("object", (of,), ("a",))
        many = Type(self.dice.one(("list", "set")), (held,))
        splat = self.dice.one(("[*]", ".*") if many.name == "list" else ("[*]",))
        return f"{it.of(many)}{splat}.a"

    def template(self) -> str:
        held = self._pieces(("a", " ", "b ", " c", "$-", "% ", "é", "\\t", "\\\\", "  "))
        return f'"{held}"'

    def heredoc(self) -> str:
        flush = self.dice.one(["<<-", "<<"])
        texts = ("a", "\n", "  \n", "\n    c", "\t", "  é", '"', "\\n", "\n\n", "$${x}", "日")
        body = "  " * self.dice.below(3) + self._pieces(texts)
        return f"({flush}EOT\n{body}\n{'  ' if flush == '<<-' else ''}EOT\n)"

    def _pieces(self, texts: Sequence[str]) -> str:
        it, one, found = self.less(), self.dice.one, ""
        for _ in range(1 + self.dice.below(4)):
            left, right = ("~" if self.dice.chance(30) else "" for _ in range(2))
            scalar = one((STRING, STRING, NUMBER, BOOL))
            many = Type(one(("list", "set", "map")), (scalar,))
            each = replace(self.less(("x", scalar)), depth=0).of(scalar)
            ways: Sequence[Callable[[], str]] = (
                lambda: one(texts), lambda: one(texts),
                lambda: f"${{{left}{it.of(scalar)}{right}}}",  # noqa: B023 - called at once
                lambda: f"%{{{left}if {it.of(BOOL)}{right}}}{one(texts)}"  # noqa: B023
                f"%{{{right}else{left}}}{one(texts)}%{{{left}endif{right}}}",  # noqa: B023
                lambda: f"%{{{left}for x in {it.of(many)}{right}}}{one(texts)}${{{each}}}"  # noqa: B023
                f"%{{{right}endfor{left}}}",  # noqa: B023
            )  # fmt: skip
            found += one(ways)()
        return found


Held = Sequence[tuple[str, Type]]
