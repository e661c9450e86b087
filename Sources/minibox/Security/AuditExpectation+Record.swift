// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Engine
internal import Linux
internal import Networks

extension AuditExpectation {
    /// What a container's record says that it was started with.
    init(_ confinement: Confinement) {
        self.init(
            id: confinement.id, capabilities: confinement.capabilities, noNewPrivileges: confinement.noNewPrivileges,
            filter: confinement.filter, namespaces: confinement.namespaces, hasCgroup: confinement.hasCgroup,
            isReadOnly: confinement.isReadOnly, maskedPaths: confinement.maskedPaths,
            readOnlyPaths: confinement.readOnlyPaths)
        limits = confinement.limits
        restart = confinement.restart.map { ("\($0)", $0.isBounded) }
    }
}

extension FirewallView {
    /// What the kernel's rules say of a container.
    init(_ findings: WallFindings) {
        self.init(
            isWhole: findings.areWhole,
            ports: findings.ports.map { port in
                Port(
                    name: port.name, addresses: port.addresses.map(\.description), more: port.more,
                    missing: port.missing, isUnpinned: port.isUnpinned, reachesMetadata: port.reachesMetadata)
            })
    }
}
