# SPDX-License-Identifier: Apache-2.0
"""Wrong models of routes, gateways, peerings, transit gateways and load balancers."""

from tests.kernel.network.mutants.table import Mutant, mutant

ROUTES = "definition.routes"
SUBNETS = "definition.subnets"
INTERFACES = "definition.interfaces"
INTERNET = "definition.internet"
TRANSIT = "definition.transit"
PEERINGS = "definition.peerings"
NAT = "definition.nat"
BALANCERS = "definition.balancers"

WAYS: tuple[Mutant, ...] = (
    mutant(
        "the shortest prefix wins",
        ROUTES,
        "key=lambda entry: (entry.length, -entry.rank)",
        "key=lambda entry: (-entry.length, -entry.rank)",
    ),
    mutant(
        "the local route always wins",
        ROUTES,
        "        known = [entry for entry in known if entry.rank != PROPAGATED]\n",
        "        known = [e for e in known if getattr(e.route, 'target_kind', '') == 'local']\n",
    ),
    mutant(
        "routes of prefix lists lead nowhere",
        ROUTES,
        "    return found, len(found) == len(row.ranges)",
        "    return (), True",
    ),
    mutant(
        "a written route loses to a propagated one",
        ROUTES,
        "key=lambda entry: (entry.length, -entry.rank)",
        "key=lambda entry: (entry.rank, entry.length)",
    ),
    mutant(
        "no answer needs a way back",
        "definition.course",
        "        if isinstance(end, Arrived) and answer is not None:\n",
        "        if False:\n",
    ),
    mutant(
        "a black hole leaves packets to a shorter prefix",
        ROUTES,
        "    best = max(known,",
        "    known = [entry for entry in known if not entry.route.blackhole]\n "
        "   best = max(known,",
    ),
    mutant(
        "the route table is asked within a subnet",
        SUBNETS,
        "    if any(journey.within(block, journey.header.destination) for block in blocks):\n",
        "    if False:\n",
    ),
    mutant(
        "all subnets of a network have its first subnet's table",
        SUBNETS,
        "    return follow(journey, row.route_table, network=row.network, subnet=row.id)",
        "    first = next(s for s in journey.topology.subnets.values() if "
        "s.network == row.network)\n"
        "    return follow(journey, first.route_table, network=row.network, subnet=row.id)",
    ),
    mutant(
        "an interface that is attached to nothing carries packets",
        INTERFACES,
        "    if not row.attached:\n",
        "    if False:\n",
    ),
    mutant(
        "every interface forwards",
        INTERFACES,
        '    if not row.forwards:\n        text = f"it takes nothing for',
        '    if False:\n        text = f"it takes nothing for',
    ),
    mutant(
        "no interface forwards",
        INTERFACES,
        '    if not row.forwards:\n        text = f"it takes nothing for',
        '    if True:\n        text = f"it takes nothing for',
    ),
    mutant(
        "who sent a packet is known behind an appliance",
        INTERFACES,
        '    journey.scope = "lost"\n    out = _exit',
        "    out = _exit",
    ),
    mutant(
        "an address means the same in every network",
        INTERFACES,
        "    row = owner(journey, at.network, destination)\n",
        "    row = next(iter(topology.holders.get(destination, ())), None)\n",
    ),
    mutant(
        "behind the Internet gateway the private address is seen",
        INTERNET,
        "        journey.change(source=public)\n",
        "        pass\n",
    ),
    mutant(
        "flows come in by an egress-only gateway's answers",
        INTERNET,
        '    elif journey.back:\n        journey.stop("X_EGRESS_ONLY"',
        '    elif False:\n        journey.stop("X_EGRESS_ONLY"',
    ),
    mutant(
        "an egress-only gateway lets no answer in",
        INTERNET,
        "    journey.memory.egress_only[at.network] = at.gateway\n",
        '    journey.stop("X_WRONG", at.gateway, "it lets nothing in")\n',
    ),
    mutant(
        "a NAT gateway keeps the client's address",
        NAT,
        "journey.change(source=address, destination=destination, source_port=port)",
        "journey.change(destination=destination, source_port=port)",
    ),
    mutant(
        "a NAT gateway keeps the client's port",
        NAT,
        "    port = journey.nat_port if header.protocol in PORTS else header.source_port\n",
        "    port = header.source_port\n",
    ),
    mutant(
        "the access list of a NAT gateway's subnet is not asked",
        NAT,
        "    crosses(journey, leaves=at.subnet, enters=interface.subnet)\n",
        '    crosses(journey, leaves=at.subnet, enters="")\n',
    ),
    mutant(
        "a NAT gateway sends on by the client's routes",
        NAT,
        "    return Leaving(interface.subnet)",
        "    return Leaving(at.subnet)",
    ),
    mutant(
        "a NAT gateway leads answers of flows that it does not know",
        NAT,
        '        journey.stop("X_NO_FLOW", at.gateway, "it knows no flow that '
        'this would answer")\n'
        "        return Nowhere()\n",
        "        return Leaving(interface.subnet)\n",
    ),
    mutant(
        "a NAT gateway gives answers back by nobody's routes",
        INTERFACES,
        'why="its flow"))\n    return Leaving(row.subnet)\n',
        'why="its flow"))\n    return Nowhere()\n',
    ),
    mutant(
        "who sent a packet is not known over a peering",
        PEERINGS,
        '        journey.scope = "peering"\n',
        '        journey.scope = "lost"\n',
    ),
    mutant(
        "a peering leads back to the network it comes from",
        PEERINGS,
        "    other = last if at.network == first else first\n",
        "    other = at.network\n",
    ),
    mutant(
        "a transit gateway takes packets from every zone",
        TRANSIT,
        '        journey.stop("TGW_ROUTE_AZ_RESTRICTION", attachment.id, text)\n',
        "        pass\n",
    ),
    mutant(
        "the list of an attachment's subnet is not asked inbound",
        TRANSIT,
        "        passes(journey, inside, IN)\n",
        "        pass\n",
    ),
    mutant(
        "the list of the sender's subnet is not asked before a transit gateway",
        TRANSIT,
        "    passes(journey, at.subnet, OUT)\n",
        "",
    ),
    mutant(
        "black holes of transit gateways carry packets on",
        TRANSIT,
        "    table = attachment.route_table\n",
        "    table = attachment.route_table\n    topology.transit_routes[table] = tuple(\n"
        "        r for r in topology.transit_routes.get(table, ()) if not r.blackhole\n    )\n",
    ),
    mutant(
        "attachments of one transit gateway have one table",
        TRANSIT,
        "    table = attachment.route_table\n",
        "    table = min(topology.transit_routes, default=attachment.route_table)\n",
    ),
    mutant(
        "a transit gateway leads from its attachment to any subnet at once",
        TRANSIT,
        "    return Leaving(subnet)",
        "    from bartizan.reason.network.aws.definition.place import Local\n"
        '    return Local(attachment.resource, "")',
    ),
    mutant(
        "a transit gateway's switch for groups does not matter",
        TRANSIT,
        "        and gateway.group_references\n",
        "",
    ),
    mutant(
        "an attachment's switch for groups does not matter",
        TRANSIT,
        "        and attachment.group_references\n",
        "",
    ),
    mutant(
        "load balancers take packets at every port",
        "definition.listeners",
        "        if row.port == port and protocol in",
        "        if protocol in",
    ),
    mutant(
        "targets see a network load balancer's address",
        BALANCERS,
        "        return True if always else self.group.preserves_client",
        "        return False",
    ),
    mutant(
        "targets see the client's address",
        BALANCERS,
        "        return True if always else self.group.preserves_client",
        "        return True",
    ),
    mutant(
        "nodes send to all zones",
        BALANCERS,
        "    if subnets[node.subnet].zone == zone or cross:\n",
        "    if True:\n",
    ),
    mutant(
        "nodes send to their own zone alone",
        BALANCERS,
        "    if subnets[node.subnet].zone == zone or cross:\n",
        "    if subnets[node.subnet].zone == zone:\n",
    ),
    mutant(
        "zones that are not enabled are sent to",
        BALANCERS,
        "    if zone not in {subnets[name].zone for name in (*balancer.subnets, node.subnet)}:\n",
        "    if False:\n",
    ),
    mutant(
        "what a load balancer takes arrives",
        "definition.relayed",
        "        own = both(first, second_flow(topology, relay, asked))\n",
        "        own = first\n",
    ),
    mutant(
        "what a load balancer sends was not asked for",
        "definition.relayed",
        "        own = both(first, second_flow(topology, relay, asked))\n",
        "        own = second_flow(topology, relay, asked)\n",
    ),
    mutant(
        "answers over a load balancer go by the client's routes",
        "definition.sending",
        "    journey.memory.carried = True\n",
        "",
    ),
)
"""Wrong in where packets go."""
