# SPDX-License-Identifier: Apache-2.0
"""What expressions name, and where."""

from bartizan.sources.terraform.source.named import references
from bartizan.sources.terraform.source.syntax import File


def test_references_are_found_in_expressions_and_templates_and_not_in_text() -> None:
    text = (
        b'a = "x.y ${b.c.d} $${e.f}"\ng = [h.i[j.k].l, m.n-o.p, q[0].r]\ns = <<E\nt.u ${v.w}\nE\n'
    )
    file = File.parse("main.tf", text)

    found = list(references(file, file.root))

    names = [("b", "c"), ("h", "i"), ("j", "k"), ("m", "n-o"), ("v", "w")]
    assert [(one.type, one.name) for one in found] == names
    assert text[found[0].start : found[0].end] == b"b.c"
