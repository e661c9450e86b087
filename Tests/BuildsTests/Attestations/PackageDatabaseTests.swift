// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Builds

@Suite struct PackageDatabaseTests {
    static let dpkg = """
        Package: libc6
        Status: install ok installed
        Priority: optional
        Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
        Architecture: amd64
        Source: glibc
        Version: 2.36-9+deb12u4
        Description: GNU C Library: Shared libraries
         Package: not-a-package
        Homepage: https://www.gnu.org/software/libc/libc.html

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1

        Package: kept
        Status: hold ok installed
        Architecture: all
        Source: other (1:2.0-1)
        Version: 1:2.0-1+b3

        Package: rebuilt
        Status: install ok installed
        Architecture: amd64
        Version: 5.2-1+b12

        """

    static let apk = """
        C:Q1abc=
        P:musl
        V:1.2.4-r1
        A:x86_64
        S:383459
        I:622592
        T:the musl c library (libc) implementation
        U:https://musl.libc.org/
        L:MIT
        o:musl
        m:Timo Teras <timo.teras@iki.fi>
        F:lib
        R:ld-musl-x86_64.so.1
        a:0:0:755

        P:musl-utils
        V:1.2.4-r1
        A:x86_64
        L:MIT AND BSD-2-Clause AND GPL-2.0-or-later
        o:musl
        """

    @Test func `dpkg lists what is installed, and its sources`() throws {
        let packages = DpkgDatabase.packages(in: Array(Self.dpkg.utf8))
        #expect(packages.map(\.name) == ["libc6", "kept", "rebuilt"])
        #expect(packages.map(\.version) == ["2.36-9+deb12u4", "1:2.0-1+b3", "5.2-1+b12"])
        #expect(packages.map(\.source) == ["glibc", "other", "rebuilt"])
        #expect(packages.map(\.sourceVersion) == ["2.36-9+deb12u4", "1:2.0-1", "5.2-1"])
        #expect(packages[0].homepage == "https://www.gnu.org/software/libc/libc.html")
        #expect(packages[0].maintainer?.hasPrefix("GNU Libc Maintainers") == true)
        #expect(packages[1].architecture == "all")
    }

    @Test func `a file of its own needs no state`() throws {
        let text = "Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n"
        #expect(DpkgDatabase.packages(in: Array(text.utf8)).map(\.name) == ["tzdata"])
    }

    @Test func `apk lists packages, and files are passed over`() throws {
        let packages = ApkDatabase.packages(in: Array(Self.apk.utf8))
        #expect(packages.map(\.name) == ["musl", "musl-utils"])
        #expect(packages.map(\.source) == ["musl", "musl"])
        #expect(packages[1].license == "MIT AND BSD-2-Clause AND GPL-2.0-or-later")
        #expect(packages[0].homepage == "https://musl.libc.org/")
    }

    @Test func `a header of rpm is a package`() throws {
        let bash = try #require(try RPMHeader.package(in: DatabaseFixture.rpmPackage("bash", "5.1.8")))
        #expect(bash.name == "bash")
        #expect(bash.version == "5.1.8-1.el9")
        #expect(bash.epoch == 2)
        #expect(bash.architecture == "x86_64")
        #expect(bash.source == "bash-5.1.8-1.el9.src.rpm")
        #expect(bash.license == "MIT")
        #expect(try RPMHeader.package(in: DatabaseFixture.rpmHeader([1000: "gpg-pubkey", 1001: "1"])) == nil)
        #expect(throws: DatabaseError.self) { try RPMHeader.package(in: DatabaseFixture.rpmHeader([1001: "1"])) }
    }

    private static let blobs = [
        DatabaseFixture.rpmPackage("bash", "5.1.8"), DatabaseFixture.rpmPackage("glibc", "2.34", padding: 3000),
    ]

    @Test func `ndb has its packages in the order of their numbers`() throws {
        let packages = try PackageDatabases.packages(in: DatabaseFixture.ndb(Self.blobs), companion: [], .ndb)
        #expect(packages.map(\.name) == ["bash", "glibc"])
    }

    @Test(arguments: [false, true])
    func `Berkeley DB has its packages on pages of their own`(bigEndian: Bool) throws {
        // The first key counts the packages.
        let bytes = DatabaseFixture.berkeley([[2, 0, 0, 0]] + Self.blobs, bigEndian: bigEndian)
        let packages = try PackageDatabases.packages(in: bytes, companion: [], .berkeley)
        #expect(packages.map(\.name) == ["bash", "glibc"])
    }

