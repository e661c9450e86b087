// SPDX-License-Identifier: Apache-2.0

/// A platform as a user writes it: `linux/amd64`, `amd64`, `linux`, `aarch64`, `linux/arm64/v8`.
public enum PlatformName {
    private static let systems = ["linux", "windows", "darwin", "freebsd", "wasip1"]
    private static let architectures = [
        "386", "amd64", "arm", "arm64", "loong64", "mips64", "mips64le", "ppc64le", "riscv64", "s390x", "wasm",
    ]

    /// The platform, in the words of Go; nil where it is none. What is left out is the machine's.
    public static func parse(_ text: String, machine: Platform) -> Platform? {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isPart) }) else { return nil }
        switch parts.count {
        case 1:
            if systems.contains(parts[0]) { return normalized(parts[0], machine.architecture, machine.variant) }
            let result = normalized(machine.os, parts[0], nil)
            return architectures.contains(result.architecture) ? result : nil
        case 2: return normalized(parts[0], parts[1], nil)
        default: return normalized(parts[0], parts[1], parts[2])
        }
    }

    /// The same platform under its usual name.
    public static func normalized(_ platform: Platform) -> Platform {
        normalized(platform.os, platform.architecture, platform.variant)
    }

    private static func normalized(_ os: String, _ architecture: String, _ variant: String?) -> Platform {
        var architecture = architecture
        var variant = variant
        switch architecture {
        case "x86_64", "x86-64", "amd64":
            architecture = "amd64"
            if variant == "v1" { variant = nil }
        case "aarch64", "arm64":
            architecture = "arm64"
            if variant == "8" || variant == "v8" { variant = nil }
        case "armhf": (architecture, variant) = ("arm", "v7")
        case "armel": (architecture, variant) = ("arm", "v6")
        case "arm": variant = variant.map { $0.hasPrefix("v") ? $0 : "v" + $0 } ?? "v7"
        case "i386", "i486", "i586", "i686", "386": (architecture, variant) = ("386", nil)
        default: break
        }
        return Platform(os: os == "macos" ? "darwin" : os, architecture: architecture, variant: variant)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
