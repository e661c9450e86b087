// SPDX-License-Identifier: Apache-2.0

extension Namespaces {
    /// The numbers of the namespaces that a process is in, by the name that `/proc/PID/ns` has for each kind: its links say
    /// `pid:[4026531836]`. Without those that may not be looked at, or that this kernel does not have; none of a process that
    /// is no more.
    ///
    /// - Parameter process: its number, or `self`.
    public static func numbers(of process: String) -> [String: UInt64] {
        guard let place = try? Descriptor.open("/proc/\(process)/ns", [.path, .directory]) else { return [:] }
        var numbers: [String: UInt64] = [:]
        for (_, name) in named {
            guard let text = try? place.readLink(name), let open = text.firstIndex(of: "[") else { continue }
            numbers[name] = UInt64(text[text.index(after: open)...].prefix { $0 != "]" })
        }
        return numbers
    }
}
