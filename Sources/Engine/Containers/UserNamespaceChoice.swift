// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Whose users a container has.
enum UserNamespaceChoice: Hashable, Sendable {
    /// Its own: root inside is nobody outside. `isRequired` where anything less was ruled out.
    case own(isRequired: Bool)
    case host
    /// Those of the container whose namespaces it joins.
    case joined(IDMap?)
}

extension ContainerRequest {
    /// The flags that the kernel grants only to the host's own users: what they mount belongs to the host.
    private var needsHostUsers: [String] {
        var flags: [String] = []
        if isPrivileged { flags.append("--privileged") }
        if network == .host { flags.append("--network host") }
        if pid == .host { flags.append("--pid host") }
        if ipc == .host { flags.append("--ipc host") }
        if cgroupNamespace == .host { flags.append("--cgroupns host") }
        return flags
    }

    /// Whose users: as asked, as the other flags leave it, or the container's own.
    func userNamespaceChoice(joining: [JoinedContainer]) throws(EngineError) -> UserNamespaceChoice {
        let needs = needsHostUsers
        switch userNamespace {
        case .host: return .host
        case .private:
            if let flag = needs.first {
                throw EngineError(
                    .invalid,
                    "--userns private and \(flag) exclude each other: the kernel wants the host's root for that")
            }
            if !joining.isEmpty {
                throw EngineError(.invalid, "--userns private and container:\(joining[0].name) exclude each other")
            }
            return .own(isRequired: true)
        default:
            if let first = joining.first {
                if let other = joining.first(where: { $0.idMap != first.idMap }) {
                    throw EngineError(
                        .invalid, "\(first.name) and \(other.name) have different users: join namespaces of one of them"
                    )
                }
                if first.idMap != nil, let flag = needs.first {
                    throw EngineError(
                        .invalid, "\(flag) and container:\(first.name) exclude each other: its users are not the host's"
                    )
                }
                return .joined(first.idMap)
            }
            return needs.isEmpty ? .own(isRequired: false) : .host
        }
    }
}

/// A container that another one joins.
struct JoinedContainer: Hashable, Sendable {
    var name: String
    var process: Int32
    var idMap: IDMap?
}
