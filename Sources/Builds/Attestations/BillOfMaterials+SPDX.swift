// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import OCI

extension BillOfMaterials {
    /// The document in SPDX 2.3, as JSON (spdx.github.io/spdx-spec/v2.3).
    public var spdx: JSON {
        var extracted: [String: String] = [:]
        var packages = [imagePackage]
        var related: [(JSON, String)] = []
        if let system = inventory.system {
            packages.append(package(of: system))
            related.append(("SPDXRef-OperatingSystem", "CONTAINS"))
        }
        for entry in inventory.entries {
            let (package, license) = package(entry)
            packages.append(package)
            if let license, let text = license.extracted { extracted[license.spdx] = text }
            related.append((package["SPDXID"] ?? .null, "CONTAINS"))
        }
        var creation: JSON = [
            "created": .string(created), "creators": [.string("Tool: \(Self.tool)")],
        ]
        if !remarks.isEmpty { creation["comment"] = .string(remarks.joined(separator: "\n")) }
        var document: JSON = [
            "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": .string(name),
            "documentNamespace": "", "creationInfo": creation, "packages": .array(packages),
        ]
        if !extracted.isEmpty {
            document["hasExtractedLicensingInfos"] = .array(
                extracted.sorted { $0.key < $1.key }.map { id, text in
                    ["licenseId": .string(id), "name": .string(text), "extractedText": .string(text)]
                })
        }
        let contained = related.map { id, kind in
            Self.relationship("SPDXRef-Image", kind, id)
        }
        document["relationships"] = .array(
            [Self.relationship("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image")] + contained)
        // The host that the specification gives to those who have none of their own (section 6.5).
        document["documentNamespace"] = .string("https://spdx.org/spdxdocs/minibox-\(identifier(of: document))")
        return document
    }

    private static func relationship(_ from: JSON, _ kind: String, _ to: JSON) -> JSON {
        ["spdxElementId": from, "relationshipType": .string(kind), "relatedSpdxElement": to]
    }

    private var imagePackage: JSON {
        [
            "SPDXID": "SPDXRef-Image", "name": .string(name), "versionInfo": .string("\(id)"),
            "primaryPackagePurpose": "CONTAINER", "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "comment": .string("layers, lowest first: " + layers.map(\.description).joined(separator: " ")),
        ]
    }

    private func package(of system: OperatingSystem) -> JSON {
        var result: JSON = [
            "SPDXID": "SPDXRef-OperatingSystem", "name": .string(system.id), "summary": .string(system.name),
        ]
        if let version = system.version { result["versionInfo"] = .string(version) }
        if let homepage = system.homepage { result["homepage"] = .string(homepage) }
        return Self.complete(result, purpose: "OPERATING-SYSTEM")
    }

    private func package(_ entry: PackageInventory.Entry) -> (JSON, LicenseExpression?) {
        let package = entry.package
        let url = package.url(of: inventory.system)
        let digest = Digest(sha256: SHA256.digest(of: Array(url.utf8))).hex.prefix(16)
        let license = package.license.map { LicenseExpression($0) }
        var result: JSON = [
            "SPDXID": .string("SPDXRef-Package-\(package.manager.rawValue)-\(digest)"),
            "name": .string(package.name),
            "versionInfo": .string(package.epoch.map { "\($0):\(package.version)" } ?? package.version),
        ]
        if let maintainer = package.maintainer { result["supplier"] = .string("Organization: \(maintainer)") }
        if let homepage = package.homepage { result["homepage"] = .string(homepage) }
        result["sourceInfo"] = .string(origin(of: entry))
        if let license { result["licenseDeclared"] = .string(license.spdx) }
        result["externalRefs"] = [
            [
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": .string(url),
            ]
        ]
        return (Self.complete(result, purpose: nil), license)
    }

    /// What every package must say, where nothing is known.
    private static func complete(_ package: JSON, purpose: String?) -> JSON {
        var result = package
        for key in ["downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"]
        where result[key] == nil {
            result[key] = "NOASSERTION"
        }
        result["filesAnalyzed"] = false
        if let purpose { result["primaryPackagePurpose"] = .string(purpose) }
        return result
    }
}
