// SPDX-License-Identifier: Apache-2.0

/// apk's list of packages, `/lib/apk/db/installed`: apk(5), the fields of an index, and files, which are passed over.
enum ApkDatabase {
    static func packages(in bytes: [UInt8]) -> [InstalledPackage] {
        ControlFile(bytes, fields: ["P", "V", "A", "o", "L", "U", "m"]).compactMap { paragraph in
            guard let name = paragraph["P"], let version = paragraph["V"], !name.isEmpty, !version.isEmpty else {
                return nil
            }
            var package = InstalledPackage(manager: .apk, name: name, version: version, architecture: paragraph["A"])
            package.source = paragraph["o"] ?? name
            package.license = paragraph["L"]
            package.homepage = paragraph["U"]
            package.maintainer = paragraph["m"]
            return package
        }
    }
}
