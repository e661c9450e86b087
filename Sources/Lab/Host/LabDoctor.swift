// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What every lab host needs of the machine.
public enum LabDoctor {
    /// A need, and what is missing of it; nil where nothing is.
    public struct Finding: Hashable, Sendable {
        public var need: String
        public var lack: String?
    }

    /// Looks, and changes nothing.
    public static func basics() -> [Finding] {
        var findings = [
            Finding(need: "root", lack: CurrentProcess.effectiveUser == 0 ? nil : "run it as root, or with sudo"),
            Finding(
                need: "busybox",
                lack: Programs.busybox() == nil
                    ? "no static busybox: install busybox-static, or name one in MINIBOX_LAB_BOX" : nil),
        ]
        for name in ["minibox-init", "minibox-runtime"] {
            let directory = (try? Programs.directory()) ?? ""
            findings.append(
                Finding(need: name, lack: Programs.isThere("\(directory)/\(name)") ? nil : "not in \(directory)"))
        }
        let types =
            (try? Descriptor.contents(of: "/proc/filesystems")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let hasOverlay = types.split(whereSeparator: { $0 == "\n" || $0 == "\t" }).contains("overlay")
        findings.append(Finding(need: "overlayfs", lack: hasOverlay ? nil : "the kernel has none: modprobe overlay"))
        return findings
    }
}
