// SPDX-License-Identifier: Apache-2.0

/// dpkg's list of packages: `/var/lib/dpkg/status`, or a file a package in `status.d`, as images without a package
/// manager have it.
enum DpkgDatabase {
    private static let fields = [
        "Package", "Status", "Version", "Architecture", "Source", "Maintainer", "Homepage",
    ]

    /// The packages that `bytes` says are installed. In `status.d` there is no state: what is there is installed.
    static func packages(in bytes: [UInt8]) -> [InstalledPackage] {
        ControlFile(bytes, fields: fields).compactMap { paragraph in
            guard let name = paragraph["Package"], let version = paragraph["Version"], !name.isEmpty, !version.isEmpty
            else { return nil }
            // What is wanted, whether it is in order, and the state: only the last says that its files are there.
            if let status = paragraph["Status"], status.split(separator: " ").last != "installed" { return nil }
            var package = InstalledPackage(
                manager: .deb, name: name, version: version, architecture: paragraph["Architecture"])
            package.maintainer = paragraph["Maintainer"]
            package.homepage = paragraph["Homepage"]
            (package.source, package.sourceVersion) = source(paragraph["Source"], of: name, version)
            return package
        }
    }

    /// `glibc (2.36-9)`: the version only where it differs. A rebuild of the same source, `+b1`, is one that differs.
    private static func source(_ text: String?, of name: String, _ version: String) -> (String, String) {
        let parts = (text ?? name).split(separator: " ", maxSplits: 1).map(String.init)
        let source = parts.first ?? name
        if parts.count == 2, parts[1].hasPrefix("("), parts[1].hasSuffix(")") {
            return (source, String(parts[1].dropFirst().dropLast()))
        }
        return (source, withoutRebuild(version))
    }

    private static func withoutRebuild(_ version: String) -> String {
        let digits = version.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        let start = version.dropLast(digits)
        return digits > 0 && start.hasSuffix("+b") ? String(start.dropLast(2)) : version
    }
}
