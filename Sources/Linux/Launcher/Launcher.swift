// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The program that enters a container in the place of minibox: a private, sealed copy of a few hundred bytes.
///
/// It loads the seccomp filter and executes the container's own program; `launcher.S` says how. Since it is a memfd
/// that nothing else maps, a container that gets hold of its own `/proc/self/exe` (CVE-2019-5736) or that can write to
/// page caches holds nothing of the host's.
public enum Launcher {
    /// The descriptor that the launcher reports a failed exec on. It stays open across one `exec`, to the launcher,
    /// and is closed by the launcher's own.
    public static let reportNumber: Int32 = 3

    /// A sealed memfd of the launcher with its parameters.
    /// - Parameters:
    ///   - filter: the seccomp program that it loads, if any.
    ///   - path: what it executes, resolved inside the container.
    ///   - furtherStreams: how many descriptors from 3 on the program keeps.
    public static func seal(
        filter: SeccompFilter?, path: String, furtherStreams: Int = 0
    ) throws(SystemError) -> Descriptor {
        var size = 0
        let code = unsafe UnsafeRawBufferPointer(start: mb_launcher(&size), count: size)
        let count = filter?.instructions.count ?? 0
        var image: [UInt8] = []
        image.reserveCapacity(size + 16 + count * 8 + path.utf8.count + 1)
        unsafe image.append(contentsOf: code)
        image.append(littleEndian: UInt32(reportNumber) + UInt32(furtherStreams))
        image.append(littleEndian: filter?.flags.rawValue ?? 0)
        image.append(littleEndian: UInt32(count))
        image.append(littleEndian: UInt32(0))
        if let filter {
            unsafe filter.instructions.withUnsafeBytes { unsafe image.append(contentsOf: $0) }
        }
        image += path.utf8
        image.append(0)
        let file = try Descriptor.memory()
        try file.write(image)
        try file.seal()
        return file
    }

    /// Executes a sealed launcher: execveat(2). Returns only where that failed.
    ///
    /// A `filter` is loaded at the last moment before; what follows it, the profile has to allow. A profile that allows
    /// execve(2) alone is served `byPath`, in /proc: what somebody may have mounted there would run in the place of the
    /// launcher, with no more rights than the program is to have.
    /// The report descriptor is put behind the `furtherStreams` that the program keeps, and every other descriptor from
    /// there on closes itself, whoever left it open: one of a directory of the host's would be a way out (CVE-2024-21626).
    public static func execute(
        _ launcher: borrowing Descriptor, arguments: [String], environment: [String], report: borrowing Descriptor,
        filter: SeccompFilter? = nil, furtherStreams: Int = 0, program: PlacedProgram? = nil,
        byPath: Bool = false
    ) throws(SystemError) {
        let (file, channel) = (launcher.raw, report.raw)
        let reportNumber = Self.reportNumber + Int32(furtherStreams)
        var argv = unsafe arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        var envp = unsafe environment.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        unsafe argv.append(nil)
        unsafe envp.append(nil)
        try check("close_range") {
            mb_close_range(UInt32(reportNumber), .max, UInt32(CLOSE_RANGE_CLOEXEC))
        }
        // Until here they were the runtime's alone, and no hook had them.
        for number in 3..<reportNumber { try check("fcntl") { mb_fcntl(number, F_SETFD, 0) } }
        if let program { try check("fcntl") { mb_fcntl(program.number, F_SETFD, 0) } }
        if channel == reportNumber {
            try check("fcntl") { mb_fcntl(channel, F_SETFD, 0) }
            try filter?.load()
            if byPath { try check("execve") { unsafe execve("/proc/self/fd/\(file)", &argv, &envp) } }
            try check("execveat") { unsafe mb_execveat(file, "", &argv, &envp, Int32(atEmptyPath)) }
        }
        // The launcher itself may sit at the number that the report wants.
        let moved = try check("fcntl") { mb_fcntl(file, F_DUPFD_CLOEXEC, Int(reportNumber) + 1) }
        try check("dup2") { dup2(channel, reportNumber) }
        try filter?.load()
        if byPath { try check("execve") { unsafe execve("/proc/self/fd/\(moved)", &argv, &envp) } }
        try check("execveat") { unsafe mb_execveat(moved, "", &argv, &envp, Int32(atEmptyPath)) }
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the least significant first.
    mutating func append<N: FixedWidthInteger>(littleEndian value: N) {
        for shift in stride(from: 0, to: N.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> N(shift))) }
    }
}
