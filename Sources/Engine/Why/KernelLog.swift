// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// What the kernel wrote down: /dev/kmsg, as Documentation/ABI/testing/dev-kmsg has it.
struct KernelLog: Sendable {
    struct Entry: Hashable, Sendable {
        /// Since boot.
        var microseconds: UInt64
        var text: String
    }

    var entries: [Entry]

    /// Entries one by one, each as one reading of the file gives it: `6,339,5140900,-;text`, and lines that begin with a
    /// blank, which are left out.
    init(records: [[UInt8]]) {
        entries = records.compactMap { record in
            guard let semicolon = record.firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let head = String(decoding: record[..<semicolon], as: UTF8.self).split(separator: ",")
            guard head.count >= 3, let time = UInt64(head[2]) else { return nil }
            let text = record[(semicolon + 1)...].prefix { $0 != UInt8(ascii: "\n") }
            return Entry(microseconds: time, text: String(decoding: text, as: UTF8.self))
        }
    }

    /// All that it still has.
    static func read() throws(SystemError) -> KernelLog {
        let file = try Descriptor.open("/dev/kmsg", [.readOnly, .nonBlocking])
        var records: [[UInt8]] = []
        while true {
            do throws(SystemError) { records.append(try file.read(upTo: 8192)) } catch {
                switch error.errno {
                // The oldest was written over since the last reading.
                case .brokenPipe: continue
                case .again: return KernelLog(records: records)
                default: throw error
                }
            }
        }
    }

    /// Whether the numbers of processes that the kernel writes are those that this process sees: it is in the first pid
    /// namespace, whose inode is fixed (include/linux/proc_ns.h).
    static var sharesNumbers: Bool {
        (try? Descriptor.open("/proc/self/ns", [.directory]).readLink("pid")) == "pid:[4026531836]"
    }

    /// What is about the process `id`, between two moments since boot.
    func entries(about id: Int32, from start: UInt64, to end: UInt64) -> [Entry] {
        let marks = [" pid=\(id) ", "[\(id)]: ", "[\(id)] ", "process \(id) (", " pid \(id) "]
        return entries.filter { entry in
            (start...end).contains(entry.microseconds)
                && marks.contains { entry.text.hasPart($0) || entry.text.hasPrefix($0.dropFirst()) }
        }
    }

    /// The calls that a seccomp filter did not allow, between two moments since boot.
    func refusals(from start: UInt64, to end: UInt64) -> [SeccompRefusal] {
        entries.filter { (start...end).contains($0.microseconds) }.compactMap { SeccompRefusal($0.text) }
    }
}

/// A line of the kernel's about a call that a filter did not allow: kernel/auditsc.c, audit_seccomp().
struct SeccompRefusal: Hashable, Sendable {
    var process: Int32
    /// The program's name, as the kernel cuts it.
    var name: String
    /// The signal that it was sent; 0 where it went on.
    var signal: Int32
    var call: UInt32
    /// As `AUDIT_ARCH_*` has it.
    var architecture: UInt32

    /// nil where it is another line.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.contains("type=1326") else { return nil }
        func value(_ key: String) -> Substring? {
            words.first { $0.hasPrefix(key + "=") }.map { $0.dropFirst(key.count + 1) }
        }
        guard let process = value("pid").flatMap({ Int32($0) }), let call = value("syscall").flatMap({ UInt32($0) }),
            let architecture = value("arch").flatMap({ UInt32($0, radix: 16) })
        else { return nil }
        self.process = process
        self.call = call
        self.architecture = architecture
        signal = value("sig").flatMap { Int32($0) } ?? 0
        name = value("comm").map { String($0.drop { $0 == "\"" }.prefix { $0 != "\"" }) } ?? ""
    }
}
