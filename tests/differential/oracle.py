# SPDX-License-Identifier: Apache-2.0
"""The other engine as a process that answers, and its terms for a line of `authz simulate`."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fakes.drawn_request import FULL_RCP

HERE = Path(__file__).parent
FOLDER = Path(sys.prefix) / "other-engine"
"""Where `tools/other-engine` puts it: beside what these tests run with."""
_VERDICTS = {
    "Allowed": "allowed",
    "ExplicitlyDenied": "denied explicitly",
    "ImplicitlyDenied": "denied",
}
_TYPES = {
    "role": "AssumedRole",
    "user": "User",
    "root": "Account",
    "federated-user": "FederatedUser",
}

Simulation = dict[str, Any]
"""A question in the other engine's terms."""


class Oracle:
    """A running process of the other engine; ends with the `with` block."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "serve.mjs"), str(folder)],  # noqa: S607 - the one on the path
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, simulations: Iterable[Simulation]) -> Iterator[str]:
        """Yield an answer to each question: a verdict, or `error: ...`."""
        questions = list(simulations)
        writer = threading.Thread(target=self._write, args=(questions,))
        writer.start()
        assert self._process.stdout is not None
        for _ in questions:
            found = json.loads(self._process.stdout.readline())
            if "error" in found:
                yield f"error: {json.dumps(found['error'], sort_keys=True)}"
            else:
                yield _VERDICTS[found["verdict"]]
        writer.join()

    def _write(self, questions: list[Simulation]) -> None:
        assert self._process.stdin is not None
        for question in questions:
            self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()


def translated(line: Mapping[str, Any]) -> Simulation:
    """Say a line of ours in the other engine's terms."""
    policies, owner = line["policies"], line["resource"]["account"]
    found: Simulation = {
        "request": {
            "principal": _principal(line["principal"]),
            "action": line["action"],
            "resource": {"resource": line["resource"]["arn"], "accountId": owner},
            "contextVariables": {**line["context"], **_implied(line["principal"], owner)},
        },
        "identityPolicies": _named(policies.get("identity", ())),
        "serviceControlPolicies": [_level(level) for level in policies.get("scp", ())],
        "resourceControlPolicies": [_rcp_level(level) for level in policies.get("rcp", ())],
        "additionalSettings": {
            "s3": {"blockPublicAccess": "block_public_access" in policies},
        },
    }
    grants = [_granting(grant) for grant in policies.get("kms_grants", ())]
    if "resource" in policies or grants:
        found["resourcePolicy"] = _with_grants(policies.get("resource"), grants)
    if "boundary" in policies:
        found["permissionBoundaryPolicies"] = _named(policies["boundary"])
    if "session" in policies:
        (found["sessionPolicy"],) = policies["session"]
    if "endpoint" in policies:
        found["vpcEndpointPolicies"] = _named(policies["endpoint"])
    return found


def _granting(grant: Mapping[str, Any]) -> dict[str, Any]:
    """Say a grant on a key as the statement that it amounts to. No drawn request has a pair of
    its encryption context but `k`, so that what must be equal and what must be part are one.
    """
    pairs: dict[str, str] = next(iter(grant.get("Constraints", {}).values()), {})
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": grant["GranteePrincipal"]},
        "Action": [f"kms:{operation}" for operation in grant["Operations"]],
        "Resource": "*",
    }
    if not pairs:
        return statement
    wanted = {f"kms:EncryptionContext:{key}": value for key, value in pairs.items()}
    return {**statement, "Condition": {"StringEquals": wanted}}


def _with_grants(
    policy: Mapping[str, Any] | None, grants: list[dict[str, Any]]
) -> Mapping[str, Any]:
    if policy is None:
        return {"Version": "2012-10-17", "Statement": grants}
    body = policy["Statement"]
    whole = [*(body if isinstance(body, list) else [body]), *grants]
    return {**policy, "Statement": whole} if grants else policy


def _principal(who: Mapping[str, Any]) -> object:
    if who["type"] == "anonymous":
        return {"type": "Anonymous"}
    return who.get("session") or who["arn"]


def _implied(who: Mapping[str, Any], owner: str) -> dict[str, str | list[str]]:
    """Return the keys that the caller and the resource fix, by the vendor's table of principal
    key values; the other engine wants to be told.
    """
    kind, account = who["type"], who.get("account", "")
    found: dict[str, str | list[str]] = {"aws:ResourceAccount": owner}
    if kind == "service":
        return found | {
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": who["arn"],
        }
    if kind == "anonymous":
        return found | {"aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"}
    if kind not in _TYPES:
        return found
    organization = who.get("organization")
    if organization:
        found["aws:PrincipalOrgID"] = organization["id"]
        found["aws:PrincipalOrgPaths"] = [organization["path"]]
    found |= {
        "aws:PrincipalArn": who["session"] if kind == "federated-user" else who["arn"],
        "aws:PrincipalAccount": account,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": _TYPES[kind],
    }
    name = who.get("session", "").rpartition("/")[2]
    userid = {
        "role": f"{who.get('unique_id')}:{name}",
        "user": who.get("unique_id", ""),
        "root": account,
        "federated-user": f"{account}:{name}",
    }
    found["aws:userid"] = userid[kind]
    if kind == "user":
        found["aws:username"] = who["arn"].rpartition("/")[2]
    return found


def _named(documents: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"name": f"p{place}", "policy": policy} for place, policy in enumerate(documents)]


def _level(level: Mapping[str, Any]) -> dict[str, Any]:
    return {"orgIdentifier": level["target"], "policies": _named(level["documents"])}


def _rcp_level(level: Mapping[str, Any]) -> dict[str, Any]:
    """The other engine adds the vendor's own policy, which allows everything, by itself."""
    others = [policy for policy in level["documents"] if policy != FULL_RCP]
    return _level({**level, "documents": others})
