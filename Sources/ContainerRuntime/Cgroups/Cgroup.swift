// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A cgroup that is there, open: what is done to a container's processes together.
///
/// Every wait in it is for an event of the kernel's, and ends at a deadline.
public struct Cgroup: ~Copyable, Sendable {
    /// Its directory in the cgroup2 file system.
    public let path: String
    let directory: Descriptor

    /// Opens the cgroup at `path`.
    /// - Throws: ``CgroupError/Code/missing`` where there is none.
    public init(opening path: String) throws(CgroupError) {
        do {
            directory = try Descriptor.open(path, [.directory])
        } catch {
            throw CgroupError(
                error.errno == .noEntry ? .missing : .file, "cannot open the cgroup \(path)", cause: error)
        }
        self.path = path
    }

    /// Its directory alone.
    consuming func takeDirectory() -> Descriptor { directory }

    /// Refuses a cgroup that has processes, which are another's, or that holds those that come into it.
    /// - Throws: ``CgroupError/Code/inUse``, in runc's words.
    borrowing func requireFree() throws(CgroupError) {
        let count = try processes().count
        if count > 0 {
            throw CgroupError(
                .inUse,
                "container's cgroup is not empty: \(count) process(es) found in \(path): let linux.cgroupsPath name "
                    + "another")
        }
        if isFrozen() {
            throw CgroupError(
                .inUse, "container's cgroup unexpectedly frozen: write 0 to \(path)/cgroup.freeze, or remove it")
        }
    }

    /// The same of the cgroup at `path`, if there is one. It is asked before anything of a container is written down: what
    /// takes a container away kills whatever is in its cgroup.
    static func requireFree(at path: String) throws(CgroupError) {
        let cgroup: Cgroup
        do throws(CgroupError) {
            cgroup = try Cgroup(opening: path)
        } catch {
            if error.code == .missing { return }
            throw error
        }
        try cgroup.requireFree()
    }

    func attempt<T: ~Copyable>(_ what: String, _ body: () throws(SystemError) -> T) throws(CgroupError) -> T {
        do throws(SystemError) {
            return try body()
        } catch {
            let isGone = error.errno == .noDevice || error.errno == .noEntry
            throw CgroupError(isGone ? .missing : .file, "cannot \(what) the cgroup \(path)", cause: error)
        }
    }

    /// A file of numbers by name, as `memory.events`; empty where there is none.
    func numbers(_ file: String) -> [String: UInt64] {
        (try? directory.contents(of: file)).map { ControlFile.numbers(in: $0) } ?? [:]
    }

    /// A file of one number; nil where there is none, or where it says `max`.
    func number(_ file: String) -> UInt64? {
        guard let word = CgroupTree.words((try? directory.contents(of: file)) ?? []).first else { return nil }
        return UInt64(word)
    }
}

/// What the kernel writes into the files of a cgroup: cgroup-v2.rst, "Format".
enum ControlFile {
    /// Lines of a name and a number. What is no number is left out.
    static func numbers(in bytes: [UInt8]) -> [String: UInt64] {
        var result: [String: UInt64] = [:]
        for (name, value) in pairs(in: bytes) {
            if let number = UInt64(value) { result[name] = number }
        }
        return result
    }

    /// Lines of a name and a word, in their order.
    static func pairs(in bytes: [UInt8]) -> [(name: String, value: String)] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = CgroupTree.words(Array(line))
            return words.count == 2 ? (words[0], words[1]) : nil
        }
    }

    /// A list as `0-3,7`, as many numbers as are in it; an invalid part is left out.
    static func list(_ text: String) -> [UInt16] {
        text.split(separator: ",").flatMap { part -> [UInt16] in
            let ends = part.split(separator: "-").compactMap { UInt16($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }
}

/// When waiting ends.
public struct Deadline: Hashable, Sendable {
    private let end: UInt64
    /// So many milliseconds from now.
    public init(milliseconds: UInt32) { end = Clock.monotonic + UInt64(milliseconds) * 1_000_000 }
    /// As long as a command may take that waits for processes.
    public static var ofCommand: Deadline { Deadline(milliseconds: 10_000) }
    /// Milliseconds until then, rounded up; 0 when it has passed.
    var left: Int32 {
        let now = Clock.monotonic
        return now >= end ? 0 : Int32(clamping: (end - now + 999_999) / 1_000_000)
    }
}
