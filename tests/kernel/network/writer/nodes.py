# SPDX-License-Identifier: Apache-2.0
"""Writes what each box and each Internet gateway does with packets."""

from collections.abc import Iterator

from tests.kernel.network.world import EACH, INTERNET_CLIENTS, INTERNET_HOSTS, STEERED, Body
from tests.kernel.network.writer import filters
from tests.kernel.network.writer.plan import Plan, family, version

NODES = 2
"""So many nodes a load balancer has at most."""

LOW, HIGH = "1024-32767", "32768-65535"
"""Source ports that a node chooses from, for clients with even and odd ports."""


def fabric(plan: Plan) -> Iterator[str]:
    """Yield what the fabric does: marks what packets pass, and asks access lists."""
    yield "chain marks {"
    yield "type filter hook forward priority -10; policy accept;"
    for word in ("ip", "ip6"):
        for kind, passed in (("u", filters.TRANSIT), ("p", filters.PEERED)):
            fresh = f"{{ {filters.DIRECT}, {filters.NAMED} }}"
            yield f'oifname "{kind}*" {word} dscp {fresh} {word} dscp set {passed}'
    yield "}"
    yield from filters.access_lists(plan)


def box(plan: Plan, interface: str) -> Iterator[str]:
    """Yield what an interface, and what is behind it, does."""
    body = plan.interfaces[interface]
    if body["InterfaceType"] == "nat_gateway":
        yield from _nat(plan, interface)
    elif body["InterfaceType"] == "network_load_balancer":
        yield from _balancer(plan, interface)
    else:
        yield from _hooks(plan, interface)
        yield "chain through {"
        yield "type filter hook forward priority 0; policy drop;"
        if body["SourceDestCheck"] is False:
            # Behind it nobody is known any more, for the sender's own rules neither.
            yield f"ip dscp {filters.NAMED} drop"
            yield f"ip6 dscp {filters.NAMED} drop"
            yield f"ip dscp set {filters.APPLIANCE} accept"
            yield f"ip6 dscp set {filters.APPLIANCE} accept"
        yield "}"


def _hooks(plan: Plan, interface: str) -> Iterator[str]:
    """Yield the chains of security groups: before all that a box does, and after it."""
    for direction, hook, priority in (("in", "prerouting", -150), ("out", "postrouting", 150)):
        yield f"chain group_{direction} {{"
        yield f"type filter hook {hook} priority {priority}; policy drop;"
        yield "ct state established accept"
        yield from filters.group_rules(plan, interface, direction)
        yield "}"


def _kept(own: str) -> Iterator[str]:
    """Yield the rules by which ports that are kept stay so, or change the class for odd ones."""
    for protocol in ("tcp", "udp"):
        for place in range(0, NODES * EACH, EACH):
            for here, there in (STEERED, STEERED[::-1]):
                ports = f"{protocol} sport {here + place}-{here + place + EACH - 1}"
                for odd, chosen in ((0, here + place), (1, there + place)):
                    last = chosen + EACH - 1
                    which = f"{ports} {protocol} sport & 1 == {odd}"
                    yield f"{which} snat ip to {own}:{chosen}-{last}"


def _chosen(own: str, when: str = "") -> Iterator[str]:
    """Yield the rules by which a node puts its own address in a packet's place."""
    for protocol in ("tcp", "udp"):
        for odd, ports in ((0, LOW), (1, HIGH)):
            yield f"{when} {protocol} sport & 1 == {odd} snat ip to {own}:{ports}"
    yield f"{when} meta l4proto icmp snat ip to {own}"


def _nat(plan: Plan, interface: str) -> Iterator[str]:
    """Yield what a NAT gateway does: it begins nothing, and takes nothing for itself."""
    own = plan.addresses(interface)[0]
    yield "chain through {"
    yield "type filter hook forward priority 0; policy accept;"
    yield "ct state invalid drop"
    yield f"ip dscp {filters.NAMED} drop"
    yield "}"
    yield "chain own {"
    yield "type filter hook input priority 0; policy drop;"
    yield "}"
    yield "chain places {"
    yield "type nat hook postrouting priority 100; policy accept;"
    yield from _kept(own)
    yield from _chosen(own)
    yield "}"


