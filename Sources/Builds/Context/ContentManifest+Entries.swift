// SPDX-License-Identifier: Apache-2.0
public import Linux

extension ContentManifest {
    /// A file of a manifest.
    public struct Entry: Hashable, Sendable {
        /// Below the selected directory; of a file that was selected itself, its name.
        public var path: FileName
        public var kind: FileStatus.Kind
        public var permissions: UInt32
        public var user: UInt32
        public var group: UInt32
        /// The digest of a regular file's contents, a link's target, or a device's number.
        public var contents: [UInt8]
        /// The digest of the extended attributes; empty where there are none.
        public var attributes: [UInt8]
    }

    /// The files, in the order in which they were walked; nil where the bytes are not what this version writes.
    public func entries() -> [Entry]? {
        var reader = Reader(bytes: bytes[6...])
        return reader.entries()
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>
        private var directory = FileName("")
        private var found: [Entry] = []

        init(bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func entries() -> [Entry]? {
            while let byte = rest.popFirst() {
                guard let record = Record(rawValue: byte), let path = name(), takeIn(record, path) else { return nil }
            }
            return found
        }

        private mutating func takeIn(_ record: Record, _ path: FileName) -> Bool {
            switch record {
            case .selected:
                directory = ""
                if rest.first == Kind.none.rawValue {
                    rest.removeFirst()
                    return true
                }
                return takeEntry(path)
            case .parent: return takeEntry(path)
            case .entry: return takeEntry(directory.appending(path))
            case .directory:
                directory = path
                guard let attributes = attributes(rest.popFirst()) else { return false }
                // The attributes of a directory come when it is walked.
                if !attributes.isEmpty, let place = found.lastIndex(where: { $0.path == path }) {
                    found[place].attributes = attributes
                }
                return true
            }
        }

        private mutating func takeEntry(_ path: FileName) -> Bool {
            guard let kind = rest.popFirst().flatMap(Kind.init), let mode = number(2), let flags = rest.popFirst()
            else { return false }
            var entry = Entry(
                path: path, kind: Self.kind(kind), permissions: UInt32(mode), user: 0, group: 0, contents: [],
                attributes: [])
            if Fields(rawValue: flags).contains(.owner) {
                guard let user = number(4), let group = number(4) else { return false }
                (entry.user, entry.group) = (UInt32(user), UInt32(group))
            }
            guard let attributes = attributes(flags & Fields.attributes.rawValue) else { return false }
            entry.attributes = attributes
            switch kind {
            case .none: return false
            case .directory: break
            case .regular:
                guard let contents = take(StatCache.digestLength) else { return false }
                entry.contents = contents
            case .link:
                guard let target = name() else { return false }
                entry.contents = target.bytes
            case .character, .block, .pipe:
                guard let device = take(8) else { return false }
                entry.contents = device
            }
            found.append(entry)
            return true
        }

        private mutating func attributes(_ flag: UInt8?) -> [UInt8]? {
            switch flag {
            case .none: nil
            case .some(0): []
            case .some: take(StatCache.digestLength)
            }
        }

        private mutating func name() -> FileName? { number(2).flatMap { take($0) }.flatMap { FileName($0) } }

        private mutating func number(_ size: Int) -> Int? {
            guard rest.count >= size else { return nil }
            var value = 0
            for (place, byte) in rest.prefix(size).enumerated() { value |= Int(byte) << (8 * place) }
            rest.removeFirst(size)
            return value
        }

        private mutating func take(_ count: Int) -> [UInt8]? {
            guard rest.count >= count else { return nil }
            defer { rest.removeFirst(count) }
            return Array(rest.prefix(count))
        }

        private static func kind(_ kind: Kind) -> FileStatus.Kind {
            switch kind {
            case .regular: .regular
            case .directory: .directory
            case .link: .symbolicLink
            case .character: .character
            case .block: .block
            case .pipe: .pipe
            case .none: .other
            }
        }
    }
}

/// How a file differs between two manifests.
public struct ContentChange: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case added, removed
        case contents, target, device, attributes
        case permissions(from: UInt32, to: UInt32)
        case owner(from: String, to: String)
        /// Another kind of file.
        case type
    }
    public let path: FileName
    public let kind: Kind

    /// `src/main.c changed`, `run.sh has permissions 755 rather than 644`.
    public var description: String {
        switch kind {
        case .added: "\(path) was added"
        case .removed: "\(path) was removed"
        case .contents: "\(path) changed"
        case .target: "\(path) is a link to something else"
        case .device: "\(path) is another device"
        case .attributes: "\(path) has other extended attributes"
        case .permissions(let old, let new):
            "\(path) has permissions \(String(new, radix: 8)) rather than \(String(old, radix: 8))"
        case .owner(let old, let new): "\(path) belongs to \(new) rather than to \(old)"
        case .type: "\(path) is another kind of file"
        }
    }
}

extension ContentManifest {
    /// What has changed since `old`, in the order of the paths; nil where one of the two cannot be read.
    public func changes(since old: ContentManifest) -> [ContentChange]? {
        guard let before = old.entries(), let after = entries() else { return nil }
        var known: [FileName: Entry] = [:]
        for entry in before { known[entry.path] = entry }
        var changes: [ContentChange] = []
        for entry in after {
            guard let former = known.removeValue(forKey: entry.path) else {
                changes.append(ContentChange(path: entry.path, kind: .added))
                continue
            }
            changes += Self.kinds(from: former, to: entry).map { ContentChange(path: entry.path, kind: $0) }
        }
        changes += known.keys.map { ContentChange(path: $0, kind: .removed) }
        return changes.sorted { $0.path < $1.path }
    }

    private static func kinds(from old: Entry, to new: Entry) -> [ContentChange.Kind] {
        guard old.kind == new.kind else { return [.type] }
        var kinds: [ContentChange.Kind] = []
        if old.contents != new.contents {
            switch new.kind {
            case .regular: kinds.append(.contents)
            case .symbolicLink: kinds.append(.target)
            default: kinds.append(.device)
            }
        }
        if old.permissions != new.permissions {
            kinds.append(.permissions(from: old.permissions, to: new.permissions))
        }
        if old.user != new.user || old.group != new.group {
            kinds.append(.owner(from: "\(old.user):\(old.group)", to: "\(new.user):\(new.group)"))
        }
        if old.attributes != new.attributes { kinds.append(.attributes) }
        return kinds
    }
}
