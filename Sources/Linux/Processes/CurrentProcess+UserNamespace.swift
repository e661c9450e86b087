// SPDX-License-Identifier: Apache-2.0

extension CurrentProcess {
    /// Whether this process is in a user namespace of its own, where neither devices nor file systems of disks are to be
    /// had, whatever its capabilities. The first one maps every id to itself: user_namespaces(7).
    public static var isInUserNamespace: Bool {
        guard let map = try? Descriptor.contents(of: "/proc/self/uid_map") else { return false }
        let words = map.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return !words.elementsEqual(["0", "0", "4294967295"]) { $0.elementsEqual($1.utf8) }
    }
}
