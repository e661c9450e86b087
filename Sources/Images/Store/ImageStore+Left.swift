// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The note `left`: there may be contents that nothing uses, and a later command removes them.
///
/// It is there where somebody held what was to be removed, and while contents are in their places of which the index does
/// not tell yet, or does not any more: who is killed at such a moment leaves it. It is made before what it tells of, so that
/// a file system with a journal does not lose it alone when the power goes.
extension ImageStore {
    private static let leftName = "left"

    /// Whether it is there.
    var hasLeft: Bool { (try? directory.status(of: Self.leftName)) != nil }

    /// Makes it, or takes it away.
    func noteLeaving(_ leaves: Bool) throws(SystemError) {
        do throws(SystemError) {
            if leaves {
                _ = try directory.open(Self.leftName, [.writeOnly, .create, .noFollow], mode: 0o600)
            } else {
                try directory.remove(Self.leftName)
            }
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
    }

    /// Runs `body`, which puts contents in their places and then tells of them in the index, while no other process changes
    /// the store. If it fails or is killed between the two, a later command takes them away.
    func publishing<R: ~Copyable>(_ body: () throws(ImageError) -> R) throws(ImageError) -> R {
        try locked { () throws(ImageError) in
            let had = hasLeft
            if !had { try beginLeaving() }
            let result = try body()
            if !had {
                try wrapping({ [path] in .write(path, $0) }) { () throws(SystemError) in try noteLeaving(false) }
            }
            return result
        }
    }

    /// Notes that what the index tells of will be less in a moment: ``collect(_:into:)`` comes next. Only while
    /// ``locked(_:)``.
    func beginLeaving() throws(ImageError) {
        try wrapping({ [path] in .write(path, $0) }) { () throws(SystemError) in try noteLeaving(true) }
    }
}
