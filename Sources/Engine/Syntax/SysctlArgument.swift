// SPDX-License-Identifier: Apache-2.0
public import Linux

/// `net.ipv4.ip_forward=1`: a kernel setting that belongs to a namespace of the container's.
public struct SysctlArgument: Hashable, Sendable, CustomStringConvertible {
    /// The name, with dots.
    public let key: String
    /// The value, one line.
    public let value: String
    /// The namespace that it belongs to, which the container must have of its own.
    public let namespace: Namespaces

    /// Reads a name that is known to be namespaced, and its value.
    ///
    /// A value with a line's end is refused, and so are slashes and empty parts of the name, which would lead
    /// elsewhere below `/proc/sys` (CVE-2022-0811 was such a way out).
    public init(parsing text: String) throws(SyntaxError) {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let advice = "write NAME=VALUE, as in net.ipv4.ip_forward=1"
        guard pair.count == 2, !pair[1].isEmpty else { throw SyntaxError(text, "has no value", advice) }
        let key = pair[0]
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1,
            parts.allSatisfy({ part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    }
            })
        else { throw SyntaxError(text, "is not the name of a setting", "write its parts with dots between them") }
        guard pair[1].utf8.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\t") }) else {
            throw SyntaxError(key, "has a value of more than one line", advice)
        }
        guard let namespace = Self.namespace(of: key) else {
            throw SyntaxError(
                key, "is a setting of the whole machine",
                "only net.*, fs.mqueue.*, kernel.shm*, kernel.msg*, kernel.sem* and kernel.domainname are a container's"
            )
        }
        self.key = key
        value = pair[1]
        self.namespace = namespace
    }

    /// `NAME=VALUE`.
    public var description: String { "\(key)=\(value)" }

    /// The namespace that has the setting, by the kernel's own tables (`ipc/ipc_sysctl.c`, `mq_sysctl.c`).
    private static func namespace(of key: String) -> Namespaces? {
        switch key {
        case "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg_next_id", "kernel.auto_msgmni",
            "kernel.sem", "kernel.sem_next_id", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
            "kernel.shm_rmid_forced", "kernel.shm_next_id":
            .ipc
        case "kernel.domainname": .uts
        default: key.hasPrefix("fs.mqueue.") ? .ipc : key.hasPrefix("net.") ? .network : nil
        }
    }
}
