// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The places where package managers keep their lists, and what reads each.
enum PackageDatabases {
    enum Format: Hashable { case dpkg, apk, sqlite, ndb, berkeley }

    /// Files, by their paths below the root. Distributions move them and leave links behind, which are not followed.
    static let files: [(path: String, format: Format)] =
        [
            ("var/lib/dpkg/status", .dpkg), ("lib/apk/db/installed", .apk), ("usr/lib/apk/db/installed", .apk),
        ]
        + ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"].flatMap { directory in
            [
                ("\(directory)/rpmdb.sqlite", Format.sqlite), ("\(directory)/Packages.db", .ndb),
                ("\(directory)/Packages", .berkeley),
            ]
        }

    /// Directories with a file a package.
    static let directories = ["var/lib/dpkg/status.d"]

    /// A file of such a directory that lists the files of a package, and not the package.
    static func isList(_ name: FileName) -> Bool { !name.description.hasSuffix(".md5sums") }

    /// Where a file has a second one beside it, which is a part of it.
    static func companion(of path: String, _ format: Format) -> String? { format == .sqlite ? path + "-wal" : nil }

    /// The packages that a file lists.
    static func packages(
        in bytes: [UInt8], companion: [UInt8], _ format: Format
    ) throws(DatabaseError) -> [InstalledPackage] {
        switch format {
        case .dpkg: return DpkgDatabase.packages(in: bytes)
        case .apk: return ApkDatabase.packages(in: bytes)
        case .ndb: return try packages(of: try NdbFile.headers(in: bytes))
        // The key 0 counts the packages.
        case .berkeley: return try packages(of: try BerkeleyHash.values(in: bytes).filter { $0.count > 8 })
        case .sqlite:
            // A database that was just made, and has nothing in it yet.
            if bytes.isEmpty, companion.isEmpty { return [] }
            var headers: [[UInt8]] = []
            try SQLiteFile(bytes, log: companion).rows(of: "Packages") { row in
                if case .bytes(let blob)? = row.last { headers.append(blob) }
            }
            return try packages(of: headers)
        }
    }

    private static func packages(of headers: [[UInt8]]) throws(DatabaseError) -> [InstalledPackage] {
        var result: [InstalledPackage] = []
        for header in headers {
            if let package = try RPMHeader.package(in: header) { result.append(package) }
        }
        return result
    }
}
