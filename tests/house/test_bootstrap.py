# SPDX-License-Identifier: Apache-2.0
"""Setting up says what is wrong where it cannot work."""

import os
import subprocess
from pathlib import Path

from tests.house import tree


def test_a_python_that_is_too_old_is_refused_with_a_remedy(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = subprocess.run(
        [tree.ROOT / "tools/bootstrap", tmp_path / "venv"],
        env={**os.environ, "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert f"{old} is too old" in done.stderr
    assert "PYTHON=" in done.stderr


def test_a_machine_with_no_way_to_get_pip_is_told_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "python3"  # makes environments, but has neither `ensurepip` nor pip
    bare.write_text(
        '#!/bin/sh\ncase "$*" in *version_info*|*without-pip*) exit 0;; esac\nexit 1\n'
    )
    bare.chmod(0o755)
    for tool in ("dirname", "sed", "mktemp", "rm"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")

    done = subprocess.run(
        ["/bin/sh", tree.ROOT / "tools/bootstrap", tmp_path / "venv"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "install python3-venv" in done.stderr
