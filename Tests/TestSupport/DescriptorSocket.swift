// SPDX-License-Identifier: Apache-2.0
import CTestSupport
import Glibc

/// A socket at a path that descriptors are sent to: a console socket, a pidfd socket.
public final class DescriptorSocket {
    public struct Failure: Error {
        public var path: String
        public var errno: Int32
    }

    public let path: String
    private let listener: Int32

    /// Listens at `path`, which has to be short: 107 bytes at most.
    public init(_ path: String) throws {
        self.path = path
        listener = listen_at(path)
        if listener < 0 { throw Failure(path: path, errno: -listener) }
    }

    deinit {
        close(listener)
        unlink(path)
    }

    /// Takes one connection and the descriptor that comes over it, which is the caller's to close, with what was said
    /// beside it.
    public func receive(seconds: Double = 10) throws -> (descriptor: Int32, payload: String) {
        var payload = [CChar](repeating: 0, count: 4096)
        let descriptor = receive_descriptor(listener, Int32(seconds * Clock.patience * 1000), &payload, payload.count)
        if descriptor < 0 { throw Failure(path: path, errno: -descriptor) }
        let bytes = payload.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (descriptor, String(decoding: bytes, as: UTF8.self))
    }

    /// The terminal that comes over it, seen from its controlling end.
    public func terminal(seconds: Double = 10) throws -> Pseudoterminal {
        Pseudoterminal(received: try receive(seconds: seconds).descriptor)
    }
}
