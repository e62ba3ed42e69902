# SPDX-License-Identifier: Apache-2.0
"""Writes the cases of AWS authorization as lines of JSON, for engines other than ours to run.

Call it from the top of the checkout: `python -m tools.authz_cases`.
"""

import json

from tests.fakes.authorization_case import cases


def main() -> None:
    """Print one line for each case: its name, rule, kind and page, the request, the answer."""
    for case in cases():
        line = {
            "id": case.name,
            "rule": case.rule,
            "kind": case.kind,
            "page": case.page,
            "request": {"id": case.name, **case.line},
            "want": case.want,
        }
        print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
