// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a container may leave behind on the machine and in its store, one line each.
public struct Leftovers: Hashable, Sendable {
    public var lines: Set<String>

    /// As it is now.
    /// - Parameter directories: whose entries count, three levels deep; what a cache may keep does not.
    public init(directories: [String]) {
        lines = []
        for line in Self.text("/proc/self/mountinfo").split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count > 4 { lines.insert("mount \(fields[4])") }
            if let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, fields[dash + 1] == "cgroup2" {
                addCgroups(below: String(fields[4]))
            }
        }
        for line in Self.text("/proc/self/net/dev").split(separator: "\n").dropFirst(2) {
            lines.insert("link \(line.split(separator: ":")[0].trimmingCharacters(in: .whitespaces))")
        }
        for device in Self.entries("/sys/block") where device.hasPrefix("loop") {
            // All of the machine's are seen; those of tests beside these are not ours.
            if Self.text("/sys/block/\(device)/loop/backing_file").contains(TestMachine.scratchName) {
                lines.insert("loop \(device)")
            }
        }
        for line in Self.text("/proc/self/net/unix").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            if fields.count > 7 { lines.insert("socket \(fields[7])") }
        }
        addProcesses()
        for directory in directories { addFiles(of: directory, depth: 2) }
    }

    /// What is there now that was not before, sorted.
    public func added(since before: Leftovers) -> [String] { lines.subtracting(before.lines).sorted() }

    private mutating func addCgroups(below tree: String) {
        guard let walk = FileManager.default.enumerator(atPath: tree) else { return }
        for case let path as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
            // Of those that go on where a command returns: it stays.
            if path == "minibox-supervisors" { continue }
            lines.insert("cgroup \(tree)/\(path)")
        }
    }

    private mutating func addProcesses() {
        let own = String(getpid())
        for process in Self.entries("/proc") where process.first?.isNumber == true && process != own {
            let stat = Self.text("/proc/\(process)/stat")
            guard let end = stat.lastIndex(of: ")") else { continue }
            let state = stat[stat.index(after: end)...].split(separator: " ").first ?? "?"
            lines.insert(
                "process \(process) \(Self.text("/proc/\(process)/comm").dropLast())\(state == "Z" ? " zombie" : "")")
        }
    }

    private mutating func addFiles(of directory: String, depth: Int) {
        for name in Self.entries(directory) where !Self.isKept(name) {
            lines.insert("file \(directory)/\(name)")
            if depth > 0 { addFiles(of: "\(directory)/\(name)", depth: depth - 1) }
        }
    }

    /// Locks, what is filled once and kept on purpose, and the log of what happened.
    private static func isKept(_ name: String) -> Bool {
        name == ".gate" || name == ".holders" || name == "lock" || name.hasSuffix(".lock")
            || ["filters", "host", "skeleton", "events", "events.old"].contains(name)
    }

    private static func text(_ path: String) -> String {
        (try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd()).flatMap { $0 }
            .map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func entries(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }
}
