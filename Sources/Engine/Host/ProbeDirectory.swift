// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory in which something is tried out, and that goes with the process that made it: what one has left that was
/// killed, the next takes away. The lock on it tells the two apart.
enum ProbeDirectory {
    private static let prefix = ".minibox-probe-"

    /// Makes one in `place` for as long as `body` takes.
    static func use<R>(
        in place: borrowing Descriptor, _ body: (borrowing Descriptor) throws(SystemError) -> R
    ) throws(SystemError) -> R {
        sweep(place)
        while true {
            // Processes of two outer containers that share the root may have one number.
            let name = prefix + Randomness.bytes(8).map { String($0, radix: 16) }.joined()
            try place.makeDirectory(name, mode: 0o700)
            defer { try? place.removeTree(name) }
            guard let directory = try? place.open(name, [.directory]) else { continue }
            _ = try directory.lock(.exclusive)
            // Another may have taken it for one that was left.
            guard let now = try? place.status(of: name), now.isSameFile(as: try directory.status()) else { continue }
            return try body(directory)
        }
    }

    private static func sweep(_ place: borrowing Descriptor) {
        for name in (try? place.open(".", [.directory]).entries()) ?? [] where name.hasPrefix(prefix) {
            guard let left = try? place.open(name, [.directory, .noFollow]),
                (try? left.lock(.exclusive, wait: false)) == true
            else { continue }
            try? place.removeTree(name)
        }
    }
}
