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
