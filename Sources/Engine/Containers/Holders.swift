// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Who holds containers: a file of the run directory in which every process that has claimed one has a ``LifeMark``.
///
/// A lock of its own in each container's directory says the same, but has to be asked for container by container, which
/// every command would have to do. Of this a command reads one file, and where nobody was killed it is done.
///
/// The file begins with a place that says what it is, of which boot, and whether there may be containers that it does not
/// know; then comes a place for each. Places are taken and freed under its lock.
struct Holders {
    static let fileName = ".holders"
    private static let title = Array("minibox holders\n".utf8)
    private static let bootSize = 36
    private static let flagOffset = 56

    private let bytes: [UInt8]

    /// What the file says; nil where it says nothing of this boot.
    init?(in directory: borrowing Descriptor) {
        guard let bytes = try? directory.contents(of: Self.fileName), Self.isOfThisBoot(bytes) else { return nil }
        self.bytes = bytes
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether every container that a killed process has held is among ``lost``.
    private var isComplete: Bool { bytes[Self.flagOffset] == 0 }

    /// Whether there is nothing that a killed process has left.
    var areAlive: Bool {
        isComplete && places.allSatisfy { LifeMark.state(at: $0, in: bytes) != .ended }
    }

    private var places: StrideTo<Int> {
        stride(from: LifeMark.size, to: bytes.count - LifeMark.size + 1, by: LifeMark.size)
    }

    private func id(at place: Int) -> String {
        String(decoding: LifeMark.subject(at: place, in: bytes).prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func isOfThisBoot(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= LifeMark.size, bytes.starts(with: title), let boot = try? bootID() else { return false }
        return bytes[title.count...].starts(with: boot)
    }

    private static func bootID() throws(SystemError) -> ArraySlice<UInt8> {
        try Descriptor.contents(of: "/proc/sys/kernel/random/boot_id").prefix(bootSize)
    }

    /// Notes that this process holds the container `id`, before there is anything of it.
    /// - Returns: nil where it cannot be noted, for want of room or by a file of another version: then every command looks
    ///   at every container.
    static func add(_ id: String, in directory: borrowing Descriptor) throws(SystemError) -> LifeMark? {
        let file = try directory.open(fileName, [.readWrite, .create], mode: 0o600)
        _ = try file.lock(.exclusive)
        var bytes = try file.readAll()
        if !isOfThisBoot(bytes) {
            // Whoever wrote it before this boot is no more; another version's may live.
            guard bytes.isEmpty || bytes.starts(with: title), let new = try? begin(file, directory) else { return nil }
            bytes = new
        }
        let list = Holders(bytes)
        let free = list.places.first { LifeMark.state(at: $0, in: bytes) == .free }
        let end = bytes.count / LifeMark.size * LifeMark.size
        do throws(SystemError) {
            // The id is 64 digits, of which 48 tell it from all others. The lock is not the mark's.
            return try LifeMark(
                in: try directory.open(fileName, [.readWrite]), at: free ?? end,
                subject: Array(id.utf8.prefix(LifeMark.subjectSize)))
        } catch {
            try file.write([1], at: flagOffset)
            return nil
        }
    }

    /// Notes that there may be a container of a process that has no mark. It is said once more when the container can be
    /// seen: who has looked in between has found none.
    static func addUnknown(in directory: borrowing Descriptor) throws(SystemError) {
        let file = try directory.open(fileName, [.readWrite])
        _ = try file.lock(.exclusive)
        if isOfThisBoot(try file.readAll()) { try file.write([1], at: flagOffset) }
    }

    /// Makes the file what it is.
    private static func begin(
        _ file: borrowing Descriptor, _ directory: borrowing Descriptor
    ) throws(SystemError) -> [UInt8] {
        var bytes = title + (try bootID())
        bytes += [UInt8](repeating: 0, count: LifeMark.size - bytes.count)
        if try hasContainers(directory) { bytes[flagOffset] = 1 }
        try file.truncate(to: 0)
        try file.write(bytes, at: 0)
        return bytes
    }

    private static func hasContainers(_ directory: borrowing Descriptor) throws(SystemError) -> Bool {
        try directory.entries().contains { !$0.hasPrefix(".") }
    }

    /// Frees the places of what is gone, and of what somebody else holds by now, after all has been looked at.
    /// - Parameter left: asks for the ids of which there is anything, or more.
    static func forgetGone(in directory: borrowing Descriptor, left: () -> [String]) {
        guard let file = try? directory.open(fileName, [.readWrite]), (try? file.lock(.exclusive)) == true,
            let bytes = try? file.readAll(), isOfThisBoot(bytes)
        else { return }
        let list = Holders(bytes)
        let held = list.places.filter { LifeMark.state(at: $0, in: bytes) == .living }.map(list.id)
        let ended = list.places.filter { LifeMark.state(at: $0, in: bytes) == .ended }
        let left = ended.isEmpty ? [] : left()
        for place in ended {
            let id = list.id(at: place)
            if held.contains(id) || !left.contains(where: { $0.hasPrefix(id) }) { try? LifeMark.free(file, at: place) }
        }
        // Who comes from here on is noted first.
        if !list.isComplete, (try? hasContainers(directory)) == false { try? file.write([0], at: flagOffset) }
    }
}
