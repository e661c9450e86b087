// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// Only what belongs to a namespace of the container's own may be set, and only that: CVE-2022-0811 set another
    /// one by a line end in a value. Paths start at `linux`.
    func judgeSysctls(_ list: inout ProblemList) {
        for sysctl in linux.sysctl {
            let path = JSONPath("sysctl").key(sysctl.key)
            if sysctl.value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
                list.error(path, "the value must be one line")
            }
            guard let key = Self.sysctlKey(sysctl.key) else {
                list.error(path, "\(JSON.string(sysctl.key).shortDescription) is no name of a sysctl")
                continue
            }
            if key == "kernel.hostname" {
                list.error(
                    path, "sysctl \"\(key)\" is not allowed as it conflicts with the OCI \"hostname\" field",
                    hint: "write hostname")
            } else if let kind = Self.namespace(ofSysctl: key) {
                if linux.namespace(kind) == nil {
                    list.error(
                        path, "sysctl \"\(key)\" is not allowed in the host's \(kind) namespace",
                        hint: "add {\"type\": \"\(kind)\"} to linux.namespaces")
                }
            } else {
                list.error(path, "sysctl \"\(key)\" is not in a separate kernel namespace", hint: "remove it")
            }
        }
    }

    /// The name with dots between its parts: `net.ipv4.ip_forward`, also where it was written with slashes, as sysctl(8)
    /// reads it. A dot in a part, as in `net/ipv4/conf/eth0.1/forwarding`, becomes a slash. Nil where it names no file.
    public static func sysctlKey(_ text: String) -> String? {
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        // By bytes: to Swift, a slash that has an accent is another character, but not to the kernel.
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            let separator = text.utf8.first(where: { $0 == dot || $0 == slash })
        else { return nil }
        let swapped = text.utf8.map { byte in
            guard separator == slash else { return byte }
            return byte == slash ? dot : byte == dot ? slash : byte
        }
        for part in swapped.split(separator: dot, omittingEmptySubsequences: false) {
            // The slashes in a part are dots of a file's name.
            if part.allSatisfy({ $0 == slash }) { return nil }
        }
        return String(decoding: swapped, as: UTF8.self)
    }

    /// The namespace that a sysctl belongs to, nil where it is the whole machine's: namespaces(7).
    public static func namespace(ofSysctl key: String) -> Namespace.Kind? {
        if key.hasPrefix("net.") { return .network }
        if key.hasPrefix("fs.mqueue.") { return .ipc }
        return kernelSysctls[key]
    }

    private static let kernelSysctls: [String: Namespace.Kind] = [
        "kernel.domainname": .uts, "kernel.hostname": .uts, "kernel.msgmax": .ipc, "kernel.msgmnb": .ipc,
        "kernel.msgmni": .ipc, "kernel.sem": .ipc, "kernel.shmall": .ipc, "kernel.shmmax": .ipc,
        "kernel.shmmni": .ipc, "kernel.shm_rmid_forced": .ipc,
    ]
}
