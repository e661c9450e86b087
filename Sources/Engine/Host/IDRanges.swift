// SPDX-License-Identifier: Apache-2.0
public import ContainerRuntime
internal import Linux

/// Hands out blocks of 65,536 ids, each to one container at a time.
///
/// A block that is taken is a symbolic link in `directory` whose name is the block's first id and whose text is the
/// container's. Making a link is one system call that fails where there is one already: no lock, nothing that could be
/// half written, and any number of processes may ask at once. Removing it gives the block back.
public struct IDRanges: Sendable {
    /// `RUN_ROOT/ids`.
    public let directory: String
    public let range: SubordinateRange

    public init(runRoot: String, range: SubordinateRange) {
        directory = runRoot + "/ids"
        self.range = range
    }

    /// Ids that a container has, until the files are removed.
    public struct Allocation: Hashable, Sendable {
        public let map: IDMap
        /// What marks the blocks as taken. Whoever journals the container's undo lists them there.
        public let files: [String]
    }

    /// The most extents that the kernel takes in a map: user_namespaces(7).
    public static let mostExtents = 340

    /// A block for `container`; and a second one where the image or the command line has ids from 65,536 on, `further`,
    /// in which each of them has its place.
    public func allocate(
        for container: String, further: some Sequence<UInt32> = EmptyCollection<UInt32>()
    ) throws(HostError) -> Allocation {
        // Most images have none, and a set would be set up in vain on every start.
        let beyond = further.filter { $0 >= SubordinateRange.blockSize }
        let high = beyond.isEmpty ? [] : Set(beyond).sorted()
        let place: Descriptor
        do {
            place = try Descriptor.makeDirectories(directory, mode: 0o700)
        } catch {
            throw HostError(.file, "cannot make \(directory), where taken ids are noted", cause: error)
        }
        let first = try take(for: container, in: place)
        var extents = [IDExtent(inside: 0, outside: first, count: SubordinateRange.blockSize)]
        var files = [path(of: first)]
        if !high.isEmpty {
            do throws(HostError) {
                let runs = try Self.runs(of: high)
                let second = try take(for: container, in: place)
                files.append(path(of: second))
                var outside = second
                for run in runs {
                    extents.append(IDExtent(inside: run.first, outside: outside, count: run.count))
                    outside += run.count
                }
            } catch {
                try? place.remove("\(first)")
                throw error
            }
        }
        return Allocation(map: IDMap(extents: extents), files: files)
    }

    /// Gives back what `allocation` took. What is gone already is no error.
    public func release(_ allocation: Allocation) throws(HostError) {
        for file in allocation.files {
            do {
                try Descriptor.open(directory, [.path, .directory]).remove(
                    String(file.dropFirst(directory.utf8.count + 1)))
            } catch {
                guard error.errno != .noEntry else { continue }
                throw HostError(.file, "cannot remove \(file)", cause: error)
            }
        }
    }

    /// Which block, by its first id, is whose.
    public func taken() throws(HostError) -> [UInt32: String] {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            var result: [UInt32: String] = [:]
            for name in try place.entries() {
                // One that is gone by now was given back.
                if let first = UInt32(name), let owner = try? place.readLink(name) { result[first] = owner }
            }
            return result
        } catch {
            if error.errno == .noEntry { return [:] }
            throw HostError(.file, "cannot read \(directory)", cause: error)
        }
    }

    private func path(of block: UInt32) -> String { "\(directory)/\(block)" }

    /// Takes the first free block from one that the container's id points to, so that many that start at once ask for
    /// different ones.
    private func take(for container: String, in place: borrowing Descriptor) throws(HostError) -> UInt32 {
        let blocks = range.blocks
        let start = Int(Self.hash(container) % UInt64(max(blocks, 1)))
        for step in 0..<blocks {
            let first = range.start + UInt32((start + step) % blocks) * SubordinateRange.blockSize
            do {
                try place.makeSymbolicLink("\(first)", to: container)
                return first
            } catch {
                guard error.errno == .exists else {
                    throw HostError(.file, "cannot note in \(path(of: first)) that these ids are taken", cause: error)
                }
            }
        }
        throw HostError(.idsExhausted, exhausted())
    }

    private func exhausted() -> String {
        let owners = Set((try? taken().values.map { String($0.prefix(12)) }) ?? []).sorted()
        let some = owners.prefix(3).joined(separator: ", ") + (owners.count > 3 ? " and \(owners.count - 3) more" : "")
        return
            "no ids are left for another user namespace: all \(range.blocks) blocks of \(SubordinateRange.blockSize) from "
            + "\(range.start) on are taken, by \(owners.isEmpty ? "nobody known" : some): remove containers, give more in a "
            + "line minibox:START:COUNT of /etc/subuid, or write --userns host"
    }

    /// Consecutive ids make one extent, of which there are few.
    static func runs(of ids: [UInt32]) throws(HostError) -> [(first: UInt32, count: UInt32)] {
        var runs: [(first: UInt32, count: UInt32)] = []
        for (index, id) in ids.enumerated() {
            guard id != .max, index < Int(SubordinateRange.blockSize) else { throw doesNotFit(id) }
            if let last = runs.last, last.first + last.count == id {
                runs[runs.count - 1].count += 1
            } else {
                // One extent is the first block's.
                guard runs.count < mostExtents - 1 else { throw doesNotFit(id) }
                runs.append((id, 1))
            }
        }
        return runs
    }

    private static func doesNotFit(_ id: UInt32) -> HostError {
        HostError(
            .id,
            id == .max
                ? "\(id) is no id of a user or group"
                : "the id \(id) has no place in the container's user namespace, whose map has \(mostExtents) extents: "
                    + "write --userns host")
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