def listener(plan: Plan) -> tuple[Body, Body, Body, Body] | None:
    """Return the load balancer, its listener, target group and their health, if there is one."""
    for balancer in plan.world.of("LoadBalancer"):
        return (
            balancer,
            next(plan.world.of("Listener")),
            next(plan.world.of("TargetGroup")),
            next(plan.world.of("TargetHealth")),
        )
    return None


def attribute(plan: Plan, kind: str, key: str) -> str:
    """Return the value of an attribute of the only thing of a kind; empty where not set."""
    for body in plan.world.of(kind):
        for said in body["Attributes"]:
            if said["Key"] == key:
                return str(said["Value"])
    return ""


def preserves(plan: Plan) -> bool:
    """Say whether targets see the client's address."""
    return attribute(plan, "TargetGroupAttributes", "preserve_client_ip.enabled") == "true" or any(
        group["Protocol"] == "UDP" for group in plan.world.of("TargetGroup")
    )


def registered(plan: Plan) -> set[str]:
    """Return the interfaces that are targets, whether some node sends to them or not."""
    found = listener(plan)
    if found is None:
        return set()
    balancer, _, _, health = found
    wanted = {said["Target"]["Id"] for said in health["TargetHealthDescriptions"]}
    return {
        name
        for name, body in plan.interfaces.items()
        if body["VpcId"] == balancer["VpcId"]
        and wanted & {body.get("Attachment", {}).get("InstanceId"), body["PrivateIpAddress"]}
    }


def targets(plan: Plan, node: str) -> list[str]:
    """Return the interfaces that a node sends to: those of its zone, or of all."""
    found = listener(plan)
    if found is None:
        return []
    balancer = found[0]
    kind = "LoadBalancerAttributes"
    cross = balancer["Type"] == "application" or (
        attribute(plan, kind, "load_balancing.cross_zone.enabled") == "true"
    )
    zone = plan.interfaces[node]["AvailabilityZone"]
    zones = {
        body["AvailabilityZone"]
        for body in plan.interfaces.values()
        if body["Description"].startswith("ELB ")
    }
    reach = zones if cross else {zone}
    held = registered(plan)
    return [
        name
        for name, body in plan.interfaces.items()
        if name in held and body["AvailabilityZone"] in reach
    ]


def _balancer(plan: Plan, interface: str) -> Iterator[str]:
    """Yield what a node of a network load balancer does: it passes one port on to targets."""
    found = listener(plan)
    if found is None:
        return
    _, said, group, _ = found
    own, word, chosen = (
        plan.addresses(interface)[0],
        said["Protocol"].lower(),
        targets(plan, interface),
    )
    yield "chain group_in {"
    yield "type filter hook prerouting priority -150; policy drop;"
    yield "ct state established accept"
    yield f"meta l4proto != {word} drop"
    yield f"{word} dport != {said['Port']} drop"
    if plan.interfaces[interface]["Groups"]:
        yield from filters.group_rules(plan, interface, "in")
    else:
        yield "accept"
    yield "}"
    if plan.interfaces[interface]["Groups"]:
        yield "chain group_out {"
        yield "type filter hook postrouting priority 150; policy drop;"
        yield "ct state established accept"
        yield from filters.group_rules(plan, interface, "out")
        yield "}"
    yield "chain passes {"
    yield "type nat hook prerouting priority -100; policy accept;"
    for place, target in enumerate(chosen):
        which = f"{word} sport & 2 == {2 * place}" if len(chosen) > 1 else ""
        address = plan.addresses(target)[0]
        yield f"{which} ip daddr {own} meta l4proto {word} dnat ip to {address}:{group['Port']}"
    yield "}"
    yield from _sent_on(plan, own)


