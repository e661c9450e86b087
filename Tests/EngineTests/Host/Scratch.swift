// SPDX-License-Identifier: Apache-2.0
import Linux

/// An empty directory that goes with the test that has it.
final class Scratch: Sendable {
    let path: String

    init() {
        let name = Randomness.bytes(8).map { String($0, radix: 16) }.joined()
        path = "/tmp/minibox-test-\(name)"
        _ = try? Descriptor.makeDirectories(path, mode: 0o700)
    }

    deinit {
        guard let parent = try? Descriptor.open("/tmp", [.directory]) else { return }
        try? parent.removeTree(String(path.dropFirst(5)))
    }
}
