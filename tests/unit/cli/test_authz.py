# SPDX-License-Identifier: Apache-2.0
"""Requests by a file and by a pipe, as whole processes."""

import json
import subprocess
import sys
import threading
from pathlib import Path

LINE = json.dumps(
    {
        "id": "1",
        "principal": {
            "type": "user",
            "arn": "arn:aws:iam::111111111111:user/u",
            "account": "111111111111",
        },
        "action": "s3:GetObject",
        "resource": {"arn": "arn:aws:s3:::b/k", "account": "111111111111"},
    }
).encode()
COMMAND = [sys.executable, "-m", "bartizan", "authz", "simulate"]


def test_a_line_that_cannot_be_read_shows_in_the_exit_status_alone(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(LINE + b"\n{\n" + LINE)

    done = subprocess.run([*COMMAND, str(path)], capture_output=True, check=False)

    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 2
    assert (first["verdict"], third["verdict"]) == ("denied", "denied")
    assert second["error"]["at"] == f"{path}:2:2"
    assert done.stderr == b""


def test_each_answer_is_there_before_the_next_line_is_written() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(LINE + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == "1"
        process.stdin.close()

        assert process.wait() == 0


def test_no_process_outlives_one_that_is_killed() -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        many = 3_000
        asking = threading.Thread(target=process.stdin.write, args=((LINE + b"\n") * many,))
        asking.start()
        for _ in range(many):
            assert process.stdout.readline()
        asking.join()
        process.kill()

        # The end of the output comes when the last process that could write to it has gone.
        process.communicate(timeout=30)
