// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import Images
import OCI
import Testing

@Suite(.enabled(if: OutputFixture.isRoot, "needs root, to make layers"))
struct PackageInventoryTests {
    /// A stanza of dpkg's for each package `name=version`.
    static func status(_ packages: String...) -> String {
        packages.map { package in
            let parts = package.split(separator: "=")
            return "Package: \(parts[0])\nStatus: install ok installed\nArchitecture: amd64\nVersion: \(parts[1])\n"
        }.joined(separator: "\n")
    }

    private static func write(_ text: String, to path: String) -> String {
        "mkdir -p \(path.split(separator: "/").dropLast().joined(separator: "/"))\ncat > \(path) <<'END'\n\(text)\nEND"
    }

    private static let release =
        write("ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian 12\"", to: "usr/lib/os-release")
        + "\nmkdir etc && ln -s ../usr/lib/os-release etc/os-release"

    /// `name version layer`, for each package.
    private func inventory(_ scripts: [String]) throws -> (lines: [String], inventory: PackageInventory) {
        let fixture = try OutputFixture()
        let image = try fixture.build(scripts)
        let found = try PackageInventory.read(image.layers.map(\.path))
        return (found.entries.map { "\($0.package.name) \($0.package.version) \($0.layer)" }, found)
    }

    @Test func `a package is of the layer that brought it, and what was removed is gone`() throws {
        let status = "var/lib/dpkg/status"
        let (lines, inventory) = try inventory([
            Self.release + "\n" + Self.write(Self.status("a=1", "b=1", "c=1"), to: status),
            "echo nothing > file",
            Self.write(Self.status("a=1", "b=2", "d=1"), to: status),
            Self.write(Self.status("a=1", "b=2", "c=1", "d=1"), to: status),
        ])
        #expect(lines == ["a 1 0", "b 2 2", "c 1 3", "d 1 2"])
        #expect(inventory.system?.id == "debian")
        #expect(inventory.system?.version == "12")
        #expect(inventory.entries.allSatisfy { $0.database == status })
        #expect(inventory.notes.isEmpty)
    }

    @Test func `files of their own are merged over the layers`() throws {
        let (lines, inventory) = try inventory([
            Self.write("Package: base\nVersion: 1", to: "var/lib/dpkg/status.d/base")
                + "\necho x > var/lib/dpkg/status.d/base.md5sums",
            Self.write("Package: ssl\nVersion: 3", to: "var/lib/dpkg/status.d/ssl"),
            Self.write("Package: base\nVersion: 2", to: "var/lib/dpkg/status.d/base"),
            "mkdir -p var/lib/dpkg/status.d && WHITEOUT var/lib/dpkg/status.d/ssl",
        ])
        #expect(lines == ["base 2 2"])
        #expect(inventory.entries[0].database == "var/lib/dpkg/status.d/base")
    }

    @Test(
        arguments: [
            "mkdir -p lib/apk/db && WHITEOUT lib/apk/db/installed", "WHITEOUT lib",
            "mkdir -p lib/apk && OPAQUE lib/apk",
            "mkdir lib && ln -s /elsewhere lib/apk",
        ])
    func `a list that a higher layer hides does not count`(_ script: String) throws {
        let apk = Self.write("P:musl\nV:1\nA:x86_64\nL:MIT", to: "lib/apk/db/installed")
        #expect(try inventory([apk]).lines == ["musl 1 0"])
        #expect(try inventory([apk, script]).lines == [])
        #expect(try inventory([apk, script, "echo > other"]).lines == [])
    }

    @Test func `a list that cannot be read is said, and others are`() throws {
        let (lines, inventory) = try inventory([
            Self.write(Self.status("a=1"), to: "var/lib/dpkg/status"),
            Self.write("garbage", to: "var/lib/rpm/rpmdb.sqlite"),
        ])
        #expect(lines == ["a 1 0"])
        #expect(inventory.notes == ["/var/lib/rpm/rpmdb.sqlite is no SQLite database"])
    }

    @Test(.enabled(if: DatabaseFixture.hasPython, "needs python3, to write a database"))
    func `the lists of rpm are found where distributions have them`() throws {
        let fixture = try OutputFixture()
        let blobs = [DatabaseFixture.rpmPackage("bash", "5"), DatabaseFixture.rpmPackage("glibc", "2")]
        try Data(try fixture.sqlite(blobs, pageSize: 4096).file).write(
            to: URL(fileURLWithPath: fixture.path + "/rpmdb.sqlite"))
        try Data(DatabaseFixture.ndb(blobs)).write(to: URL(fileURLWithPath: fixture.path + "/Packages.db"))
        try Data(DatabaseFixture.berkeley(blobs)).write(to: URL(fileURLWithPath: fixture.path + "/Packages"))
        for place in [
            "var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db",
            "var/lib/rpm/Packages", "usr/share/rpm/rpmdb.sqlite",
        ] {
            let directory = place.split(separator: "/").dropLast().joined(separator: "/")
            let image = try fixture.build([
                "mkdir -p \(directory) && cp '\(fixture.path)'/\(place.split(separator: "/").last ?? "") \(place)"
            ])
            let found = try PackageInventory.read(image.layers.map(\.path))
            #expect(found.entries.map(\.package.name) == ["bash", "glibc"], "\(place)")
            #expect(found.notes == [])
        }
    }

