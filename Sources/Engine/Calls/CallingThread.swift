// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A thread that waits for an answer, as the host sees it.
struct CallingThread: Sendable {
    let number: Int32
    /// Its program's own name, which it may change.
    let program: String
    /// As the host counts users.
    let user: String
    /// Its number in the innermost of its pid namespaces.
    let innerNumber: String

    init(_ number: Int32) {
        self.number = number
        let status = ProcessStatus((try? Descriptor.contents(of: "/proc/\(number)/status")) ?? [])
        program = status.value(of: "Name") ?? ""
        user = Self.words(status.value(of: "Uid")).first ?? ""
        innerNumber = Self.words(status.value(of: "NSpid")).last ?? ""
    }

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split { $0 == "\t" || $0 == " " }.map(String.init)
    }

    /// A path of a call, from the root of whoever asks where it says so or where that can be told; nil where it cannot be
    /// read. Links and `..` are as they were written.
    func path(_ path: PathCalls.Path, of question: SeccompQuestion) -> String? {
        let isNarrow = question.architecture?.isNarrow ?? false
        func word(_ index: Int) -> UInt64 {
            isNarrow ? question.arguments[index] & 0xffff_ffff : question.arguments[index]
        }
        guard let bytes = text(at: word(path.argument)) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.first != UInt8(ascii: "/") else { return text }
        let descriptor = path.directory.map { Int32(truncatingIfNeeded: word($0)) } ?? Self.currentDirectory
        let link = descriptor == Self.currentDirectory ? "cwd" : "fd/\(descriptor)"
        guard let base = try? Descriptor.open("/proc/\(number)", [.path, .directory]).readLink(link),
            base.hasPrefix("/")
        else { return text }
        return base + (base.hasSuffix("/") ? "" : "/") + text
    }

    /// AT_FDCWD.
    private static let currentDirectory: Int32 = -100
    /// PATH_MAX.
    private static let longest = 4096

    /// The bytes up to the first NUL, as many as the kernel takes; nil where they cannot be read.
    private func text(at address: UInt64) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < Self.longest {
            let (start, overflow) = address.addingReportingOverflow(UInt64(bytes.count))
            guard !overflow else { return nil }
            // Not beyond a page, where there may be nothing.
            let part = Tracer.memory(of: number, at: start, count: 4096 - Int(start % 4096))
            if part.isEmpty { return nil }
            if let end = part.firstIndex(of: 0) { return bytes + part[..<end] }
            bytes += part
        }
        return nil
    }
}
