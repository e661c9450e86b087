// SPDX-License-Identifier: Apache-2.0

extension InstalledPackage {
    /// The package URL, by which databases of vulnerabilities know it: `pkg:deb/debian/libc6@2.36-9?arch=amd64&...`
    /// (github.com/package-url/purl-spec).
    public func url(of system: OperatingSystem?) -> String {
        let namespace = system?.id ?? manager.rawValue
        var qualifiers: [(key: String, value: String)] = []
        if let architecture { qualifiers.append(("arch", architecture)) }
        if let system {
            qualifiers.append(("distro", system.version.map { "\(system.id)-\($0)" } ?? system.id))
        }
        if let epoch { qualifiers.append(("epoch", "\(epoch)")) }
        if let upstream { qualifiers.append(("upstream", upstream)) }
        let tail = qualifiers.map { "\($0.key)=\(Self.escaped($0.value))" }.joined(separator: "&")
        return "pkg:\(manager.rawValue)/\(Self.escaped(namespace))/\(Self.escaped(name))@\(Self.escaped(version))"
            + (tail.isEmpty ? "" : "?\(tail)")
    }

    /// What it was built from, where that is not the package itself.
    private var upstream: String? {
        guard let source else { return nil }
        let version = sourceVersion.flatMap { $0 == self.version ? nil : $0 }
        if source == name, version == nil { return nil }
        return version.map { "\(source)@\($0)" } ?? source
    }

    /// With percent signs for all that is not a letter, a digit, or one of `.-_~:`.
    private static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                result.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
