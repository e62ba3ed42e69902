# SPDX-License-Identifier: Apache-2.0
"""What a report says of every technique over a network."""

from collections.abc import Mapping

from bartizan.model.finding import TechniqueNote, notes_of
from bartizan.reason.network.aws.steps import arrivals, fronts, inside, services

_NOTES = (
    (arrivals.FROM_INTERNET, "Send packets from the Internet", "T1190",
     ("Every security group, access list, route and gateway on the way lets the packets in and "
      "their answers out. Close it by revoking the rule that lets the world in, or by taking "
      "the public address away.")),
    (arrivals.FROM_SITE, "Send packets from behind a VPN", "T1133",
     ("Whoever is in the network at the other end reaches this. Close it by rules that name "
      "only the addresses that need it.")),
    (inside.FROM_HOST, "Send packets from a host that one holds", "T1021",
     ("Code on a host sends packets as the host does. Close it by revoking the rule of the "
      "receiver's security group that lets the host in.")),
    (inside.LIKE_OTHERS, "Be one of several that reach the same", "T1021",
     "Hosts that reach just the same ports are told as one."),
    (inside.ALIKE, "Choose one of several that are reached alike", "T1021",
     ("Ports that just the same hosts reach are told as one. Close one of them by revoking the "
      "rules that open it.")),
    (services.EXPLOIT, "Exploit a flaw in what listens", "T1190",
     ("If what listens on the port has a flaw that runs code, whoever sends packets there runs "
      "code on the host. This is assumed, and shown as a condition. Close it by letting fewer "
      "reach the port, or by giving the host no role that matters.")),
    (services.SIGN_IN_HOST, "Sign in to a host", "T1078",
     ("Whoever reaches a port through which the host is administered, and knows a key or "
      "password, runs code there. That it is known is assumed, and shown as a condition. Close "
      "it by opening the port to nobody and signing in through Systems Manager.")),
    (services.OPEN, "Use a service that asks for nothing", "T1530",
     ("What listens takes requests from whoever reaches it. Close it by switching "
      "authentication on, and by letting in only what needs it.")),
    (services.SIGN_IN_SERVICE, "Sign in to a service with its password", "T1078",
     ("Whoever reaches the service and knows a password reads what it holds. Where no "
      "credential was found, that one is known is assumed, and shown as a condition. Close it "
      "by letting only its clients reach it.")),
    (services.CALL_BALANCER, "Call a function through a load balancer", "T1190",
     ("The load balancer calls the function for whoever reaches it. Close it by letting users "
      "sign in first.")),
    (fronts.CALL_FRONT, "Call a function through its public front", "T1190",
     ("An API or distribution calls the function for anybody. Close it by asking callers to "
      "sign in.")),
    (fronts.EXPLOIT_FRONT, "Exploit a flaw in a public service", "T1190",
     ("If the service's own code has a flaw, its public address is enough to run code in it. "
      "This is assumed, and shown as a condition. Close it by a private front, or by a role "
      "that can do little.")),
    (fronts.EXPLOIT_FUNCTION, "Exploit a flaw in a function that outsiders call", "T1190",
     ("If the function's code has a flaw, a call runs an attacker's code with the function's "
      "role. This is assumed, and shown as a condition. Close it by a role that can do little.")),
)  # fmt: skip


def notes() -> Mapping[str, TechniqueNote]:
    """Return the note of every technique that a step over a network can name."""
    return notes_of(_NOTES)
