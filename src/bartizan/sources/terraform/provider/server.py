# SPDX-License-Identifier: Apache-2.0
"""Answers the calls that Terraform makes to a provider, on the loopback interface."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from bartizan.sources.terraform.provider.protobuf import Message, decode, encode
from bartizan.sources.terraform.provider.protocol import CALLS, SERVICE, VERSION

Answer = Callable[[str, str, Mapping[str, Any]], Mapping[str, object]]
"""Answers a call: who asks, which is another one for each configuration of the provider, the name
of the call, and the request."""

_THREADS = 8
_LARGEST = 256 * 1024 * 1024
"""Bytes of a message, as Terraform allows them."""


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Answer calls by `answer` until the end of the block; yields the address."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST),
        ("grpc.max_send_message_length", _LARGEST),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    methods = {name: _handler(name, answer) for name in CALLS}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def reattached(addresses: Mapping[str, str]) -> str:
    """Return what tells Terraform which providers are served already: source to address.

    Source: https://developer.hashicorp.com/terraform/plugin/debugging
    """
    return json.dumps(
        {
            source: {
                "Protocol": "grpc",
                "ProtocolVersion": VERSION,
                "Pid": os.getpid(),
                # It is no process of Terraform's, to be ended by it.
                "Test": True,
                "Addr": {"Network": "tcp", "String": address},
            }
            for source, address in addresses.items()
        }
    )


def _handler(name: str, answer: Answer) -> Any:  # noqa: ANN401 - the library has no types
    call = CALLS[name]

    def behave(request: Mapping[str, Any], context: Any) -> Mapping[str, object]:  # noqa: ANN401
        return answer(context.peer(), name, request)

    return grpc.unary_unary_rpc_method_handler(
        behave,
        request_deserializer=_reader(call.request),
        response_serializer=_writer(call.response),
    )


def _reader(message: Message) -> Callable[[bytes], Mapping[str, Any]]:
    return lambda content: decode(message, content)


def _writer(message: Message) -> Callable[[Mapping[str, object]], bytes]:
    return lambda values: encode(message, values)
