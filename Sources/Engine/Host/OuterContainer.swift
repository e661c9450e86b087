// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What the container that this process is in keeps from it, if it is in one, and which flag of the outer engine gives it.
enum OuterContainer {
    /// Docker's, Podman's and our own spelling are the same.
    static let remedy = "start the outer container with --privileged"

    /// The files that Docker and Podman leave in a container.
    static let signs = ["/.dockerenv", "/run/.containerenv"]

    /// What is lacking for a start, in words; nil where nothing is seen to be.
    static var lack: String? {
        var words: [String] = []
        let missing = Doctor.missingCapabilities
        if !missing.isEmpty {
            words.append("this process has no \(missing.map(\.description).joined(separator: ", "))")
        }
        let covered = coveredPaths((try? Descriptor.contents(of: "/proc/self/mountinfo")) ?? [])
        if let first = covered.first {
            words.append("\(first)\(covered.count > 1 ? " and others" : "") of its /proc are masked or read-only")
        }
        if CurrentProcess.isInUserNamespace {
            words.append("this process is in a user namespace, and can make no devices")
        }
        return words.isEmpty ? nil : words.joined(separator: ", and ")
    }

    /// What is mounted over parts of `/proc`, in the contents of `/proc/self/mountinfo`. A kernel that is asked for a new
    /// procfs in a user namespace wants one to be there that is whole: `mount_too_revealing` of fs/namespace.c.
    static func coveredPaths(_ table: [UInt8]) -> [String] {
        table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count > 4 else { return nil }
            let point = String(decoding: fields[4], as: UTF8.self)
            return point.hasPrefix("/proc/") && point != "/proc/sys/fs/binfmt_misc" ? point : nil
        }
    }

    /// Why a call that was refused may have been: nil where it failed for another reason.
    static func hint(_ errno: Errno?) -> String? {
        guard errno == .notPermitted || errno == .access || errno == .readOnly, let lack else { return nil }
        return "\(lack): \(remedy)\(CurrentProcess.isInUserNamespace ? " and --userns host" : "")"
    }
}
