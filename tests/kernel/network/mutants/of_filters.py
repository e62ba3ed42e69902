# SPDX-License-Identifier: Apache-2.0
"""Wrong models of security groups, prefix lists and access lists."""

from tests.kernel.network.mutants.table import Mutant, mutant

GROUPS = "definition.groups"
LISTS = "definition.access_lists"

FILTERS: tuple[Mutant, ...] = (
    mutant(
        "the groups of the receiver are not asked",
        "definition.interfaces",
        "    admits(journey, row, IN, Peer(address=journey.header.source, "
        "interface=sender(journey)))\n",
        "",
    ),
    mutant(
        "the groups of the sender are not asked",
        "definition.goal",
        "    admits(journey, row, OUT, Peer(address=header.destination, interface=receiver))\n",
        "",
    ),
    mutant(
        "security groups do not track connections",
        GROUPS,
        "(journey.back and known)",
        "False",
    ),
    mutant(
        "an interface that let one packet of a flow pass knows all of its answers",
        GROUPS,
        "(interface.id, other, journey.header) in journey.memory.admitted",
        "other in {held[1] for held in journey.memory.admitted if held[0] == interface.id}",
    ),
    mutant(
        "answers need no rule whoever began",
        GROUPS,
        "(journey.back and known)",
        "journey.back",
    ),
    mutant(
        "the first group of an interface holds alone",
        GROUPS,
        "    for group in interface.groups:\n        unknown.extend",
        "    for group in interface.groups[:1]:\n        unknown.extend",
    ),
    mutant(
        "the last group of an interface holds alone",
        GROUPS,
        "    for group in interface.groups:\n        unknown.extend",
        "    for group in interface.groups[-1:]:\n        unknown.extend",
    ),
    mutant(
        "inbound rules hold for what is sent",
        GROUPS,
        "for rule in journey.topology.rules.get((group, direction), ()):",
        "for rule in journey.topology.rules.get((group, IN), ()):",
    ),
    mutant(
        "an interface without groups takes nothing",
        GROUPS,
        "    if not interface.groups or (journey.back",
        "    if (journey.back",
    ),
    mutant(
        "a group without rules allows all",
        GROUPS,
        '    code = "ENI_SG_RULES_MISMATCH" if some else "SG_HAS_NO_RULES"\n',
        '    code = "ENI_SG_RULES_MISMATCH"\n    if not some:\n        return\n',
    ),
    mutant(
        "rules of groups hold for every protocol",
        GROUPS,
        "    if rule.protocol != journey.header.protocol:\n        return False\n",
        "",
    ),
    mutant(
        "rules of groups hold for every port",
        GROUPS,
        "    return journey.port_within(rule.first, rule.last)\n",
        "    return True\n",
    ),
    mutant(
        "a rule for all protocols is for none",
        GROUPS,
        "    if rule.protocol == ANY:\n        return True\n",
        "    if rule.protocol == ANY:\n        return False\n",
    ),
    mutant(
        "references to groups match nothing",
        GROUPS,
        "    if member is None or rule.peer not in member.groups:",
        "    if True:",
    ),
    mutant(
        "a group cannot name itself",
        GROUPS,
        "    if member is None or rule.peer not in member.groups:",
        "    if member is None or rule.peer not in member.groups or rule.peer == rule.owner:",
    ),
    mutant(
        "references to groups are met by anybody in a network",
        GROUPS,
        "    if member is None or rule.peer not in member.groups:",
        "    if member is None:",
    ),
    mutant(
        "references to groups do not cross peerings",
        GROUPS,
        'return journey.scope == "peering" or (',
        "return (",
    ),
    mutant(
        "references to groups do not cross transit gateways",
        GROUPS,
        ' or (journey.scope == "transit" and rule.direction == IN)',
        "",
    ),
    mutant(
        "outbound rules name groups over transit gateways",
        GROUPS,
        '(journey.scope == "transit" and rule.direction == IN)',
        'journey.scope == "transit"',
    ),
    mutant(
        "prefix lists in rules are empty",
        GROUPS,
        "    if any(journey.within(block, address) for block in blocks if "
        "block):\n        return True",
        "    if False:\n        return True",
    ),
    mutant(
        "prefix lists in rules hold everything",
        GROUPS,
        "    if any(journey.within(block, address) for block in blocks if "
        "block):\n        return True",
        "    if True:\n        return True",
    ),
    mutant(
        "what an appliance forwards is not asked of its inbound rules",
        "definition.interfaces",
        "    admits(journey, row, IN, Peer(address=journey.header.source, interface=None))\n",
        "",
    ),
    mutant(
        "what an appliance forwards is not asked of its outbound rules",
        "definition.interfaces",
        "    admits(journey, out, OUT, "
        "Peer(address=journey.header.destination, interface=None))\n",
        "",
    ),
    mutant(
        "access lists are not asked",
        LISTS,
        "    topology = journey.topology\n    row = topology.subnets.get(subnet)\n",
        "    return\n    topology = journey.topology\n    row = topology.subnets.get(subnet)\n",
    ),
    mutant(
        "access lists let every answer pass",
        LISTS,
        "    topology = journey.topology\n    row = topology.subnets.get(subnet)\n",
        "    if journey.back:\n        return\n"
        "    topology = journey.topology\n    row = topology.subnets.get(subnet)\n",
    ),
    mutant(
        "access lists are asked within a subnet",
        LISTS,
        "    if leaves == enters:\n        return\n",
        "",
    ),
    mutant(
        "access lists are asked of what leaves alone",
        LISTS,
        "    if enters:\n        passes(journey, enters, IN)\n",
        "",
    ),
    mutant(
        "access lists are asked of what enters alone",
        LISTS,
        "    if leaves:\n        passes(journey, leaves, OUT)\n",
        "",
    ),
    mutant(
        "the inbound rules of an access list hold for what leaves",
        LISTS,
        "topology.rules.get((row.acl, direction), ())",
        "topology.rules.get((row.acl, IN), ())",
    ),
    mutant(
        "the highest number of an access list decides",
        LISTS,
        "    for rule in rules:\n        if rule.protocol not in",
        "    for rule in reversed(rules):\n        if rule.protocol not in",
    ),
    mutant(
        "rules of an access list decide in the order in which they are told",
        "topology.topology",
        "rows = sorted(self.facts.rows(Rule), key=lambda row: (row.number, row.id))",
        "rows = self.facts.rows(Rule)",
    ),
    mutant(
        "a denying rule of an access list is passed over",
        LISTS,
        "        elif journey.within(block, address):\n",
        "        elif rule.allow and journey.within(block, address):\n",
    ),
    mutant(
        "access lists look at no protocol",
        LISTS,
        "        if rule.protocol not in {ANY, journey.header.protocol}:\n            continue\n",
        "",
    ),
    mutant(
        "access lists look at no port",
        LISTS,
        "        if rule.protocol != ANY and not journey.port_within(rule.first, rule.last):\n"
        "            continue\n",
        "",
    ),
    mutant(
        "access lists look at the other address",
        LISTS,
        "journey.header.source if direction == IN else journey.header.destination",
        "journey.header.destination if direction == IN else journey.header.source",
    ),
    mutant(
        "the answer goes to the server's port",
        "definition.journey",
        "            port=self.source_port,\n            source_port=self.port,\n",
        "            port=self.port,\n            source_port=self.source_port,\n",
    ),
    mutant(
        "the last port of a range is not in it",
        "definition.journey",
        "return first <= header.port <= last",
        "return first <= header.port < last",
    ),
    mutant(
        "the first port of a range is not in it",
        "definition.journey",
        "return first <= header.port <= last",
        "return first < header.port <= last",
    ),
    mutant(
        "the type of an ICMP message does not matter",
        "definition.journey",
        "return first in {-1, header.port} and last in {-1, header.source_port}",
        "return True",
    ),
    mutant(
        "an echo is answered by another echo",
        "definition.journey",
        "ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}",
        "ECHO = {ICMP: (8, 8), ICMPV6: (128, 128)}",
    ),
)
"""Wrong in what lets packets pass."""
