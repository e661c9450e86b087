// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A namespace, held open by its file: namespaces(7), `/proc/PID/ns/net` or a file that it is bound on.
public struct NamespaceFile: ~Copyable, Sendable {
    public let descriptor: Descriptor

    /// Opens the namespace at `path`. What is no file of a namespace, or one of another kind, is EINVAL: ioctl_ns(2),
    /// NS_GET_NSTYPE.
    public init(at path: String, kind: Namespaces) throws(SystemError) {
        // Not blocking: a pipe at the path would hold the runtime until somebody writes.
        let file = try Descriptor.open(path, [.readOnly, .nonBlocking, .noControllingTerminal])
        try Self.verify(file, is: kind)
        descriptor = file
    }

    /// The namespace of this kind that the calling process is in.
    public init(ofThisProcess kind: Namespaces) throws(SystemError) {
        descriptor = try Descriptor.open("/proc/self/ns/\(kind.names.first ?? "")", .readOnly)
    }

    /// Joins it: setns(2). A pid namespace is joined by children alone.
    public borrowing func join() throws(SystemError) {
        try Self.join(descriptor, 0)
    }

    /// The descriptor alone.
    public consuming func take() -> Descriptor { descriptor }

    /// Joins a namespace that must be of the one `kind`.
    public static func join(_ file: borrowing Descriptor, as kind: Namespaces) throws(SystemError) {
        try join(file, Int32(truncatingIfNeeded: kind.rawValue))
    }

    private static func join(_ file: borrowing Descriptor, _ kind: Int32) throws(SystemError) {
        let number = file.raw
        try check("setns") { mb_setns(number, kind) }
    }

    private static func verify(_ file: borrowing Descriptor, is kind: Namespaces) throws(SystemError) {
        let number = file.raw
        let found: Int32
        do throws(SystemError) {
            // nsfs answers nothing else, and no other file answers this.
            found = try check("ioctl") { mb_namespace_kind(number) }
        } catch {
            throw SystemError("ioctl", .invalid)
        }
        guard UInt64(UInt32(bitPattern: found)) == kind.rawValue else { throw SystemError("ioctl", .invalid) }
    }
}
