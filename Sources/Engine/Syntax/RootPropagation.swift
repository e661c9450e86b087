// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// `--rootfs-propagation`: how the container's root, and with `r` in front all mounts in it, spread to others and hear of
/// them: mount_namespaces(7).
public struct RootPropagation: Hashable, Sendable, CustomStringConvertible {
    let change: PropagationChange

    /// Reads `private`, `slave` or `shared`, with or without `r` in front.
    public init(parsing text: String) throws(SyntaxError) {
        guard let word = PropagationWord(text) else {
            throw SyntaxError(
                text, "is no propagation", "write one of \(PropagationWord.all.joined(separator: ", "))")
        }
        change = PropagationChange(word.propagation, isRecursive: word.isRecursive)
    }

    public var description: String { "\(change)" }
}

/// `--device-cgroup-rule`: what it may do with devices, whatever nodes it has: `c 10:200 rwm`.
public struct DeviceRuleArgument: Hashable, Sendable, CustomStringConvertible {
    let rule: DeviceRule
    public let description: String

    public init(parsing text: String) throws(SyntaxError) {
        do throws(DeviceRuleError) { rule = try DeviceRule(parsing: text) } catch {
            throw SyntaxError(text, "is no rule", "write a type, numbers and access, as in 'c 10:200 rwm' or 'b 8:* r'")
        }
        description = text
    }
}

/// `--proc`: what `/proc` shows.
public enum ProcView: String, Hashable, Sendable {
    /// What the kernel shows, but for what is masked.
    case all
    /// Processes alone: no loads, no pressure, no meminfo, no settings. procfs(5), `subset=pid`.
    case pids

    public init(parsing text: String) throws(SyntaxError) {
        guard let view = ProcView(rawValue: text) else {
            throw SyntaxError(text, "is nothing that /proc can show", "write all or pids")
        }
        self = view
    }
}
