# SPDX-License-Identifier: Apache-2.0
"""Texts over several lines, by what the language's page says of them:
https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from pathlib import Path

import pytest

from tests.unit.sources.terraform.evaluator.test_repeat import made, names

USER = 'resource "aws_iam_user" "u" {{\n  name = {}\n}}\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<<EOT\n  a $${b} %%{c} ${1 + 1}\nEOT\n", "  a ${b} %{c} 2\n"),
        ('"a $${b} %%{c} ${1 + 1}"', "a ${b} %{c} 2"),
        ("<<-EOT\n    a\n      b\n\n    c\n  EOT\n", "a\n  b\n\nc\n"),
        ("<<-EOT\n      a\n    ${1 + 1}\n  EOT\n", "  a\n2\n"),
        ("<<EOT\n%{ for x in [1, 2] ~}\n<${x}>\n%{ endfor ~}\nEOT\n", "<1>\n<2>\n"),
        ("<<EOT\n${~ 1 ~}\n  b\nEOT\n", "1  b\n"),
    ],
)
def test_a_text_is_what_the_language_says(tmp_path: Path, text: str, wanted: str) -> None:
    assert names(made(tmp_path, USER.format(text))) == {"aws_iam_user.u": wanted}