    @Test func `both documents name each package, and are the same each time`() throws {
        let fixture = try OutputFixture()
        let apk =
            "P:musl\nV:1.2-r1\nA:x86_64\nL:MIT\nU:https://musl.example\nm:A Person <a@example.org>\n\n"
            + "P:odd\nV:2\nA:noarch\nL:Some license of ours\n"
        let image = try fixture.build(
            [Self.release, "\(Self.write(apk, to: "lib/apk/db/installed"))"], as: ["app:1"])
        let bill = try BillOfMaterials(of: image)
        let spdx = bill.spdx
        #expect(spdx["spdxVersion"]?.string == "SPDX-2.3")
        #expect(spdx["dataLicense"]?.string == "CC0-1.0")
        #expect(spdx["creationInfo"]?["created"]?.string == "2023-01-02T03:04:05Z")
        #expect(spdx["documentNamespace"]?.string?.hasPrefix("https://spdx.org/spdxdocs/minibox-") == true)
        let packages = spdx["packages"]?.array ?? []
        #expect(packages.map { $0["name"]?.string } == ["app:1", "debian", "musl", "odd"])
        for package in packages {
            for key in ["SPDXID", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"] {
                #expect(package[key]?.string?.isEmpty == false, "\(key)")
            }
            #expect(package["filesAnalyzed"]?.bool == false)
        }
        #expect(packages[2]["licenseDeclared"]?.string == "MIT")
        #expect(packages[2]["sourceInfo"]?.string?.hasSuffix("(2 of 2)") == true)
        #expect(
            packages[2]["externalRefs"]?[0]?["referenceLocator"]?.string
                == "pkg:apk/debian/musl@1.2-r1?arch=x86_64&distro=debian-12")
        let license = try #require(packages[3]["licenseDeclared"]?.string)
        #expect(license.hasPrefix("LicenseRef-"))
        #expect(
            spdx["hasExtractedLicensingInfos"] == [
                [
                    "licenseId": .string(license), "name": "Some license of ours",
                    "extractedText": "Some license of ours",
                ]
            ])
        // Every relation is between two elements that are there.
        let known = Set(packages.compactMap { $0["SPDXID"]?.string } + ["SPDXRef-DOCUMENT"])
        let relations = spdx["relationships"]?.array ?? []
        #expect(relations.count == 4)
        for relation in relations {
            #expect(known.contains(relation["spdxElementId"]?.string ?? ""))
            #expect(known.contains(relation["relatedSpdxElement"]?.string ?? ""))
        }
        #expect(known.count == packages.count + 1)

        let cyclone = bill.cycloneDX
        #expect(cyclone["bomFormat"]?.string == "CycloneDX")
        #expect(cyclone["specVersion"]?.string == "1.5")
        #expect(cyclone["serialNumber"]?.string?.utf8.count == 45)
        let components = cyclone["components"]?.array ?? []
        #expect(components.map { $0["type"]?.string } == ["operating-system", "library", "library"])
        #expect(components[1]["licenses"] == [["expression": "MIT"]])
        #expect(components[2]["licenses"] == [["license": ["name": "Some license of ours"]]])
        #expect(
            components[1]["properties"]?[2]?["value"]?.string == image.configuration.diffIDs.last?.description)
        #expect(cyclone["compositions"] == nil)

        #expect(try BillOfMaterials(of: image).spdx == spdx)
        #expect(try BillOfMaterials(of: image).cycloneDX.bytes() == cyclone.bytes())
        #expect(
            try BillOfMaterials(of: image, epoch: 0).spdx["creationInfo"]?["created"]?.string
                == "1970-01-01T00:00:00Z")
        #expect(try BillOfMaterials(of: image, epoch: 0).spdx["documentNamespace"] != spdx["documentNamespace"])
    }

    @Test func `a document says that it is not complete`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build([Self.write("garbage", to: "var/lib/rpm/Packages")])
        let bill = try BillOfMaterials(of: image)
        let words = "not complete: /var/lib/rpm/Packages is damaged: it ends in the middle"
        #expect(bill.spdx["creationInfo"]?["comment"]?.string == words)
        #expect(bill.cycloneDX["metadata"]?["properties"]?[0]?["value"]?.string == words)
        #expect(bill.cycloneDX["compositions"]?[0]?["aggregate"]?.string == "incomplete")
    }
}
