# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.model.network_comparison import Analysis
from bartizan.sources.aws import insights
from bartizan.sources.aws.insights import analyses

PATH: dict[str, Any] = {
    "NetworkInsightsPathId": "nip-1",
    "Source": "igw-1",
    "Destination": "eni-1",
    "DestinationIp": "10.0.0.5",
    "Protocol": "tcp",
    "DestinationPort": 443,
}
ANALYSIS: dict[str, Any] = {
    "NetworkInsightsAnalysisId": "nia-1",
    "NetworkInsightsPathId": "nip-1",
    "Status": "succeeded",
    "WarningMessage": "additional components may be blocking",
    "NetworkPathFound": False,
    "Explanations": [
        {
            "Direction": "ingress",
            "ExplanationCode": "ENI_SG_RULES_MISMATCH",
            "NetworkInterface": {"Id": "eni-1"},
            "SecurityGroups": [{"Id": "sg-1"}],
        },
        {"ExplanationCode": "BAD_STATE"},
        {"ExplanationCode": "BAD_STATE"},
    ],
}
HEADER: dict[str, Any] = {
    "DestinationAddresses": ["10.0.0.5/32"],
    "DestinationPortRanges": [{"From": 443, "To": 443}],
    "Protocol": "6",
}
FOUND: dict[str, Any] = {
    "NetworkInsightsAnalysisId": "nia-2",
    "NetworkInsightsPathId": "nip-2",
    "Status": "succeeded",
    "NetworkPathFound": True,
    "ForwardPathComponents": [
        {"SequenceNumber": 1, "Component": {"Id": "eni-2"}, "OutboundHeader": HEADER},
        {"SequenceNumber": 2, "Component": {"Id": "eni-1"}, "InboundHeader": HEADER},
    ],
}


def _file(place: Path, **held: Any) -> Path:  # noqa: ANN401 - JSON
    path = place / f"{len(list(place.iterdir()))}.json"
    path.write_text(json.dumps(held))
    return path


def _one(place: Path, analysis: dict[str, Any], *paths: dict[str, Any]) -> Analysis:
    held = _file(place, NetworkInsightsAnalyses=[analysis], NetworkInsightsPaths=list(paths))
    (found,) = analyses([held])
    return found


def test_an_analysis_is_read_with_its_path_from_whichever_file(tmp_path: Path) -> None:
    files = [
        _file(tmp_path, NetworkInsightsAnalyses=[ANALYSIS, FOUND]),
        _file(tmp_path, NetworkInsightsPaths=[PATH]),
    ]

    assert analyses(files) == (
        Analysis(
            id="nia-1",
            found=False,
            source="igw-1",
            target="eni-1",
            protocol=6,
            port=443,
            address="10.0.0.5",
            codes=("BAD_STATE", "ENI_SG_RULES_MISMATCH"),
            remarks=("additional components may be blocking",),
        ),
        Analysis(id="nia-2", found=True, source="eni-2", target="eni-1", protocol=6, port=443),
    )


def test_the_elements_are_of_the_vendors_own_shape() -> None:
    model = botocore.session.Session().get_service_model("ec2")
    shapes = (
        ("NetworkInsightsAnalysis", ANALYSIS),
        ("NetworkInsightsAnalysis", FOUND),
        ("NetworkInsightsPath", PATH),
    )

    for name, element in shapes:
        shape = model.shape_for(name)
        assert ParamValidator().validate(element, shape).has_errors() is False
        assert set(element) <= set(shape.members)


def test_a_filter_at_the_source_states_the_header(tmp_path: Path) -> None:
    bare = {name: PATH[name] for name in ("NetworkInsightsPathId", "Source", "Protocol")}
    filtered = {
        **bare,
        "FilterAtSource": {
            "SourceAddress": "1.2.3.4",
            "DestinationAddress": "10.0.0.9",
            "DestinationPortRange": {"FromPort": 22, "ToPort": 22},
        },
    }
    found = _one(tmp_path, ANALYSIS, filtered)

    assert (found.source_address, found.address, found.port) == ("1.2.3.4", "10.0.0.9", 22)
    assert found.target == ""


@pytest.mark.parametrize("status", ["running", "failed", ""])
def test_what_did_not_finish_found_nothing_out(tmp_path: Path, status: str) -> None:
    running = {**ANALYSIS, "Status": status, "StatusMessage": "why"}

    assert _one(tmp_path, running, PATH).found is None
    assert _one(tmp_path, running, PATH).remarks[0] == "why"


def test_without_a_port_any_is_meant(tmp_path: Path) -> None:
    bare = {name: value for name, value in PATH.items() if name != "DestinationPort"}

    assert _one(tmp_path, ANALYSIS, bare).port == -1


@pytest.mark.parametrize(
    ("analysis", "path", "message"),
    [
        (ANALYSIS, {}, "neither its path nor a way"),
        ({**ANALYSIS, "Explanations": [1]}, PATH, "does not hold objects only"),
        ({**ANALYSIS, "NetworkPathFound": "yes"}, PATH, "is no boolean"),
        (ANALYSIS, {**PATH, "Protocol": "sctp"}, "`Protocol` is `sctp`"),
    ],
)
def test_an_analysis_that_makes_no_sense_is_refused_by_its_id(
    tmp_path: Path, analysis: dict[str, Any], path: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message) as refused:
        _one(tmp_path, analysis, path)

    assert "`nia-1`" in refused.value.message
    assert str(refused.value.at).endswith(".json")
    assert refused.value.hint


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ({}, "holds no analyses"),
        ({"NetworkInsightsPaths": [PATH]}, "no file holds an analysis"),
        ({"NetworkInsightsAnalyses": {}}, "is no list"),
    ],
)
def test_a_file_without_analyses_is_refused(
    tmp_path: Path, held: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        analyses([_file(tmp_path, **held)])


def test_too_many_analyses_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insights, "MOST", 1)

    with pytest.raises(InputError, match="more than 1 analyses"):
        analyses([_file(tmp_path, NetworkInsightsAnalyses=[FOUND, FOUND])])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                sorted({*PATH, *ANALYSIS, *FOUND, *HEADER, "Component", "Id", "From"})
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_read_or_refused_in_our_words(
    tmp_path: Path, one: object, other: object
) -> None:
    held = tmp_path / "fuzzed.json"
    held.write_text(
        json.dumps({"NetworkInsightsAnalyses": [one], "NetworkInsightsPaths": [other]})
    )

    try:
        found = analyses([held])
    except InputError:
        return
    assert len(found) == 1
