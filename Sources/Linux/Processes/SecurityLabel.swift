// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A security module of the kernel that gives programs labels at exec: proc_pid_attr(5).
public enum SecurityModule: String, Hashable, Sendable, CaseIterable {
    case appArmor = "apparmor"
    case selinux

    /// Whether the running kernel has it in force: `/sys/kernel/security/lsm` names those that are, and where that is not
    /// mounted, the files that each brings tell.
    public var isActive: Bool {
        if let list = try? Descriptor.contents(of: "/sys/kernel/security/lsm") {
            return String(decoding: list, as: UTF8.self).split { $0 == "," || $0 == "\n" }.contains { $0 == rawValue }
        }
        switch self {
        case .appArmor:
            let enabled = try? Descriptor.contents(of: "/sys/module/apparmor/parameters/enabled")
            return enabled?.first == UInt8(ascii: "Y")
        case .selinux: return (try? Descriptor.open("/sys/fs/selinux/enforce", .readOnly)) != nil
        }
    }

    /// Whether the policy in force has `label`; true where it cannot be asked. A mount with another fails, and does not
    /// say which of its options is wrong.
    public func knows(_ label: String) -> Bool {
        guard self == .selinux else { return true }
        guard let file = try? Descriptor.open("/sys/fs/selinux/context", .writeOnly) else { return true }
        do throws(SystemError) {
            try file.write(label)
            return true
        } catch {
            return error.errno != .invalid
        }
    }

    /// Has the next program that the calling process executes run under `label`, by the procfs whose root is `proc`.
    public func setOnExec(_ label: String, by proc: borrowing Descriptor) throws(SystemError) {
        switch self {
        case .appArmor:
            let text = "exec " + label
            do throws(SystemError) {
                try ProcDirectory.write(text, to: "attr/apparmor/exec", of: proc)
            } catch {
                // Before 5.8 the modules shared one file.
                guard error.errno == .noEntry else { throw error }
                try ProcDirectory.write(text, to: "attr/exec", of: proc)
            }
        case .selinux: try ProcDirectory.write(label, to: "attr/exec", of: proc)
        }
    }
}
