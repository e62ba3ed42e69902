# SPDX-License-Identifier: Apache-2.0
"""Reads what Reachability Analyzer found: `aws ec2 describe-network-insights-analyses`.

An analysis names only the id of its path; what `describe-network-insights-paths` writes may stand
in the same file or in another one. Without it, the ends are those of the way that was found.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInsightsAnalysis.html
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.network_comparison import Analysis
from bartizan.model.packet import TCP, UDP
from bartizan.model.record import Json
from bartizan.sources.aws.facts.body import (
    MalformedBodyError,
    flag,
    mapping,
    number,
    objects,
    text,
)
from bartizan.sources.aws.files.json_file import read

MOST = 10_000
"""Analyses of one question."""
_ANALYSES, _PATHS = "NetworkInsightsAnalyses", "NetworkInsightsPaths"
_PROTOCOLS = {"tcp": TCP, "udp": UDP, "6": TCP, "17": UDP}
_HINT = "give what `aws ec2 describe-network-insights-analyses` writes"

Body = Mapping[str, Json]


class _Ends(Struct, frozen=True, kw_only=True):
    """Where packets were to come from and go to."""

    source: str
    target: str
    protocol: int
    port: int = -1
    source_address: str = ""
    address: str = ""


def analyses(places: Sequence[Path]) -> tuple[Analysis, ...]:
    """Return the analyses that files hold, in their order.

    Raises:
        InputError: a file cannot be read, or holds none.
    """
    paths: dict[str, Body] = {}
    found: list[tuple[Path, Body]] = []
    for place in places:
        document = read(place)
        if not isinstance(document, dict) or not {_ANALYSES, _PATHS} & document.keys():
            raise InputError("holds no analyses", at=Location(str(place)), hint=_HINT)
        try:
            paths |= {text(one, "NetworkInsightsPathId"): one for one in objects(document, _PATHS)}
            found += ((place, one) for one in objects(document, _ANALYSES))
        except MalformedBodyError as error:
            raise InputError(str(error), at=Location(str(place)), hint=_HINT) from error
    if len(found) > MOST:
        raise InputError(f"more than {MOST:,} analyses", hint="split the file")
    if not found:
        raise InputError("no file holds an analysis", hint=_HINT)
    return tuple(_read(place, body, paths) for place, body in found)


def _read(place: Path, body: Body, paths: Mapping[str, Body]) -> Analysis:
    try:
        return _analysis(body, paths)
    except MalformedBodyError as error:
        name = body.get("NetworkInsightsAnalysisId")
        said = f"the analysis `{str(name)[:100]}` cannot be read: {error}"
        raise InputError(said, at=Location(str(place)), hint=_HINT) from error


def _analysis(body: Body, paths: Mapping[str, Body]) -> Analysis:
    path = paths.get(text(body, "NetworkInsightsPathId"))
    ends = _of_path(path) if path is not None else _of_components(body)
    explained = (text(one, "ExplanationCode") for one in objects(body, "Explanations"))
    remarks = (text(body, "StatusMessage"), text(body, "WarningMessage"))
    finished = text(body, "Status") == "succeeded"
    return Analysis(
        id=text(body, "NetworkInsightsAnalysisId"),
        found=flag(body, "NetworkPathFound") if finished else None,
        source=ends.source,
        target=ends.target,
        protocol=ends.protocol,
        port=ends.port,
        source_address=ends.source_address,
        address=ends.address,
        codes=tuple(sorted({*explained} - {""})),
        remarks=tuple(remark for remark in remarks if remark),
    )


def _protocol(spelled: str) -> int:
    known = _PROTOCOLS.get(spelled.lower())
    if known is None:
        raise MalformedBodyError(f"`Protocol` is `{spelled[:20]}`")
    return known


def _of_path(path: Body) -> _Ends:
    """Return the ends that a path states; a filter at the source states the header there.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInsightsPath.html
    """
    headers = mapping(path, "FilterAtSource"), mapping(path, "FilterAtDestination")
    ports = [number(path, "DestinationPort")]
    ports += (number(one, "DestinationPortRange", "FromPort") for one in headers)
    return _Ends(
        source=text(path, "SourceArn") or text(path, "Source"),
        target=text(path, "DestinationArn") or text(path, "Destination"),
        protocol=_protocol(text(path, "Protocol")),
        port=next((port for port in ports if port), -1),
        source_address=text(path, "SourceIp") or text(headers[0], "SourceAddress"),
        address=text(path, "DestinationIp") or text(headers[0], "DestinationAddress"),
    )


def _of_components(body: Body) -> _Ends:
    """Return the ends of the way that was found, with the header with which it begins."""
    way = objects(body, "ForwardPathComponents")
    header = next(_headers(way), {})
    ports = objects(header, "DestinationPortRanges")
    if not way or not header:
        raise MalformedBodyError(
            "neither its path nor a way is there to say from where to where it was asked"
        )
    return _Ends(
        source=_component(way[0]),
        target=_component(way[-1]),
        protocol=_protocol(text(header, "Protocol")),
        port=number(ports[0], "From") if ports else -1,
    )


def _headers(way: Sequence[Body]) -> Iterator[Body]:
    for component in way:
        yield from (
            held
            for held in (mapping(component, "OutboundHeader"), mapping(component, "InboundHeader"))
            if held
        )


def _component(body: Body) -> str:
    return text(body, "Component", "Id") or text(body, "Component", "Arn")
