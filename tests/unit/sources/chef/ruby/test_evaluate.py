# SPDX-License-Identifier: Apache-2.0
"""Expressions whose values are known, and those that are not.

Expected values: https://docs.ruby-lang.org/en/3.1/syntax/literals_rdoc.html and the pages of
`String`, `Array`, `Hash` beside it.
"""

import sys

import pytest

from bartizan.errors import MissingExtraError
from bartizan.model.facts.host import HostUser
from bartizan.sources.chef.attributes import Attributes
from bartizan.sources.chef.ruby import syntax
from bartizan.sources.chef.ruby.evaluate import evaluate
from bartizan.sources.chef.ruby.scope import Scope
from bartizan.sources.chef.ruby.syntax import named
from bartizan.sources.chef.ruby.value import Symbol, Tree, Unknown, Value, of_json
from tests.fakes.chef import World, code, facts, files_of

HELD = Tree(
    {
        "a": Tree({"b": "x", "list": ("p", "q"), "n": 5, "no": False}),
        "platform": "debian",
        "platform_family": "debian",
        "lost": Unknown("gone"),
        "part": Tree({"k": 1}, Unknown("gone")),
    }
)


def value(text: str) -> Value:
    tree = code(text)
    world = World(Attributes({"default": HELD}))
    variables: dict[str, Value] = {"v": "var", "u": Unknown("not told"), "l": ("a", "b")}
    return evaluate(named(tree.root)[0], Scope(tree, world, variables))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"'a\nb'", r"a\nb"), (r"'it\'s \\'", "it's \\"), (r"%q(a\n)", r"a\n"),
        ("'a'", "a"), ('"a\\nb"', "a\nb"), ('"a\\"b"', 'a"b'), ("'a' 'b'", "ab"),
        (":a", Symbol("a")), (':"a b"', Symbol("a b")), ("1_000", 1000), ("0644", 0o644),
        ("0x1f", 31), ("0b11", 3), ("1.5", 1.5), ("true", True), ("nil", None), ("-1", -1),
        ("(1)", 1),
        ("[1, 'a', :b]", (1, "a", Symbol("b"))), ("%w(a b)", ("a", "b")),
        ("%i(a b)", (Symbol("a"), Symbol("b"))), ("{ a: 1, 'b' => 2 }", Tree({"a": 1, "b": 2})),
        ("v", "var"), ('"#{v}-#{1}"', "var-1"), ('"#{nil}#{true}"', "true"),
        ("node['a']['b']", "x"), ("node[:a][:b]", "x"), ("node['a']['none']", None),
        ("node['none']", None), ("node['part']['k']", 1), ("node.name", "web1"),
        ("node.read('a', 'b')", "x"), ("node.dig('a', 'none')", None),
        ("node.attribute?('a')", True), ("node.attribute?('zz')", False),
        ("node['a']['list'][0]", "p"), ("l[-1]", "b"), ("l[9]", None), ("{ a: 1 }[:a]", 1),
        ("1 == 1", True), ("'a' != 'b'", True), (":a == 'a'", False), ("true == 1", False),
        ("1 < 2", True), ("2 >= 3", False), ("'a' + 'b'", "ab"), ("[1] + [2]", (1, 2)),
        ("true && 'x'", "x"), ("nil || 'y'", "y"), ("false && u", False), ("true || u", True),
        ("u || true", True), ("u && false", False), ("!nil", True), ("not true", False),
        ("true ? 1 : 2", 1), ("nil ? 1 : 2", 2), ("platform?('debian', 'ubuntu')", True),
        ("platform_family?('rhel')", False), ("File.join('/a', 'b', '/c')", "/a/b/c"),
        ("value_for_platform_family('rhel' => 'a', %w(debian suse) => 'b')", "b"),
        ("value_for_platform_family({ rhel: 'a', 'default' => 'c' })", "c"),
        ("'AbC'.downcase", "abc"), ("'a'.upcase", "A"), ("' a '.strip", "a"), ("5.to_s", "5"),
        ("'5'.to_i", 5), ("'a'.to_sym", Symbol("a")), ("nil.nil?", True), ("v.nil?", False),
        ("''.empty?", True), ("[].empty?", True), ("{}.empty?", True), ("l.include?('a')", True),
        ("l.include?('z')", False), ("'abc'.include?('b')", True), ("{ a: 1 }.key?('a')", True),
        ("{ a: 1 }.include?('b')", False), ("'abc'.start_with?('a')", True), ("l.join", "ab"),
        ("l.join(', ')", "a, b"), ("{ a: 1 }.keys", ("a",)), ("{ a: 1 }.values", (1,)),
        ("l.first", "a"), ("l.last", "b"),
        ("l.to_a", ("a", "b")), ("{ a: 1 }.to_h", Tree({"a": 1})),
        ("'a'.freeze", "a"), ("{ a: 1 }.fetch('a')", 1), ('"a\\n".chomp', "a"),
    ],
)  # fmt: skip
def test_plain_expressions_have_their_values(text: str, expected: Value) -> None:
    found = value(text)

    assert found == expected
    assert isinstance(found, Symbol) is isinstance(expected, Symbol)
    assert isinstance(found, bool) is isinstance(expected, bool)


