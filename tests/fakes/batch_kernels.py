# SPDX-License-Identifier: Apache-2.0
"""Kernels over tables that other processes can import."""

import os
import signal
import time

import pyarrow as pa

from bartizan.ports import Batches


def numbers(*held: int) -> Batches:
    return {"numbers": pa.table({"value": pa.array(held, pa.int64())})}


def values(held: Batches) -> list[int]:
    return [int(value or 0) for value in held["numbers"]["value"].to_pylist()]


def doubled(held: Batches) -> Batches:
    return numbers(*(2 * value for value in values(held)))


def whose(held: Batches) -> Batches:
    """Say in which process it runs; the first part takes longest."""
    time.sleep(0.5 if values(held) == [0] else 0.01)
    return numbers(*values(held), os.getpid())


def killed(held: Batches) -> Batches:
    """End as a process does that takes more memory than there is."""
    os.kill(os.getpid(), signal.SIGKILL)
    return held


def broken(held: Batches) -> Batches:
    message = f"no idea what to do with {values(held)}"
    raise ArithmeticError(message)


def slow(held: Batches) -> Batches:
    """Tell who works, where the test looks for it, and take as many seconds as the part says."""
    os.write(1, f"{os.getpid()}\n".encode())  # whole, as others write there too
    time.sleep(values(held)[0])
    return held
