// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A24, A36, A37 and A40: what its files are, and what lies in them. inode(7), capabilities(7), overlayfs.rst.
    static let ownFiles: [AuditCheck] = [
        AuditCheck(
            "A24", .files, .low, "its writes change no files but its own",
            advice: "take a runtime that lays a folder of its own over the image's (overlay), or --read-only"
        ) { subject in
            guard let root = subject.mounts.last(where: { $0.point == "/" }) else { return .untold("it has no root") }
            if root.type == "overlay" {
                let layers = root.superOptions.split(separator: ",").filter { $0.hasPrefix("lowerdir") }
                    .reduce(0) { $0 + $1.split(separator: ":").count }
                return .stands(layers == 0 ? "overlay" : "overlay over \(layers) folders")
            }
            if root.isReadOnly { return .stands("\(root.type), which is read-only") }
            // What these show may be a copy of its own, or everybody's.
            if ["btrfs", "zfs", "bcachefs"].contains(root.type) || root.type.hasPrefix("fuse") {
                return .untold("\(root.type) does not tell whether it is a copy")
            }
            let place = "\(root.root) of \(root.type) (\(root.device))"
            return .open("\(place) is no layer: what it changes is changed for all")
        },
        AuditCheck(
            "A36", .files, .low, "has no program that gives whoever runs it more rights",
            advice: "leave out no-new-privileges=false, or chmod u-s,g-s and setcap -r in the build"
        ) { subject in
            if subject.gainsNothing || subject.hasNoGainingMount {
                return .stands("NoNewPrivs or nosuid: nobody gains by one")
            }
            return subject.tree.verdict(subject.tree.gaining, "no set-user-ID file, no capabilities of files")
        },
        AuditCheck(
            "A37", .files, .medium, "not every user of the host changes its volumes",
            advice: "chmod o-w of the folder on the host, or take a named volume"
        ) { subject in
            // In a folder with the sticky bit nobody changes another's.
            let lax = subject.volumes.filter { $0.isReached && $0.mode & 0o1002 == 0o0002 }
            return lax.isEmpty
                ? .stands("\(subject.volumes.count) folders and files of the host's")
                : .open(lax.prefix(4).map { "\($0.host) at \($0.point)" }.joined(separator: ", "))
        },
        AuditCheck(
            "A40", .files, .medium, "has no disk among its files",
            advice: "take an image, and volumes, without device nodes"
        ) { subject in
            if subject.hasNoDeviceMount { return .stands("every mount is nodev") }
            return subject.tree.verdict(subject.tree.disks, "no node of a block device on a mount where nodes count")
        },
    ]
}

extension AuditSubject.Tree {
    /// What was found is open; where not all was looked at, nothing stands.
    fileprivate func verdict(_ found: [String], _ otherwise: String) -> AuditCheck.Verdict {
        if !found.isEmpty {
            return .open(
                found.prefix(4).joined(separator: ", ") + (found.count > 4 ? " and \(found.count - 4) more" : ""))
        }
        return missing.map { .untold($0) } ?? .stands(otherwise)
    }
}
