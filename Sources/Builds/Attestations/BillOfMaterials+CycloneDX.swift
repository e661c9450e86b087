// SPDX-License-Identifier: Apache-2.0
public import OCI

extension BillOfMaterials {
    /// The document in CycloneDX 1.5, as JSON (cyclonedx.org/docs/1.5/json).
    public var cycloneDX: JSON {
        let reference = "pkg:oci/image@\(id)"
        var metadata: JSON = [
            "timestamp": .string(created),
            "tools": ["components": [["type": "application", "name": .string(Self.tool)]]],
            "component": [
                "type": "container", "bom-ref": .string(reference), "name": .string(name), "version": .string("\(id)"),
                "properties": .array(
                    layers.enumerated().map { place, layer in
                        Self.property("layer:\(place + 1)", "\(layer)")
                    }),
            ],
        ]
        if !remarks.isEmpty {
            metadata["properties"] = .array(remarks.map { Self.property("remark", $0) })
        }
        var components: [JSON] = []
        if let system = inventory.system { components.append(Self.component(of: system)) }
        components += inventory.entries.map { component($0) }
        var document: JSON = [
            "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX",
            "specVersion": "1.5", "serialNumber": "", "version": 1, "metadata": metadata,
            "components": .array(components),
        ]
        if !remarks.isEmpty {
            document["compositions"] = [["aggregate": "incomplete", "assemblies": [.string(reference)]]]
        }
        document["serialNumber"] = .string("urn:uuid:\(identifier(of: document))")
        return document
    }

    private static func property(_ name: String, _ value: String) -> JSON {
        ["name": .string("\(tool):\(name)"), "value": .string(value)]
    }

    private static func component(of system: OperatingSystem) -> JSON {
        var result: JSON = [
            "type": "operating-system", "bom-ref": .string("os:\(system.id)"), "name": .string(system.id),
        ]
        if let version = system.version { result["version"] = .string(version) }
        result["description"] = .string(system.name)
        if let homepage = system.homepage {
            result["externalReferences"] = [["type": "website", "url": .string(homepage)]]
        }
        return result
    }

    private func component(_ entry: PackageInventory.Entry) -> JSON {
        let package = entry.package
        let url = package.url(of: inventory.system)
        var result: JSON = ["type": "library", "bom-ref": .string(url)]
        if let maintainer = package.maintainer { result["publisher"] = .string(maintainer) }
        result["name"] = .string(package.name)
        result["version"] = .string(package.epoch.map { "\($0):\(package.version)" } ?? package.version)
        if let text = package.license {
            let license = LicenseExpression(text)
            result["licenses"] =
                license.extracted == nil
                ? [["expression": .string(license.spdx)]] : [["license": ["name": .string(text)]]]
        }
        result["purl"] = .string(url)
        if let homepage = package.homepage {
            result["externalReferences"] = [["type": "website", "url": .string(homepage)]]
        }
        var properties = [Self.property("database", "/\(entry.database)")]
        if layers.indices.contains(entry.layer) {
            properties.append(Self.property("layer", "\(entry.layer + 1)"))
            properties.append(Self.property("layer:diffID", "\(layers[entry.layer])"))
        }
        result["properties"] = .array(properties)
        return result
    }

}

extension Attestation {
    /// What an image's index says of its contents: the SPDX document.
    public static func contents(_ bill: BillOfMaterials) -> Attestation {
        Attestation(predicateType: spdxType, predicate: bill.spdx, fileName: "sbom.spdx.json")
    }
}
