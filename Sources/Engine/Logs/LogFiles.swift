// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The names of a container's log: `log.json`, which is written, and `log.json.1` and on, the older the higher.
enum LogFiles {
    static let current = "log.json"

    /// Where the log of the container with this id is.
    static func directory(of id: String, in containers: ContainerStore) -> String {
        "\(containers.directory)/\(id)/log"
    }

    static func name(_ age: Int) -> String { age == 0 ? current : "\(current).\(age)" }

    /// Begins a new file, and keeps `count` in all. Who reads one goes on reading it, whatever it is called from now on.
    static func rotate(in directory: borrowing Descriptor, keeping count: Int) throws(SystemError) -> Descriptor {
        for age in stride(from: count - 1, to: 0, by: -1) {
            do throws(SystemError) {
                try directory.rename(name(age - 1), to: name(age))
            } catch {
                if error.errno != .noEntry { throw error }
            }
        }
        // With one file there is none to rename to; what it had is gone.
        do throws(SystemError) {
            try directory.remove(current)
        } catch {
            if error.errno != .noEntry { throw error }
        }
        return try open(in: directory)
    }

    /// Opens the file that is written, at its end.
    static func open(in directory: borrowing Descriptor) throws(SystemError) -> Descriptor {
        try directory.open(current, [.readWrite, .create, .append, .noFollow], mode: 0o640)
    }
}
