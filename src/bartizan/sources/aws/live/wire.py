# SPDX-License-Identifier: Apache-2.0
"""What botocore is taught before it speaks for us: values as JSON has them, answers mistrusted."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from botocore.awsrequest import AWSRequest
from botocore.model import OperationModel
from botocore.session import Session
from botocore.utils import parse_timestamp

from bartizan.sources.aws.live.failure import UnreadableAnswerError

_ZULU = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.0+)?Z")
_JSON_PROTOCOLS = frozenset({"json", "rest-json"})
_EMPTY_OBJECT = 2
"""Bytes of `{}`."""


def timestamp(value: object) -> str:
    """Return a time as ISO 8601 in UTC, whichever way a protocol writes it.

    Source: https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
    """
    if isinstance(value, str) and (match := _ZULU.fullmatch(value)):
        return f"{match[1]}Z"
    try:
        if isinstance(value, int | float):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            moment = parse_timestamp(value).astimezone(UTC)
    except (ValueError, OverflowError, OSError, RuntimeError) as error:
        message = "a time in the answer is none"
        raise UnreadableAnswerError(message, status=HTTPStatus.OK) from error
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def blob(value: object) -> str:
    """Return binary data as the base64 text that it travels as."""
    return str(value)


def teach(session: Session) -> None:
    """Make `session`'s clients give JSON values, and raise where an answer is cut or no answer.

    Without it a JSON body that was cut short reads as an answer without any elements.
    """
    factory = session.get_component("response_parser_factory")
    factory.set_parser_defaults(timestamp_parser=timestamp, blob_parser=blob)
    session.register("before-parse", _before_parse)
    session.register("response-received", _response_received)
    session.register("before-sign.s3-control", _keep_numeric_host)


def _before_parse(
    *, operation_model: OperationModel, response_dict: Mapping[str, Any], **_: object
) -> None:
    body, status = response_dict.get("body"), int(response_dict["status_code"])
    if not isinstance(body, bytes) or not body:
        return
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        # A page made for people is from something in between, and no protocol's error.
        if body[:9].lower().startswith((b"<!doctype", b"<html")):
            raise UnreadableAnswerError(_phrase(status), status=status)
        return
    protocol = operation_model.service_model.resolved_protocol
    if protocol in _JSON_PROTOCOLS and _holds_json(operation_model):
        text = body.strip()
        if text[:1] not in (b"{", b"[") or text[-1:] not in (b"}", b"]"):
            raise UnreadableAnswerError("the answer is no whole JSON document", status=status)


def _response_received(
    *,
    response_dict: Mapping[str, Any] | None,
    parsed_response: Mapping[str, Any] | None,
    **_: object,
) -> None:
    if not response_dict or parsed_response is None or set(parsed_response) - {"ResponseMetadata"}:
        return
    status, body = int(response_dict["status_code"]), response_dict.get("body")
    if status >= HTTPStatus.MULTIPLE_CHOICES or not isinstance(body, bytes):
        return
    # NOTE: botocore reads a JSON body that it cannot parse as an answer without any members.
    if body[:1] == b"{" and len(body) > _EMPTY_OBJECT:
        try:
            held = json.loads(body)
        except (ValueError, RecursionError) as error:
            message = "the answer is no JSON document"
            raise UnreadableAnswerError(message, status=status) from error
        if any(value is not None for value in held.values()):
            message = "the answer has none of the members that the service's model names"
            raise UnreadableAnswerError(message, status=status)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "no answer of the service"


def _holds_json(operation: OperationModel) -> bool:
    shape = operation.output_shape
    return shape is None or "payload" not in shape.serialization


def _keep_numeric_host(*, request: AWSRequest, **_: object) -> None:
    """Send S3 Control's calls to a numeric host as it is.

    S3 Control puts the account in front of the host's name, which a bare address does not allow:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
    """
    parts = urlsplit(request.url)
    match = re.fullmatch(r"\d{12}\.(\d+\.\d+\.\d+\.\d+|localhost)(:\d+)?", parts.netloc)
    if match:
        host = f"{match[1]}{match[2] or ''}"
        request.url = urlunsplit(parts._replace(netloc=host))
