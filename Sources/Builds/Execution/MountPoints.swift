// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Places that the runtime made so that something could be mounted there: they are not the step's doing, and do not
/// belong into its layer.
enum MountPoints {
    /// Removes from `upper`, the changes of a step, the empty files and directories at and above `targets` that no layer
    /// below has. `layers` are the roots of those, lowest first.
    static func remove(_ targets: [String], from upper: String, above layers: [String]) throws(SystemError) {
        guard !targets.isEmpty else { return }
        let root = try Descriptor.open(upper, [.readOnly, .directory])
        // A place below another goes first.
        for target in targets.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            var path = target.pathParts.joined(separator: "/")
            while !path.isEmpty, try !isBelow(path, layers), removeEmpty(path, in: root) {
                path = path.pathParts.dropLast().joined(separator: "/")
            }
        }
    }

    /// Whether the stack of layers shows something at `path`.
    private static func isBelow(_ path: String, _ layers: [String]) throws(SystemError) -> Bool {
        let parts = path.pathParts.map(String.init)
        for layer in layers.reversed() {
            let root = try Descriptor.open(layer, [.path, .directory])
            for count in 1...parts.count {
                let name = parts.prefix(count).joined(separator: "/")
                guard let place = try? root.open(name, [.path, .noFollow], resolve: .container),
                    let status = try? place.status()
                else { break }
                // A whiteout: what is further below does not show.
                if status.kind == .character, status.node == .none { return false }
                if count == parts.count { return true }
            }
        }
        return false
    }

    /// Whether it was there, empty, and is gone now.
    ///
    /// The step may have put anything in the place of the directories above, also a link that leads to the host's files:
    /// none is followed.
    private static func removeEmpty(_ path: String, in root: borrowing Descriptor) -> Bool {
        let name = FileName(path)
        guard
            let parent = try? root.open(
                name.parent.isEmpty ? "." : name.parent, [.path, .directory],
                resolve: [.beneath, .noSymlinks, .noMagicLinks]),
            let status = try? parent.status(of: name.last)
        else { return false }
        if status.isDirectory { return (try? parent.remove(name.last, directory: true)) != nil }
        guard status.kind == .regular, status.size == 0 else { return false }
        return (try? parent.remove(name.last)) != nil
    }
}
