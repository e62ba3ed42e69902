# SPDX-License-Identifier: Apache-2.0
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bartizan.engine.local import LocalEngine
from bartizan.errors import EngineError
from bartizan.ports import Batches
from tests.fakes.batch_kernels import broken, doubled, killed, numbers, values, whose

ROOT = Path(__file__).parents[3]


def _parts(count: int) -> Iterator[Batches]:
    yield from (numbers(value) for value in range(count))


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_answers_come_in_the_order_of_the_parts(method: str) -> None:
    answers = list(LocalEngine(2, method=method).run(whose, _parts(5)))

    assert [values(answer)[0] for answer in answers] == [0, 1, 2, 3, 4]
    processes = {values(answer)[1] for answer in answers}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_one_process_is_this_one() -> None:
    answers = list(LocalEngine(1).run(whose, _parts(2)))

    assert {values(answer)[1] for answer in answers} == {os.getpid()}


def test_no_parts_have_no_answers() -> None:
    assert list(LocalEngine(2).run(doubled, ())) == []


def test_fewer_parts_than_processes_are_all_answered() -> None:
    assert [values(answer) for answer in LocalEngine(3).run(doubled, _parts(1))] == [[0]]


def test_as_many_processes_as_there_are_processors_unless_told_otherwise() -> None:
    answers = list(LocalEngine().run(doubled, _parts(3)))

    assert [values(answer) for answer in answers] == [[0], [2], [4]]


def test_a_process_that_is_killed_is_an_error_that_says_how_it_ended() -> None:
    with pytest.raises(EngineError) as caught:
        list(LocalEngine(2).run(killed, _parts(3)))

    assert "was ended by signal 9" in str(caught.value)
    assert "BARTIZAN_PROCESSES=1" in caught.value.hint


def test_a_process_that_fails_is_an_error_and_tells_why(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(EngineError, match="ended with status 1"):
        list(LocalEngine(2).run(broken, _parts(3)))

    assert "ArithmeticError: no idea what to do with [" in capfd.readouterr().err


_WORKING = """
import signal
from bartizan.engine.local import LocalEngine
from tests.fakes.batch_kernels import numbers, slow

if __name__ == "__main__":
    # What a shell starts in the background ignores interrupts, and so do all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    list(LocalEngine(2).run(slow, [numbers({seconds}), numbers({seconds})]))
"""


def _working(folder: Path, seconds: int) -> tuple[subprocess.Popen[str], list[int]]:
    """Start something that has two processes work, and return it with them."""
    script = folder / "script.py"
    script.write_text(_WORKING.format(seconds=seconds))
    started = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert started.stdout is not None
    return started, [int(started.stdout.readline()) for _ in range(2)]


def test_an_interrupt_from_the_keyboard_ends_all_processes(tmp_path: Path) -> None:
    started, workers = _working(tmp_path, seconds=600)
    os.killpg(started.pid, signal.SIGINT)

    _, said = started.communicate(timeout=60)
    assert said.count("KeyboardInterrupt") == 1
    assert not any(map(_is_alive, workers))


def test_processes_whose_master_is_gone_end_with_their_part(tmp_path: Path) -> None:
    started, _ = _working(tmp_path, seconds=1)
    started.kill()

    # It returns once nobody can write any more.
    started.communicate(timeout=60)
    assert started.returncode == -signal.SIGKILL


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
