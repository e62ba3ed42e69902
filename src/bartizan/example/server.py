# SPDX-License-Identifier: Apache-2.0
"""The emulator's own server, taught what the example needs and moto does not serve:
`python -m bartizan.example.server` takes the arguments of `python -m moto.server`.
"""

import json

from moto.server import main
from moto.transfer.responses import TransferResponse

from bartizan.example.taught import teach


def list_users(response: TransferResponse) -> str:
    """Answer `ListUsers` of Transfer Family from what the emulator holds.

    Source: https://docs.aws.amazon.com/transfer/latest/APIReference/API_ListUsers.html
    """
    asked = str(json.loads(response.body)["ServerId"])
    server = response.transfer_backend.describe_server(server_id=asked)
    users = [user.to_dict() for user in server._users]  # noqa: SLF001 - moto holds them nowhere else
    members = ("Arn", "HomeDirectory", "HomeDirectoryType", "Role", "UserName")
    listed = [{member: user[member] for member in members} for user in users]
    return json.dumps({"ServerId": asked, "Users": listed})


def extend() -> None:
    """Let the emulator answer it all, unless it has learned to do so itself."""
    if not hasattr(TransferResponse, "list_users"):
        TransferResponse.list_users = list_users  # type: ignore[attr-defined] # it is what lacks
    teach()


if __name__ == "__main__":
    extend()
    main()
