# SPDX-License-Identifier: Apache-2.0
"""Texts of policies with one statement."""

import json


def identity(**elements: object) -> str:
    """Write an identity policy of one statement that allows, unless told otherwise."""
    statement = {"Effect": "Allow", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
