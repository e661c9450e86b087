// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The ids of the host that containers' user namespaces are made of, the same for users and for groups.
public struct SubordinateRange: Hashable, Sendable {
    /// The first id.
    public let start: UInt32
    public let count: UInt32

    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    /// How many ids a container gets: what images and programs expect, and what nobody's 65534 is within.
    public static let blockSize: UInt32 = 65536

    /// How many blocks fit.
    public var blocks: Int { Int(count / Self.blockSize) }

    /// Where `/etc/subuid` has no entry for minibox: 2,013,265,920 to 2,147,352,575, 2046 blocks.
    ///
    /// Nobody else hands these out: `useradd` gives subordinate ids from 100,000 to 600,100,000 (login.defs(5),
    /// SUB_UID_MIN, SUB_UID_MAX); systemd-nspawn takes 524,288 to 1,879,048,191 and has files of foreign machines from
    /// 2,147,352,576 on (systemd, "Users, Groups, UIDs and GIDs"); SSSD maps domains to 200,000 to 2,000,200,000
    /// (sssd-ldap(5), ldap_idmap_range_min and _max); the range that Podman's manual suggests for its user `containers`
    /// begins at 2,147,483,647. And all are below 2^31, for programs that take an id for a signed number.
    public static let standard = SubordinateRange(start: 0x7800_0000, count: 0x7ffe_0000 - 0x7800_0000)

    /// The range of this host: the entry `minibox:START:COUNT` of subuid(5) where there is one; in a user namespace that
    /// has not all ids, of those that it has.
    public static func ofHost(
        file: String = "/etc/subuid", map: String = "/proc/self/uid_map"
    ) throws(HostError) -> SubordinateRange {
        let bytes: [UInt8]
        do {
            bytes = try Descriptor.contents(of: file)
        } catch {
            if error.errno == .noEntry { return try standard(within: map) }
            throw HostError(.file, "cannot read \(file)", cause: error)
        }
        if let entry = try entry(in: bytes, file: file) { return entry }
        return try standard(within: map)
    }

    /// ``standard``, or where the map of this process's own user namespace leaves it out, the longest part of what it has.
    private static func standard(within path: String) throws(HostError) -> SubordinateRange {
        guard let bytes = try? Descriptor.contents(of: path) else { return .standard }
        return try standard(mapped: bytes)
    }

    /// The same of the contents of `/proc/self/uid_map`: user_namespaces(7).
    static func standard(mapped bytes: [UInt8]) throws(HostError) -> SubordinateRange {
        let extents = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line -> SubordinateRange? in
            let fields = line.split(separator: UInt8(ascii: " ")).compactMap {
                UInt32(String(decoding: $0, as: UTF8.self))
            }
            return fields.count == 3 ? SubordinateRange(start: fields[0], count: fields[2]) : nil
        }
        let wanted = SubordinateRange.standard
        func covers(_ extent: SubordinateRange) -> Bool {
            extent.start <= wanted.start
                && UInt64(extent.start) + UInt64(extent.count) >= UInt64(wanted.start) + UInt64(wanted.count)
        }
        if extents.contains(where: covers) { return wanted }
        // The first 65,536 are this container's own users.
        let parts = extents.compactMap { extent -> SubordinateRange? in
            let start = max(extent.start, blockSize)
            let end = UInt64(extent.start) + UInt64(extent.count)
            return end >= UInt64(start) + UInt64(blockSize)
                ? SubordinateRange(start: start, count: UInt32(end - UInt64(start))) : nil
        }
        guard let longest = parts.max(by: { $0.count < $1.count }) else {
            throw HostError(
                .noIDs,
                "this process is in a user namespace that has \(extents.reduce(0) { $0 + UInt64($1.count) }) ids, and none "
                    + "for containers")
        }
        return longest
    }

    /// The entry for minibox in the contents of `file`, the first where there are several.
    static func entry(in bytes: [UInt8], file: String) throws(HostError) -> SubordinateRange? {
        let owner = Array("minibox:".utf8)
        guard let line = bytes.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: owner) }) else {
            return nil
        }
        let text = String(decoding: line, as: UTF8.self)
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3, let start = UInt32(fields[1]), let count = UInt32(fields[2]) else {
            throw HostError(
                .subordinateRange, "\(file): cannot read the line \(text): write minibox:START:COUNT, two numbers")
        }
        guard start >= blockSize else {
            throw HostError(
                .subordinateRange,
                "\(file): the line \(text) hands out ids below \(blockSize), which are the host's own: "
                    + "write a START from \(blockSize) on")
        }
        guard count >= blockSize else {
            throw HostError(
                .subordinateRange,
                "\(file): the line \(text) has fewer than the \(blockSize) ids of one container: write a COUNT from "
                    + "\(blockSize) on")
        }
        // 4294967295 is no id: it means "leave it as it is" to chown(2) and setresuid(2).
        guard UInt64(start) + UInt64(count) <= UInt64(UInt32.max) else {
            throw HostError(.subordinateRange, "\(file): the line \(text) goes past the last id, \(UInt32.max - 1)")
        }
        return SubordinateRange(start: start, count: count)
    }
}
