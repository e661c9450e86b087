// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// What the flags of `exec` make of the container's own process.
struct ProcessChanges: Sendable {
    var hasTerminal = false
    var directory: String?
    var environment: [String] = []
    var user: UInt32?
    var group: UInt32?
    var groups: [UInt32] = []
    var capabilities: [String] = []
    var noNewPrivileges: Bool?
    var label: String?
    var profile: String?

    func applied(
        to container: RuntimeConfiguration.Process, command: [String]
    ) throws(RuntimeError) -> RuntimeConfiguration.Process {
        var process = container
        process.args = command
        process.terminal = hasTerminal
        if let directory { process.cwd = directory }
        process.env += environment
        if let user { process.user.uid = user }
        if let group { process.user.gid = group }
        process.user.additionalGids += groups
        if let noNewPrivileges { process.noNewPrivileges = noNewPrivileges }
        if let label { process.selinuxLabel = label }
        if let profile { process.apparmorProfile = profile }
        if !capabilities.isEmpty {
            var sets = process.capabilities ?? RuntimeConfiguration.Capabilities()
            for capability in capabilities {
                let upper = capability.uppercased()
                let name = upper.hasPrefix("CAP_") ? upper : "CAP_\(upper)"
                // Not inheritable, and so not ambient: CVE-2022-29162.
                for set in [\RuntimeConfiguration.Capabilities.bounding, \.effective, \.permitted]
                where !sets[keyPath: set].contains(name) { sets[keyPath: set].append(name) }
            }
            process.capabilities = sets
        }
        return process
    }
}