def _sent_on(plan: Plan, own: str) -> Iterator[str]:
    """Yield what a node does with what it passes on: whose it is, and from whom it seems."""
    yield "chain through {"
    yield "type filter hook forward priority 0; policy drop;"
    yield "ct state established accept"
    # It sends on itself, however the client's packet came to it.
    yield f"ct status dnat ip dscp set {filters.DIRECT} accept"
    yield "}"
    if preserves(plan):
        # Its own groups are asked before, of a packet that comes from the node itself.
        yield "chain names {"
        yield "type filter hook postrouting priority 160; policy accept;"
        yield f"ct direction original ct status dnat ip dscp set {filters.BALANCED}"
        yield "}"
    else:
        yield "chain places {"
        yield "type nat hook postrouting priority 100; policy accept;"
        yield from _chosen(own, "ct status dnat")
        yield "}"


def internet_gateway(plan: Plan, room: str) -> Iterator[str]:
    """Yield what stands between a network and the Internet: addresses one to one, or nothing.

    IPv6 has no other addresses; what leaves by the egress-only gateway comes back by it alone.
    """
    mapped = {
        public: private
        for name in plan.of_room(room)
        if plan.attached(name)
        for public, private in plan.publics(name).items()
    }
    open_ = bool(plan.gateway(room))
    yield "chain replies {"
    yield "type filter hook prerouting priority -150; policy accept;"
    yield 'iifname "n" ct mark 2 meta mark set 2'
    yield "}"
    if mapped:
        inward = ", ".join(f"{public} : {private}" for public, private in mapped.items())
        outward = ", ".join(f"{private} : {public}" for public, private in mapped.items())
        yield "chain inward {"
        yield "type nat hook prerouting priority -100; policy accept;"
        yield f'iifname "n" dnat ip to ip daddr map {{ {inward} }}'
        yield "}"
        yield "chain outward {"
        yield "type nat hook postrouting priority 100; policy accept;"
        yield f'oifname "n" snat ip to ip saddr map {{ {outward} }}'
        yield "}"
    yield "chain through {"
    yield "type filter hook forward priority 0; policy drop;"
    if open_:
        # Where it translates nothing it remembers nothing: each way is on its own.
        yield 'iifname "n" oifname "f" meta nfproto ipv6 accept'
        yield 'iifname "f" oifname "n" meta nfproto ipv6 accept'
    # What begins inside goes out by the egress-only gateway, whichever way its answers come.
    yield 'iifname "e" tcp flags & (syn | ack) == syn | ack drop'
    yield f'iifname "e" ip6 dscp {filters.ANSWER} drop'
    yield 'iifname "e" meta l4proto tcp ct state invalid accept'
    yield "ct state invalid drop"
    if open_ and mapped:
        privates = "{ " + ", ".join(mapped.values()) + " }"
        yield f'iifname "n" oifname "f" ip daddr {privates} accept'
        yield f'iifname "f" oifname "n" ip saddr {privates} accept'
    yield 'iifname "e" meta nfproto ipv6 ct direction original ct mark set 2 accept'
    yield 'iifname "n" oifname "e" ct state established accept'
    yield "}"


def internet_routes(plan: Plan) -> Iterator[str]:
    """Yield the routes of the Internet to what has an address on it."""
    for room, number in plan.rooms.items():
        for name in plan.of_room(room):
            if plan.gateway(room):
                for public in plan.publics(name):
                    yield f"route add {public} dev g{number}"
        for cidr in plan.ranges_of(plan.world.by("VPC", "VpcId")[room]):
            if version(cidr) == 6:
                yield f"route add {cidr} dev g{number}"


def internet_addresses(word: str) -> Iterator[str]:
    """Yield how the Internet's hosts get their addresses of one family, `ip` or `ip6`."""
    for address in (*INTERNET_HOSTS, *INTERNET_CLIENTS):
        if family(address) == word:
            yield f"addr add {address} dev lo" + ("" if word == "ip" else " nodad")
