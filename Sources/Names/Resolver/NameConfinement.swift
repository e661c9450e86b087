// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a process keeps that answers questions about names.
public enum NameConfinement {
    /// Leaves this process without any right but to answer: see ``Confinement``.
    public static func enter(parent: Int32, given: borrowing DescriptorTable, places: Int) throws(SystemError) {
        let rules = [
            // To those in the container whoever they are, and otherwise to whom a socket is connected.
            SeccompRule(["sendto"], .allow, where: [try Confinement.isSlot(NameServer.Slot.datagrams, of: given)]),
            SeccompRule(["sendto"], .allow, where: [SeccompComparison(4, .equal, 0)]),
            SeccompRule(["accept4"], .allow, where: [try Confinement.isSlot(NameServer.Slot.listener, of: given)]),
            SeccompRule(
                ["recvmsg", "sendmsg"], .allow, where: [try Confinement.isSlot(NameServer.Slot.starter, of: given)]),
        ]
        try Confinement.enter(parent: parent, given: given, slots: NameServer.Slot.firstPlace + places, rules: rules)
    }
}
