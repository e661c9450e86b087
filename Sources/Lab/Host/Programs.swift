// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The programs that are installed beside this one.
enum Programs {
    /// The directory of this program; absolute.
    static func directory() throws(LabError) -> String {
        do throws(SystemError) {
            let own = try Descriptor.open("/proc/self", [.path, .directory]).readLink("exe")
            return own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        } catch {
            throw LabError(.host, "cannot find out where this program is", cause: error)
        }
    }

    /// The path of the program `name` beside this one.
    static func path(of name: String) throws(LabError) -> String {
        let path = try directory() + "/" + name
        guard isThere(path) else {
            throw LabError(.missing, "cannot find \(path), which the lab needs beside the minibox program")
        }
        return path
    }

    static func isThere(_ path: String) -> Bool { (try? Descriptor.open(path, .path)) != nil }

    /// The static busybox that containers of the lab have: of `MINIBOX_LAB_BOX`, or of the machine.
    static func busybox() -> String? {
        if let chosen = Environment.value(of: "MINIBOX_LAB_BOX"), !chosen.isEmpty { return chosen }
        return ["/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox"]
            .first { StaticProgram.isOne(at: $0) }
    }
}

extension Programs {
    /// The same as ``directory()``, in places that throw only what the kernel answers.
    static func directoryForMount() throws(SystemError) -> String {
        do throws(LabError) { return try directory() } catch { throw SystemError("readlink", .noEntry) }
    }
}
