# SPDX-License-Identifier: Apache-2.0
from bartizan.model.record import Json
from bartizan.sources.terraform.value import Hidden, hidden, joined


def test_what_only_apply_tells_stands_where_it_will_be() -> None:
    value: Json = {"name": "r", "list": ["a", None]}
    unknown: Json = {"arn": True, "list": [False, True], "tags": {}}

    found = joined(value, unknown=unknown, sensitive=None)

    assert found == {"name": "r", "arn": Hidden.UNKNOWN, "list": ["a", Hidden.UNKNOWN]}


def test_a_sensitive_value_is_not_kept() -> None:
    value: Json = {"password": "hunter2", "user": {"token": "x", "name": "n"}, "none": None}
    sensitive: Json = {"password": True, "user": {"token": True}, "none": True}

    found = joined(value, unknown=None, sensitive=sensitive)

    assert found == {
        "password": Hidden.SECRET,
        "user": {"token": Hidden.SECRET, "name": "n"},
        "none": None,
    }


def test_what_is_sensitive_is_not_kept_where_a_provider_put_it_elsewhere() -> None:
    value: Json = {
        "tags": {"t": "hunter2!", "short": "no"},
        "tags_all": {"t": "hunter2!", "u": "is hunter2! within", "v": "no", "w": "nobody"},
        "size": 1,
    }
    sensitive: Json = {"tags": {"t": True, "short": True}}

    found = joined(value, unknown=None, sensitive=sensitive)

    assert found == {
        "tags": {"t": Hidden.SECRET, "short": Hidden.SECRET},
        "tags_all": {"t": Hidden.SECRET, "u": Hidden.SECRET, "v": Hidden.SECRET, "w": "nobody"},
        "size": 1,
    }


def test_what_is_both_is_unknown() -> None:
    assert joined(None, unknown=True, sensitive=True) is Hidden.UNKNOWN


def test_a_list_of_which_nothing_is_known_keeps_its_length() -> None:
    assert joined(None, unknown=[True, {"a": True}], sensitive=None) == [
        Hidden.UNKNOWN,
        {"a": Hidden.UNKNOWN},
    ]


def test_hidden_values_are_named_as_code_writes_them() -> None:
    found = joined(
        {"statement": [{"sid": "x"}]},
        unknown={"statement": [{"actions": [True]}]},
        sensitive=None,
    )

    assert list(hidden(found)) == [("statement[0].actions[0]", Hidden.UNKNOWN)]