@pytest.mark.parametrize(
    "text",
    [
        "[*l]", "[1, *u]",
        "u", "zz", "foo(1)", "Foo.bar", "node['lost']", "node['lost']['x']", "node['part']['z']",
        "node['none']['x']", "node['a']['b']['c']", "node[u]", "node.zz", "node.read(u)",
        "node.role?('x')", "data_bag_item('a', 'b')", "search(:node)", "lazy { 1 }", "`id`",
        "'a' + 1", "1 + 1", "u + 'a'", "1 == u", "[u] == [1]", "u < 1", "'a' < 'b'", "-'a'",
        "u ? 1 : 2", "v.foo", "u.downcase", "1.downcase", "l.upcase", "'x'.to_i", "1.first",
        "1.empty?", "1.include?(2)", "1.keys", "'a'.values", "'a'.to_a", "'a'.to_h",
        "[u].include?('a')", "[{}].join", "'a'.join", "1.fetch(0)", "1.freeze", "1.to_sym",
        "'a'.start_with?(1)", "'a'.key?(1)", "l.include?(u)", '"#{u}"', '"\\u0041"', '"#{1; 2}"',
        "File.join('a', u)", "platform?(u)", "value_for_platform_family(u => 1)",
        "value_for_platform_family(foo)", "node['part'].keys", "node['part'].values",
        "node['part'].key?('z')", "{ u => 1 }.fetch('a')", "{ **x }.fetch('a')", "[1", "/a/",
        "1..2", "l['a']", "l[u]", "(1; 2)", "l[0, 1]", "'a'.map { |x| x }", "node",
        "{ 'a' => 1, u => 2 }['a']", "x.y['z']",
    ],
)  # fmt: skip
def test_all_others_are_unknown(text: str) -> None:
    assert isinstance(value(text), Unknown)


def test_unknown_values_say_where_they_stand() -> None:
    found = value("foo(1)")

    assert found == Unknown("`foo` stands at a.rb:1")
    assert value("node['lost']") == Unknown("attribute `lost`: gone")


def test_here_documents_are_read_with_their_indentation_as_ruby_does() -> None:
    squiggly = code("x(<<~EOH)\n    a\n      b #{v}\n  EOH\n")
    plain = code("x(<<-EOH)\n    a\n  EOH\n")

    def first(tree: object) -> Value:
        call = named(tree.root)[0]  # type: ignore[attr-defined]  # a tree
        argument = named(call.child_by_field_name("arguments"))[0]
        return evaluate(argument, Scope(tree, World(), {"v": "x", "m": "a\nb"}))  # type: ignore[arg-type]  # a tree

    assert first(squiggly) == "a\n  b x\n"
    assert first(plain) == "    a\n"
    assert isinstance(first(code("x(<<~A)\n #{u}\nA\n")), Unknown)
    assert isinstance(first(code("x(<<~A)\n #{m}\nA\n")), Unknown)


def test_what_lies_too_deep_is_unknown_and_ends() -> None:
    assert isinstance(value("[" * 200 + "]" * 200), tuple)
    deep = value("(" * 500 + "1" + ")" * 500)

    assert isinstance(deep, Unknown)
    assert isinstance(value("node" + "['a']" * 500), Unknown)
    assert isinstance(value("'a'" + ".strip" * 500), Unknown)


@pytest.mark.parametrize(
    "double",
    ["a = [a, a]", "a = { x: a, y: a }", 'a = "#{a}#{a}"', "a = a + a", "a = [a, a].join",
     "a = File.join(a, a)", "l = l + l\na = l"],
)  # fmt: skip
def test_what_code_doubles_again_and_again_is_unknown(double: str) -> None:
    (row,) = facts(
        files_of(
            f"a = 'xx'\nl = %w(a b)\n{double}\n"
            + f"{double}\n" * 60
            + ("user 'u' do\n uid a == [a]\n home a\nend\n")
        )
    ).rows(HostUser)

    assert "home" in row.unknown


def test_values_of_json_that_lie_too_deep_are_unknown() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]

    found = of_json(deep)  # type: ignore[arg-type]  # JSON
    while isinstance(found, tuple):
        (found,) = found
    assert isinstance(found, Unknown)


def test_without_the_grammar_the_error_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_ruby", None)
    syntax._parser.cache_clear()  # noqa: SLF001 - it is remembered once it was found

    with pytest.raises(MissingExtraError, match="grammar of Ruby"):
        code("1")
