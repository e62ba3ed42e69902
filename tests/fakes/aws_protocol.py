# SPDX-License-Identifier: Apache-2.0
"""Speaks AWS's protocols from the server's side, by botocore's own service models."""

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.session import Session


@functools.cache
def _model(service: str) -> ServiceModel:
    return Session().get_service_model(service)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, understood."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    """As far as tests look at them: the members of a JSON, query or form body, and of the URL."""
    key: str
    """Access key that signed it."""
    region: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    content_type: str


class Protocol:
    """The operations of some services, found by request and answered in their protocol."""

    def __init__(self, services: Iterable[str]) -> None:
        self.models = {name: _model(name) for name in services}

    def model(self, asked: Asked) -> OperationModel:
        return self.models[asked.service].operation_model(asked.operation)

    def read(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Asked:
        url = urlsplit(target)
        key, region, signing = _signed(headers["Authorization"])
        query = {k: v[0] for k, v in parse_qs(url.query, keep_blank_values=True).items()}
        request = _Request(method, url.path, query, headers, body)
        for service, model in self.models.items():
            if (model.signing_name or model.endpoint_prefix) != signing:
                continue
            found = _operation(model, request)
            if found is not None:
                token = headers.get("X-Amz-Security-Token", "")
                return Asked(service, found[0], found[1], key, region, token)
        raise LookupError(f"{method} {target} of {signing}")

    def write(self, asked: Asked, output: Mapping[str, Any]) -> Answer:
        """Return `output`, keyed as boto3 would give it, as the service would send it."""
        model = self.model(asked)
        protocol, shape = model.service_model.resolved_protocol, model.output_shape
        if protocol in ("json", "rest-json"):
            value = _json(output, shape) if shape else {}
            return Answer(200, json.dumps(value).encode(), "application/json")
        inner = _members(output, shape) if shape else ""
        if protocol == "rest-xml":
            text = _rest_xml(output, shape, inner) if shape else ""
        elif protocol == "ec2":
            text = (
                f"<{model.name}Response><requestId>r-1</requestId>{inner}</{model.name}Response>"
            )
        else:
            wrapper = shape.serialization.get("resultWrapper", "") if shape else ""
            held = f"<{wrapper}>{inner}</{wrapper}>" if wrapper else inner
            text = (
                f"<{model.name}Response>{held}<ResponseMetadata><RequestId>r-1</RequestId>"
                f"</ResponseMetadata></{model.name}Response>"
            )
        return Answer(200, text.encode(), "text/xml")

    def error(self, asked: Asked, code: str, status: int, message: str) -> Answer:
        """Return an error as the service would send it."""
        protocol = self.models[asked.service].resolved_protocol
        if protocol in ("json", "rest-json"):
            held = {"__type": code, "code": code, "message": message}
            return Answer(status, json.dumps(held).encode(), "application/json")
        fields = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        if protocol == "ec2":
            text = f"<Response><Errors><Error>{fields}</Error></Errors></Response>"
        elif protocol == "rest-xml" and asked.service in ("s3", "s3control"):
            text = f"<Error>{fields}</Error>"
        else:
            text = f"<ErrorResponse><Error>{fields}</Error></ErrorResponse>"
        return Answer(status, text.encode(), "text/xml")


def _signed(authorization: str) -> tuple[str, str, str]:
    match = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", authorization)
    assert match is not None
    return match[1], match[2], match[3]


@dataclass(frozen=True, slots=True)
class _Request:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def _operation(model: ServiceModel, request: _Request) -> tuple[str, Mapping[str, Any]] | None:
    match model.resolved_protocol:
        case "json":
            prefix, _, name = request.headers.get("X-Amz-Target", "").rpartition(".")
            known = prefix == model.metadata.get("targetPrefix")
            return (name, json.loads(request.body or b"{}")) if known else None
        case "query" | "ec2":
            form = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
            name = form.pop("Action", "")
            known = form.pop("Version", "") == model.metadata["apiVersion"]
            return (name, form) if known and name in model.operation_names else None
        case _:
            return _by_path(model, request)


def _by_path(model: ServiceModel, request: _Request) -> tuple[str, Mapping[str, Any]] | None:
    found: list[tuple[int, str, dict[str, Any]]] = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        template, _, fixed = http["requestUri"].partition("?")
        wanted = dict(part.partition("=")[::2] for part in fixed.split("&") if part)
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", _group, re.escape(template))
        match = re.fullmatch(pattern, unquote(request.path))
        if http["method"] != request.method or match is None:
            continue
        if all(k in request.query and (not v or request.query[k] == v) for k, v in wanted.items()):
            found.append((len(wanted), name, {**match.groupdict(), **request.query}))
    if not found:
        return None
    # The template that fixes most of the query, then of the path, is the one that is meant.
    _, name, parameters = max(found, key=lambda one: (one[0], -len(one[2])))
    if request.body[:1] == b"{":
        parameters |= json.loads(request.body)
    return name, parameters


def _group(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"


def _json(value: Any, shape: Shape) -> object:  # noqa: ANN401 - any JSON
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            inner.serialization.get("name", name): _json(value[name], inner)
            for name, inner in shape.members.items()
            if name in value
        }
    if isinstance(shape, ListShape):
        return [_json(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: _json(item, shape.value) for key, item in value.items()}
    return value.timestamp() if isinstance(value, datetime) else value


def _members(value: Mapping[str, Any], shape: StructureShape) -> str:
    return "".join(
        _element(value[name], inner, inner.serialization.get("name", name))
        for name, inner in shape.members.items()
        if name in value
    )


def _element(value: Any, shape: Shape, name: str) -> str:  # noqa: ANN401 - any JSON
    if isinstance(shape, ListShape):
        flat = shape.serialization.get("flattened")
        item = shape.member.serialization.get("name", "member")
        if flat:
            return "".join(_element(one, shape.member, name) for one in value)
        return f"<{name}>{''.join(_element(one, shape.member, item) for one in value)}</{name}>"
    if isinstance(shape, MapShape):
        entries = "".join(
            f"<entry>{_element(k, shape.key, 'key')}{_element(v, shape.value, 'value')}</entry>"
            for k, v in value.items()
        )
        return f"<{name}>{entries}</{name}>"
    if isinstance(shape, StructureShape):
        return f"<{name}>{_members(value, shape)}</{name}>"
    return f"<{name}>{escape(_text(value))}</{name}>"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _rest_xml(output: Mapping[str, Any], shape: StructureShape, inner: str) -> str:
    if payload := shape.serialization.get("payload"):
        held = shape.members[payload]
        if not isinstance(held, StructureShape):
            return str(output.get(payload, ""))
        name = held.serialization.get("name", payload)
        return f"<{name}>{_members(output.get(payload, {}), held)}</{name}>"
    name = shape.serialization.get("name", shape.name)
    return f"<{name}>{inner}</{name}>"
