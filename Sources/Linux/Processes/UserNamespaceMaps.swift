// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// The maps of a user namespace that is there, as this process' own user namespace has the ids outside:
/// user_namespaces(7).
public struct UserNamespaceMaps: Hashable, Sendable {
    /// A line of `/proc/PID/uid_map`.
    public struct Line: Hashable, Sendable {
        public var inside: UInt32
        public var outside: UInt32
        public var count: UInt32
    }
    public var users: [Line]
    public var groups: [Line]

    /// Asks a process in the namespace, which is made for that: only `/proc/PID` tells. This process must have one thread.
    public init(of namespace: borrowing NamespaceFile) throws(SystemError) {
        var pair = try MessageSocket.pair()
        switch try Process.clone(into: []) {
        case .child:
            guard let socket = pair.takeSecond() else { CurrentProcess.exitImmediately(1) }
            do throws(SystemError) {
                try namespace.join()
                try socket.send([1])
                // Until the other end is closed.
                _ = try socket.descriptor.read(upTo: 1)
            } catch {}
            CurrentProcess.exitImmediately(0)
        case .parent(let process):
            guard let socket = pair.takeFirst() else { throw SystemError("socketpair", .brokenPipe) }
            defer {
                try? process.send(.kill)
                _ = try? process.wait()
            }
            if try socket.descriptor.read(upTo: 1).isEmpty { throw SystemError("setns", .notPermitted) }
            let proc = try ProcDirectory.open()
            users = Self.lines(try proc.contents(of: "\(process.id)/uid_map"))
            groups = Self.lines(try proc.contents(of: "\(process.id)/gid_map"))
        }
    }

    /// The lines of `/proc/PID/uid_map` or `gid_map`.
    public static func lines(_ text: [UInt8]) -> [Line] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let numbers = line.split(separator: UInt8(ascii: " ")).compactMap {
                UInt32(String(decoding: $0, as: UTF8.self))
            }
            return numbers.count == 3 ? Line(inside: numbers[0], outside: numbers[1], count: numbers[2]) : nil
        }
    }
}