    @Test(.enabled(if: DatabaseFixture.hasPython, "needs python3, to write a database"))
    func `SQLite has its packages in a table, of any size`() throws {
        let fixture = try OutputFixture()
        // Three hundred of them want pages in between; one of 20000 bytes goes on on other pages.
        for pageSize in [512, 4096, 65536] {
            let blobs = (0..<300).map { index in
                DatabaseFixture.rpmPackage("package\(index)", "1.\(index)", padding: index == 7 ? 20_000 : 0)
            }
            let bytes = try fixture.sqlite(blobs, pageSize: pageSize)
            let packages = try PackageDatabases.packages(in: bytes.file, companion: bytes.log, .sqlite)
            #expect(packages.map(\.name) == (0..<300).map { "package\($0)" }, "\(pageSize)")
        }
    }

    @Test(.enabled(if: DatabaseFixture.hasPython, "needs python3, to write a database"))
    func `what is in the log of a SQLite database counts as far as it is whole`() throws {
        let fixture = try OutputFixture()
        let blobs = (0..<40).map { DatabaseFixture.rpmPackage("package\($0)", "1") }
        let bytes = try fixture.sqlite(blobs, pageSize: 4096, keepsLog: true)
        #expect(!bytes.log.isEmpty)
        let packages = try PackageDatabases.packages(in: bytes.file, companion: bytes.log, .sqlite)
        #expect(packages.count == 40)
        // The last transaction is not whole any more: it does not count, and nothing fails.
        let shorter = try PackageDatabases.packages(
            in: bytes.file, companion: Array(bytes.log.dropLast(100)), .sqlite)
        #expect((1..<40).contains(shorter.count))
        var damaged = bytes.log
        damaged[damaged.count - 100] ^= 1
        #expect(try PackageDatabases.packages(in: bytes.file, companion: damaged, .sqlite) == shorter)
    }

    @Test(.enabled(if: DatabaseFixture.hasPython, "needs python3, to write a database"))
    func `no damage to a database gets past an error`() throws {
        let fixture = try OutputFixture()
        let sqlite = try fixture.sqlite(Self.blobs, pageSize: 512)
        let databases: [([UInt8], PackageDatabases.Format)] = [
            (DatabaseFixture.ndb(Self.blobs), .ndb),
            (DatabaseFixture.berkeley([[2, 0, 0, 0]] + Self.blobs), .berkeley),
            (sqlite.file, .sqlite),
        ]
        var generator = SystemRandomNumberGenerator()
        for (bytes, format) in databases {
            for length in stride(from: 0, to: bytes.count, by: 97) {
                _ = try? PackageDatabases.packages(in: Array(bytes.prefix(length)), companion: [], format)
            }
            for _ in 0..<2000 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    let place = Int.random(in: damaged.indices, using: &generator)
                    damaged[place] =
                        [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255)].randomElement(using: &generator) ?? 0
                }
                _ = try? PackageDatabases.packages(in: damaged, companion: [], format)
            }
        }
        #expect(throws: DatabaseError.self) {
            try PackageDatabases.packages(in: Array("garbage".utf8), companion: [], .sqlite)
        }
    }

    @Test func `a package has a URL by which others know it`() throws {
        let debian = OperatingSystem(parsing: Array("ID=debian\nVERSION_ID=\"12\"\n".utf8))
        let libc = DpkgDatabase.packages(in: Array(Self.dpkg.utf8))
        #expect(
            libc[0].url(of: debian)
                == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12&upstream=glibc")
        #expect(
            libc[1].url(of: debian)
                == "pkg:deb/debian/kept@1:2.0-1%2Bb3?arch=all&distro=debian-12&upstream=other%401:2.0-1")
        let bash = try #require(try RPMHeader.package(in: Self.blobs[0]))
        #expect(
            bash.url(of: OperatingSystem(parsing: Array("ID=\"fedora\"\n".utf8)))
                == "pkg:rpm/fedora/bash@5.1.8-1.el9?arch=x86_64&distro=fedora&epoch=2&upstream=bash-5.1.8-1.el9.src.rpm"
        )
        #expect(bash.url(of: nil).hasPrefix("pkg:rpm/rpm/bash@"))
    }

    @Test func `os-release is read as a shell would`() throws {
        let text = """
            # comment
            NAME="Alpine Linux"
            ID=alpine
            VERSION_ID=3.18.4
            PRETTY_NAME="Alpine \\"Linux\\" v3.18"
            HOME_URL='https://alpinelinux.org/'
            """
        let system = OperatingSystem(parsing: Array(text.utf8))
        #expect(system.id == "alpine")
        #expect(system.version == "3.18.4")
        #expect(system.name == "Alpine \"Linux\" v3.18")
        #expect(system.homepage == "https://alpinelinux.org/")
        #expect(OperatingSystem(parsing: [0xFF, 0x0A, 0x3D]).id == "linux")
    }
}
