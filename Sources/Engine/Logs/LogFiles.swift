// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The names of a container's log: `log.json`, which is written, and `log.json.1` and on, the older the higher, or
/// `log.json.1.gz` where they are compressed. Where there are both of an age, they have the same lines.
enum LogFiles {
    static let current = "log.json"
    private static let suffix = ".gz"

    /// Where the log of the container with this id is.
    static func directory(of id: String, in containers: ContainerStore) -> String {
        "\(containers.directory)/\(id)/log"
    }

    static func name(_ age: Int) -> String { age == 0 ? current : "\(current).\(age)" }

    /// What a file of that age, which is at least 1, is called when it is compressed.
    static func compressedName(_ age: Int) -> String { name(age) + suffix }

    /// The ages that there are, each once, the oldest first.
    static func ages(in directory: borrowing Descriptor) throws(SystemError) -> [Int] {
        var ages: [Int] = []
        for name in try directory.entries() {
            var digits = name.dropFirst(current.count)
            if digits.hasSuffix(suffix) { digits.removeLast(suffix.count) }
            guard name.hasPrefix(current), digits.first == ".", let age = Int(digits.dropFirst()) else { continue }
            if !ages.contains(age) { ages.append(age) }
        }
        return ages.sorted(by: >) + [0]
    }

    /// Begins a new file, and keeps `count` in all. Who reads one goes on reading it, whatever it is called from now on.
    static func rotate(in directory: borrowing Descriptor, keeping count: Int) throws(SystemError) -> Descriptor {
        // What there is no room for any more; with one file all that there is.
        try remove(name(count - 1), in: directory)
        if count > 1 { try remove(compressedName(count - 1), in: directory) }
        for age in stride(from: count - 1, to: 0, by: -1) {
            try move(name(age - 1), to: name(age), in: directory)
            if age > 1 { try move(compressedName(age - 1), to: compressedName(age), in: directory) }
        }
        return try open(in: directory)
    }

    /// Opens the file that is written, at its end.
    static func open(in directory: borrowing Descriptor) throws(SystemError) -> Descriptor {
        try directory.open(current, [.readWrite, .create, .append, .noFollow], mode: 0o640)
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ name: String, in directory: borrowing Descriptor) throws(SystemError) {
        do throws(SystemError) { try directory.remove(name) } catch { if error.errno != .noEntry { throw error } }
    }

    private static func move(_ name: String, to other: String, in directory: borrowing Descriptor) throws(SystemError) {
        do throws(SystemError) {
            try directory.rename(name, to: other)
        } catch {
            if error.errno != .noEntry { throw error }
        }
    }
}
