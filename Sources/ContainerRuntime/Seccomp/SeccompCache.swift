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
        var entry = try filter(for: Self.key(rules)) { rules }
        entry.filter.flags = rules.flags
        return entry
    }

    /// The filter of the standard profile for a container with this bounding set.
    ///
    /// Where it is there, the profile itself is not even made: that takes ten times as long as to find the filter.
    public borrowing func standardFilter(bounding: CapabilitySet) throws(SeccompError) -> Entry {
        try filter(for: Self.standardKey(bounding, .native)) {
            // No group of the standard profile depends on the kernel.
            SeccompProfile.standard.rules(bounding: bounding, kernel: KernelVersion(0, 0))
        }
    }

    /// The filter of a profile in JSON, by its bytes.
    ///
    /// Where it is there, the profile is not even read, which takes longer than all the rest of a start.
    public borrowing func filter(
        ofDocument bytes: ArraySlice<UInt8>, _ rules: () throws(SeccompProfileError) -> SeccompRules
    ) throws(SeccompProfileError) -> Entry {
        let key = Self.documentKey(bytes, .native)
        let name = Self.name(key)
        if let found = stored(name, key) { return Entry(filter: found, wasCached: true) }
        let read = try rules()
        var filter: SeccompFilter
        do {
            filter = try SeccompRanges.compile(read)
        } catch {
            throw SeccompProfileError(.value, "the profile", "\(error)")
        }
        filter.flags = read.flags
        do throws(SystemError) {
            try directory.replace(name, with: filter.file(for: key), mode: 0o600, durable: false)
            return Entry(filter: filter, wasCached: false)
        } catch {
            return Entry(filter: filter, wasCached: false, storeFailure: error)
        }
    }

    private borrowing func filter(for key: [UInt8], _ rules: () -> SeccompRules) throws(SeccompError) -> Entry {
        let name = Self.name(key)
        if let found = stored(name, key) { return Entry(filter: found, wasCached: true) }
        let filter = try SeccompRanges.compile(rules())
        do throws(SystemError) {
            try directory.replace(name, with: filter.file(for: key), mode: 0o600, durable: false)
            return Entry(filter: filter, wasCached: false)
        } catch {
            return Entry(filter: filter, wasCached: false, storeFailure: error)
        }
    }

    private borrowing func stored(_ name: String, _ key: [UInt8]) -> SeccompFilter? {
        do throws(SystemError) {
            // One read where the program has less than a thousand instructions, which ours have.
            let file = try directory.open(name, [.readOnly, .noFollow])
            var bytes = [UInt8](repeating: 0, count: key.count + 8192)
            let count = try file.read(into: &bytes)
            if count < bytes.count { bytes.removeSubrange(count...) } else { bytes += try file.readAll(limit: 65_536) }
            return SeccompFilter(file: bytes, for: key)
        } catch {
            return nil
        }
    }
}

extension SeccompCache {
    /// Changes whenever the same rules would give another program, or the file another form.
    private static let format: UInt64 = 2

    /// All that the program depends on.
    static func key(_ rules: SeccompRules) -> [UInt8] {
        bytes([0, format, SeccompCompiler.libraryVersion]) + rules.canonicalBytes
    }

    /// All that the program of the standard profile depends on: which version of it, and for whom.
    static func standardKey(_ bounding: CapabilitySet, _ native: SeccompArchitecture) -> [UInt8] {
        bytes([
            1, format, SeccompCompiler.libraryVersion, SeccompProfile.standardVersion, bounding.rawValue,
            UInt64(native.auditValue),
        ])
    }

    /// All that the program of a profile in JSON depends on.
    static func documentKey(_ document: ArraySlice<UInt8>, _ native: SeccompArchitecture) -> [UInt8] {
        bytes([2, format, SeccompCompiler.libraryVersion, UInt64(native.auditValue), UInt64(document.count)]) + document
    }

    /// `seccomp-` and the key's fingerprint in hexadecimal. Written out, since the first number that a process turns
    /// into text by interpolation costs it more than all the rest here.
    static func name(_ key: [UInt8]) -> String {
        let hash = SeccompFilter.fingerprint(key[...])
        var name = Array("seccomp-".utf8)
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(hash >> shift & 15)
            name.append(digit < 10 ? 48 + digit : 87 + digit)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func bytes(_ numbers: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return bytes
    }
}
