// SPDX-License-Identifier: Apache-2.0
import Linux
import NIOPosix

/// The lines of the standard input, read in a thread that nothing else waits for.
actor LineInput {
    /// The longest line; a session has certificates in it.
    private static let limit = 32 << 20

    private let source: Source
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private var bytes: [UInt8] = []

    private final class Source: Sendable {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    init?() {
        guard let descriptor = try? Descriptor.standardInput() else { return nil }
        source = Source(descriptor)
        thread.start()
    }

    /// The next line without its end; nil at the end of the input. What has no end is no line.
    func next() async throws -> [UInt8]? {
        var seen = 0
        while true {
            if let end = bytes[seen...].firstIndex(of: 0x0A) {
                let line = Array(bytes[..<end])
                bytes.removeFirst(end + 1)
                return line
            }
            seen = bytes.count
            guard bytes.count <= Self.limit else { return nil }
            let source = source
            let part = try await thread.runIfActive { try source.descriptor.read(upTo: 1 << 16) }
            if part.isEmpty { return nil }
            bytes += part
        }
    }
}
