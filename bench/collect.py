# SPDX-License-Identifier: Apache-2.0
"""What the live source spends on a call beside what boto3 spends on it, and how memory grows.

A made-up AWS in a process of its own answers the same to both. Bare boto3 calls it in a loop, with
clients that are made before the clock starts; the source makes the same calls, and its clients,
threads, records and pieces. Each runs once before it is measured, so that what a process loads
once is left out of both. The figure is the source's CPU time less boto3's, over boto3's.
"""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import boto3

from bartizan.ports import Pieces
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.store.parquet import ParquetStore
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import TABLE, CountingProgress, MemoryDraft, user
from tests.fakes.aws_server import CALLER, FakeAws, Reply, account_of
from tests.fakes.records import AccountPerRecord

_USERS = 20
_VPCS = 10
_MEMBERS = 40
_MANY = 160


def main() -> None:
    """Print the share of a call that is ours, and the peak of memory for few and many accounts."""
    few, many = _served(_MEMBERS), _served(_MANY)
    boto = few("boto3")
    for name in ("memory", "parquet"):
        ours = few(name)
        share = (ours["cpu"] - boto["cpu"]) / boto["cpu"]
        figures = {
            "bench": "collect",
            "draft": name,
            "calls": int(ours["calls"]),
            "boto3_ms_per_call": round(1000 * boto["cpu"], 3),
            "ours_ms_per_call": round(1000 * (ours["cpu"] - boto["cpu"]), 3),
            "share_of_boto3": round(share, 3),
        }
        print(json.dumps(figures))
    small, large = few("parquet")["peak"], many("parquet")["peak"]
    accounts = {"accounts": _MEMBERS + 1, "peak_mib": round(small)}
    more = {"accounts": _MANY + 1, "peak_mib": round(large)}
    print(json.dumps({"bench": "collect memory", "few": accounts, "many": more}))


def _served(members: int) -> Callable[[str], dict[str, float]]:
    """Return what runs one measurement in a fresh process against a fresh server."""

    def run(what: str) -> dict[str, float]:
        here, there = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, members))
        server.start()
        try:
            url = here.recv()
            command = [sys.executable, "-m", "bench.collect", what, url]
            found = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ourselves
            return dict(json.loads(found.stdout))
        finally:
            here.send("stop")
            server.join()

    return run


def serve(line: Connection, members: int) -> None:
    """Answer until told to stop."""

    def users(asked: Asked) -> Reply:
        return {"Users": [user(f"u{number}", account_of(asked)) for number in range(_USERS)]}

    replies: dict[str, Reply] = {
        "iam:ListUsers": users,
        "iam:ListAccessKeys": lambda asked: {
            "AccessKeyMetadata": [
                {
                    "UserName": asked.parameters["UserName"],
                    "AccessKeyId": f"AKIA{account_of(asked)}{asked.parameters['UserName']}",
                    "Status": "Active",
                    "CreateDate": "2026-01-02T03:04:05Z",
                }
            ]
        },
        "ec2:DescribeVpcs": {
            "Vpcs": [
                {"VpcId": f"vpc-{number}", "CidrBlock": "10.0.0.0/16", "State": "available"}
                for number in range(_VPCS)
            ]
        },
    }
    names = [f"{number:012d}" for number in range(1, members + 1)]
    with FakeAws(members=names, replies=replies) as aws:
        line.send(aws.url)
        line.recv()


def measure(what: str, url: str) -> dict[str, float]:
    """Run one way of asking; return CPU seconds a call, calls, and peak of memory in MiB."""
    run = _boto3(url) if what == "boto3" else _ours(url, what)
    run()
    began = time.process_time()
    calls = run()
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": spent / calls, "calls": calls, "peak": peak}


def _boto3(url: str) -> Callable[[], int]:
    session = boto3.Session()
    iam = session.client("iam", endpoint_url=url)
    ec2 = session.client("ec2", endpoint_url=url)

    def run() -> int:
        calls = 0
        for _ in range(_MEMBERS + 1):
            users = iam.list_users()["Users"]
            for one in users:
                iam.list_access_keys(UserName=one["UserName"])
            ec2.describe_vpcs()
            calls += len(users) + 2
        return calls

    return run


class _Forgetting(MemoryDraft):
    """Keeps nothing, as a disk would."""

    def write(self, piece: str, records: object) -> None:
        """Forget a piece."""


def _ours(url: str, what: str) -> Callable[[], int]:
    settings = AwsSettings(key=b"bench", endpoint_url=url, concurrency=4)
    source = AwsSource(settings, services=TABLE)

    def run() -> int:
        progress = CountingProgress()
        with tempfile.TemporaryDirectory() as home:
            draft: Pieces = _Forgetting()
            if what == "parquet":
                store = ParquetStore(Path(home), AccountPerRecord())
                draft = store.begin(scope="bench", started_at="2026-01-02T00:00:00Z", resume=False)
            source.collect(draft, progress)
        return progress.calls

    return run


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ |= {
            "AWS_ACCESS_KEY_ID": f"AKIA{CALLER}",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        main()
