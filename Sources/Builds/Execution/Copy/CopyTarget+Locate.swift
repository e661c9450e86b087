// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What the directories have that a copy makes on its own account.
struct NewDirectory {
    var mode: UInt32
    var owner: UserDatabase.FileOwner
}

/// Where a destination leads.
struct CopyLocation {
    var place: FileName
    /// nil where nothing is there.
    var status: FileStatus?
}

extension CopyTarget {
    /// As many links as the kernel follows: path_resolution(7).
    private static let mostLinks = 40

    /// Finds `path`, follows all links on it as if the tree were the root, and makes the directories on the way that are
    /// missing; the last part too where `makesLast`. `made` gets their places.
    ///
    /// A link that leads to nothing is followed too: what is missing is made where it leads.
    mutating func locate(
        _ path: String, makesLast: Bool, _ attributes: NewDirectory, made: inout [FileName]
    ) throws(BuildError) -> CopyLocation {
        var rest = Array(
            LexicalPath.belowRoot(path.utf8).split(separator: LexicalPath.slash).map { Array($0) }.reversed())
        var place = FileName("")
        var links = 0
        do throws(SystemError) {
            while let part = rest.popLast() {
                if part == [LexicalPath.dot] { continue }
                if part == Array("..".utf8) {
                    place = place.parent
                    continue
                }
                guard let name = FileName(part) else { throw SystemError("open", .invalid) }
                let isLast = rest.isEmpty
                let directory = try open(directory: place)
                let next = place.appending(name)
                guard let status = try Self.status(of: name, in: directory) else {
                    if isLast, !makesLast { return CopyLocation(place: next, status: nil) }
                    try make(name, in: directory, at: place, attributes)
                    made.append(next)
                    place = next
                    continue
                }
                switch status.kind {
                case .directory: place = next
                case .symbolicLink:
                    links += 1
                    guard links <= Self.mostLinks else { throw SystemError("open", .loop) }
                    let target = try directory.readLink(name).bytes
                    if target.first == LexicalPath.slash { place = "" }
                    rest += target.split(separator: LexicalPath.slash).map { Array($0) }.reversed()
                default:
                    guard isLast, !makesLast else { throw SystemError("mkdir", .notDirectory) }
                    return CopyLocation(place: next, status: status)
                }
            }
            return CopyLocation(place: place, status: try open(itself: place).status())
        } catch {
            switch error.errno {
            case .notDirectory:
                throw BuildError(
                    .invalid, "\(path) cannot be a directory: there is a file at it, or on the way to it", cause: error)
            case .loop: throw BuildError(.invalid, "\(path) leads to nothing: its links go in circles")
            default: throw BuildError(.file, "cannot make \(path)", cause: error)
            }
        }
    }

    private static func status(
        of name: FileName, in directory: borrowing Descriptor
    ) throws(SystemError) -> FileStatus? {
        do throws(SystemError) { return try directory.status(of: name) } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    private mutating func make(
        _ name: FileName, in directory: borrowing Descriptor, at parent: FileName, _ attributes: NewDirectory
    ) throws(SystemError) {
        let made = try makeDirectory(name, in: directory, at: parent)
        try made.setOwner(user: attributes.owner.user, group: attributes.owner.group)
        try made.setPermissions(attributes.mode)
    }
}
