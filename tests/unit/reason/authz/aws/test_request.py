# SPDX-License-Identifier: Apache-2.0
from msgspec import structs

from bartizan.reason.authz.aws.request import AccessBlock, Policies


def test_what_policies_were_found_to_say_is_not_said_of_others_that_are_made_of_them() -> None:
    first = Policies()
    first.remembered["a question"] = "an answer"

    other = structs.replace(first, block_public_access=AccessBlock(ignore_public_acls=True))

    assert other.remembered == {}
    assert first.remembered == {"a question": "an answer"}
