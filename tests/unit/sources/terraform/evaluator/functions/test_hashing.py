# SPDX-License-Identifier: Apache-2.0
"""Digests, by the vendor's examples."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("md5", "hello world"), "5eb63bbbe01eeed093cb22bb8f5acdc3"),
        (("sha1", "hello world"), "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
        (
            ("sha256", "hello world"),
            "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
        ),
        (("base64sha256", "hello world"), "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
        (("uuidv5", "dns", "www.terraform.io"), "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
        (
            ("uuidv5", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.terraform.io"),
            "a5008fae-b28c-5ba5-96cd-82b4c53552d6",
        ),
        (("uuidv5", "x" * 36, "a"), REFUSED),
        (("uuidv5", "other", "a"), UNKNOWN),
        (("bcrypt", "a"), UNKNOWN),
        (("uuid",), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
