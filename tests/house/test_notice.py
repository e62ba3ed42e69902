# SPDX-License-Identifier: Apache-2.0
"""What others made and we ship is named with its version, date and licence."""

import gzip
import json

from tests.house import tree


def test_every_data_file_is_named_in_the_notice() -> None:
    notice = tree.text(tree.ROOT / "NOTICE")
    shipped = [tree.name(path) for path in tree.files(suffix=".gz")]

    assert [name for name in shipped if name.startswith("src/") and name not in notice] == []


def test_the_notice_names_the_version_and_date_of_the_table_of_actions() -> None:
    path = tree.ROOT / "src/bartizan/reason/authz/aws/data/actions.json.gz"
    table = json.loads(gzip.decompress(path.read_bytes()))
    notice = " ".join(tree.text(tree.ROOT / "NOTICE").split())

    assert f"{table['source']} of {table['updated']}" in notice
