// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Compiled filters in a directory, so that the rules of one container after the other are compiled once.
///
/// A file holds the whole key, all that the program depends on, beside the program: it is used only if every byte of the
/// key is the one asked for. Its name is a hash that merely finds it, so a collision costs a compilation.
public struct SeccompCache: ~Copyable {
    private let directory: Descriptor

    /// A cache in `directory`, which only root may be able to write.
    public init(in directory: consuming Descriptor) { self.directory = directory }

    /// A filter and where it came from.
    public struct Entry: Sendable {
        public var filter: SeccompFilter
        /// Whether it was found, and not compiled now.
        public var wasCached: Bool
        /// Why a compiled filter could not be kept; the next container will compile it again.
        public var storeFailure: SystemError?
    }

    /// The filter of these rules, compiled and stored if it is not there or damaged.
    public borrowing func filter(for rules: SeccompRules) throws(SeccompError) -> Entry {
        let key = Self.key(rules)
        let name = "seccomp-" + String(Self.hash(key), radix: 16)
        if let found = stored(name, key) { return Entry(filter: found, wasCached: true) }
        let filter = try SeccompRanges.compile(rules)
        do throws(SystemError) {
            try directory.replace(name, with: Self.file(key, filter), mode: 0o600, durable: false)
            return Entry(filter: filter, wasCached: false)
        } catch {
            return Entry(filter: filter, wasCached: false, storeFailure: error)
        }
    }

    private borrowing func stored(_ name: String, _ key: [UInt8]) -> SeccompFilter? {
        do throws(SystemError) {
            return Self.filter(in: try directory.contents(of: name), key)
        } catch {
            return nil
        }
    }
}

// MARK: - The file: magic, length of the key, key, program, hash of all before it

extension SeccompCache {
    /// Changes whenever the same rules would give another program or the file another form.
    private static let format = "minibox seccomp ranges 1\n"

    static func key(_ rules: SeccompRules) -> [UInt8] {
        Array("\(format)\(SeccompCompiler.libraryVersion)\n".utf8) + rules.canonicalBytes
    }

    static func file(_ key: [UInt8], _ filter: SeccompFilter) -> [UInt8] {
        let body = bytes(UInt64(key.count)) + key + filter.bytes
        return body + bytes(hash(body))
    }

    /// The program in a file, if it is whole and its key is `key`.
    static func filter(in file: [UInt8], _ key: [UInt8]) -> SeccompFilter? {
        guard file.count > 16 + key.count, file[..<8] == bytes(UInt64(key.count))[...],
            file[8..<8 + key.count] == key[...], file.suffix(8) == bytes(hash(file.dropLast(8)))[...]
        else { return nil }
        return SeccompFilter(bytes: file[(8 + key.count)..<(file.count - 8)])
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// FNV-1a of 64 bits: against accidents, not against someone who writes to the directory.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
