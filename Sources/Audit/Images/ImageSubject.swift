// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What an image holds and says: all that the checks of images judge by.
public struct ImageSubject: Sendable {
    /// As it was asked for, and whether that was by its digest.
    public var name: String
    public var isPinned = false
    public var tag: String?
    public var user = ""
    public var environment: [String] = []
    /// The instructions by which it was made.
    public var history: [String] = []
    public var hasHealthcheck = false
    /// Paths in its layers, those that a later layer takes away among them.
    public var setIDFiles: Set<String> = []
    public var capableFiles: Set<String> = []
    public var secretFiles: Set<String> = []
    public var servers: Set<String> = []

    public init(name: String) { self.name = name }

    /// Adds what a layer holds, unpacked in a directory.
    public mutating func add(layer path: String) throws(SystemError) {
        let root = try Descriptor.open(path, [.readOnly, .directory])
        var folders: [String] = []
        var found = self
        try root.visitTree { (folder, name, status) throws(SystemError) in
            let place = (folders + [name.description]).map { "/" + $0 }.joined()
            if status.isDirectory {
                folders.append(name.description)
                return true
            }
            guard status.kind == .regular else { return false }
            if status.permissions & 0o6000 != 0, status.permissions & 0o111 != 0 { found.setIDFiles.insert(place) }
            if status.permissions & 0o111 != 0, (try? folder.attribute("security.capability", of: name)) != nil {
                found.capableFiles.insert(place)
            }
            if ["/sbin/sshd", "/sbin/dropbear", "/sbin/in.telnetd"].contains(where: { place.hasSuffix($0) }) {
                found.servers.insert(place)
            }
            if Self.isSecret(place, in: folder, name, status) { found.secretFiles.insert(place) }
            return false
        } leave: { (_, _, _) throws(SystemError) in
            folders.removeLast()
        }
        self = found
    }

    /// Whether a file is one by which somebody is somebody: known names, and private keys by how they begin.
    private static func isSecret(
        _ place: String, in folder: borrowing Descriptor, _ name: FileName, _ status: FileStatus
    ) -> Bool {
        let known = [
            "/.aws/credentials", "/.docker/config.json", "/.netrc", "/.git-credentials", "/.pgpass", "/.kube/config",
            "/.config/gcloud/credentials.db", "/.vault-token",
        ]
        if status.size > 0, known.contains(where: { place.hasSuffix($0) }) { return true }
        let keys = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".pem", ".key"]
        guard status.size > 0, status.size < 100_000, keys.contains(where: { place.hasSuffix($0) }),
            let file = try? folder.open(name, [.readOnly, .noFollow, .nonBlocking]),
            let start = try? file.read(upTo: 64)
        else { return false }
        let text = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return text.hasPrefix("-----BEGIN ") && text.hasSuffix("PRIVATE KEY-----")
    }
}
