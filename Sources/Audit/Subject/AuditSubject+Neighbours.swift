// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// Looks for other user namespaces that have users of the host's in common with it.
    mutating func readSharedRanges() {
        guard let its = namespaces["user"], its != ownNamespaces["user"] else { return }
        var seen = Set([its, ownNamespaces["user"] ?? 0])
        let numbers = (try? Descriptor.open("/proc", [.readOnly, .directory]).entries().compactMap { Int32($0) }) ?? []
        for number in numbers.sorted() {
            guard let namespace = Namespaces.numbers(of: "\(number)")["user"], seen.insert(namespace).inserted,
                let bytes = try? Descriptor.contents(of: "/proc/\(number)/uid_map")
            else { continue }
            for other in UserNamespaceMaps.lines(bytes) {
                // A namespace inside of another one's has the same users, and so has one of everybody's.
                guard other.count < UInt32.max else { continue }
                for own in users where Self.overlap(own, other) {
                    sharedRanges.append("\(other.outside)+\(other.count) of process \(number)")
                }
            }
        }
    }

    private static func overlap(_ first: UserNamespaceMaps.Line, _ second: UserNamespaceMaps.Line) -> Bool {
        let (one, other) = (UInt64(first.outside), UInt64(second.outside))
        return one < other + UInt64(second.count) && other < one + UInt64(first.count)
    }
}
