// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension ImageStore {
    static let cacheName = "cache"
    static let stepsName = "cache/steps"

    /// What the step with that key came to, if it ran before and its layer is still there whole; notes that it was
    /// asked for.
    ///
    /// The layer may be removed at any later moment, unless it is held: ``hold(layers:)``.
    public func cacheRecord(_ key: Digest) -> CacheRecord? {
        guard let cache = try? directory.open(Self.cacheName, [.readOnly, .directory, .noFollow]),
            let bytes = try? cache.contents(of: key.hex), let found = CacheRecord(bytes, key: key),
            record(of: found.diffID) != nil
        else { return nil }
        try? cache.setTimes(modified: Clock.wall, of: FileName(key.hex))
        return found
    }

    /// All records, damaged ones and those whose layers are gone left out, with the time when each was last asked for.
    func cacheRecords() throws(ImageError) -> [(record: CacheRecord, used: FileTime)] {
        var result: [(record: CacheRecord, used: FileTime)] = []
        try wrapping({ [path] in .read("\(path)/\(Self.cacheName)", $0) }) { () throws(SystemError) in
            guard let cache = try openCache() else { return }
            for name in try cache.names() {
                guard let key = Digest(hex: name.description), let bytes = try? cache.contents(of: key.hex),
                    let status = try? cache.status(of: name), let found = CacheRecord(bytes, key: key)
                else { continue }
                result.append((found, status.modified))
            }
        }
        return result
    }

    /// The directory of the records; nil in a store that nothing was built in.
    func openCache() throws(SystemError) -> Descriptor? {
        do throws(SystemError) { return try directory.open(Self.cacheName, [.readOnly, .directory, .noFollow]) } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    /// What was last written down about the step `name`; nil where nothing was.
    public func stepNote(_ name: Digest) -> [UInt8]? {
        try? directory.contents(of: "\(Self.stepsName)/\(name.hex)")
    }

    /// Writes down what will be told about the step `name` when it is next asked for. A later one replaces it, and a
    /// crash may lose it.
    public func writeStepNote(_ bytes: [UInt8], of name: Digest) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/\(Self.stepsName)/\(name.hex)", $0) }) { () throws(SystemError) in
            try directory.open(Self.stepsName, [.readOnly, .directory, .noFollow])
                .replace(name.hex, with: bytes, durable: false)
        }
    }
}
