// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Layers that were made to get out, to fill the disk or the memory, or to lie: each is a clear error, and the store is
/// as it was. The real command takes them, in processes of their own.
@Suite(.commands, .emptyBox) struct HostileLayerTests {
    private func refuses(_ recipe: String, _ words: String, _ flags: [String] = []) throws {
        let box = try box()
        let archive = try HostileArchive.make(box, recipe)
        if try box("images", "-q").output.isEmpty { try HostileArchive.fill(box) }
        let before = try HostileArchive.store(box)
        #expect(before.contains("index.json"))
        let outcome = try box.run(["load", "-i", archive] + flags, timeout: 60)
        #expect(outcome.status == 125 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains(words), "\(outcome)")
        // Of what an archive says, nothing is a command to the terminal, and nothing makes a line of its own.
        let controls = outcome.errors.dropLast().unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7F }
        #expect(controls.isEmpty, "\(outcome)")
        #expect(try HostileArchive.store(box) == before)
    }

    @Test(arguments: [
        ("stored = entry('../out') + end", "would lead out of the layer"),
        ("stored = entry('a/../../out') + end", "would lead out of the layer"),
        ("stored = entry('/../out') + end", "would lead out of the layer"),
        ("stored = entry('a', b'2', link='/nowhere') + entry('a/x') + end", "cannot unpack a/x"),
        ("stored = entry('a', b'2', link='../../../../tmp/nowhere') + entry('a/b/x') + end", "cannot unpack a/b/x"),
        ("stored = entry('a', b'1', link='../../../etc/passwd') + end", "would lead out of the layer"),
        ("stored = entry('a', b'1', link='/etc/passwd') + end", "does not come before it"),
        ("stored = entry('a', b'2', link='/etc') + entry('b', b'1', link='a/passwd') + end", "does not come before it"),
        ("stored = entry('f') + entry('f/below') + end", "cannot unpack f/below: openat2: not a directory"),
        ("stored = entry('f') + entry('f/g/below') + end", "cannot unpack f/g/below: openat2: not a directory"),
        ("stored = entry('d', b'3', device=(5000, 1)) + end", "its device number 5000:1 is out of range"),
        ("stored = entry('d', b'M') + end", "it goes on from another volume"),
        ("stored = entry('d', b'~') + end", "unknown kind of entry"),
        ("stored = entry('x/.wh.') + end", "a whiteout that names nothing"),
        ("stored = pax(('path', b'a\\0b')) + entry('a') + end", "there is a NUL in its name"),
        ("stored = pax(('linkpath', 'x' * 4096)) + entry('a', b'2') + end", "longer than a path may be"),
        ("stored = entry('w' * 100, data=b'') + pax(('path', 'w' * 256)) + entry('a') + end", "longer than 255 bytes"),
        ("stored = pax(('path', 'd/' * 2500 + 'f')) + entry('a') + end", "longer than a path may be"),
        ("stored = pax(('uid', '4294967295')) + entry('a') + end", "its owner 4294967295 is out of range"),
        ("stored = pax(('size', '-1')) + entry('a') + end", "its size is negative"),
        (
            "stored = pax(('SCHILY.xattr.trusted.overlay.redirect', '/etc')) + entry('a', b'5') + end",
            "which belongs to overlayfs"
        ),
    ]) func whatLeadsOutOrIsNoEntryIsRefused(_ recipe: String, _ words: String) throws {
        try refuses(recipe, words)
    }

    @Test(arguments: [
        (#"stored = entry('x\x1b[31m\nred/../../y') + end"#, #"x\u{1B}[31m\nred/../../y"#),
        (#"stored = pax(('path', 'a\x1b]0;title\x07/../../b')) + entry('a') + end"#, #"a\u{1B}]0;title\u{07}"#),
        (#"stored = entry('a', b'1', link='gone\x1b[2J') + end"#, #"a hard link to gone\u{1B}[2J"#),
        (#"stored = pax(('SCHILY.xattr.user.overlay.\x1b[2J', 'x')) + entry('a') + end"#, #"user.overlay.\u{1B}[2J"#),
        (#"stored = entry('b\x1b[31m', mtime=0)[:136] + b'\x7f' * 12 + entry('b')[148:] + end"#, "damaged"),
        (#"stored = entry('a', b'\x1b') + end"#, #"unknown kind of entry '\u{1B}'"#),
    ]) func namesAreWrittenOut(_ recipe: String, _ words: String) throws { try refuses(recipe, words) }

    @Test(arguments: [
        ("stored = header(b'l', b'L', 1 << 32)", "a long name of 4294967296 bytes, 1048576 is the limit"),
        ("stored = header(b'x', b'x', 1 << 31)", "a pax header of 2147483648 bytes, 1048576 is the limit"),
        ("stored = pax(('a', 'b')) * 17 + entry('a') + end", "more than 16 extension headers for one entry"),
        ("stored = entry('x', b'x', b'999999 path=a\\n') + entry('a') + end", "a malformed pax header"),
        (
            """
            stored = b''.join(pax((f'k{i}', 'v' * 100000), kind=b'g') + entry(f'f{i}') for i in range(12)) + end
            """, "global headers of more than 1048576 bytes"
        ),
        (
            "stored = pax(('GNU.sparse.major', '1'), ('GNU.sparse.minor', '0'), ('GNU.sparse.realsize', '9')) + entry('a', data=b'9999999999\\n'.ljust(512, b'0')) + end",
            "the map of its holes is damaged"
        ),
        (
            "stored = pax(('GNU.sparse.size', str(1 << 60)), ('GNU.sparse.map', '')) + entry('a') + end",
            "its files have more than 137438953472 bytes"
        ),
    ]) func headersAndHolesHaveLimits(_ recipe: String, _ words: String) throws { try refuses(recipe, words) }

    @Test(arguments: [
        ("stored = entry('a', data=b'x' * 5000)[:2000]", "the archive is truncated"),
        ("stored = entry('a')", "it ends without its end marker"),
        ("plain = entry('a') + end; stored = gzip.compress(plain)[:-10]", "gzip data ends in the middle"),
        (
            "plain = entry('a') + end; z = bytearray(gzip.compress(plain)); z[-8] ^= 1; stored = bytes(z)",
            "damaged gzip data"
        ),
        (
            "plain = entry('a') + end; z = bytearray(gzip.compress(plain)); z[-4] ^= 1; stored = bytes(z)",
            "damaged gzip data"
        ),
        ("plain = entry('a') + end; stored = gzip.compress(plain) + b'garbage'", "damaged gzip data"),
        (
            "plain = entry('a') + end; stored = gzip.compress(plain) + gzip.compress(entry('b'))",
            "and the configuration says"
        ),
        ("plain = entry('a') + end; stored = lzma.compress(plain)", "which the image specification has not"),
        ("plain = b''; stored = b'\\x28\\xb5\\x2f\\xfd\\x00\\xf8' + bytes(64)", "damaged zstd data"),
        ("stored = bytes(range(256)) * 8", "no tar archive"),
        ("plain = b'other'; stored = entry('a') + end", "and the configuration says"),
    ]) func damageIsRefused(_ recipe: String, _ words: String) throws { try refuses(recipe, words) }

    @Test func bombsStopAtTheirLimits() throws {
        let zeros = """
            plain = header(b'zeros', b'0', 300 << 20) + bytes(300 << 20) + end
            stored = gzip.compress(plain, 1)
            """
        let ratio = zeros.replacingOccurrences(of: ", 1)", with: ", 6)")
        try refuses(ratio, "there are more than 200 bytes in it for each that it has compressed")
        try refuses(zeros, "its files have more than 1048576 bytes", ["--layer-limit", "size=1m"])
        let many = "stored = b''.join(entry(f'f{i}') for i in range(101)) + end"
        try refuses(many, "there are more than 100 entries in it", ["--layer-limit", "entries=100"])
        let box = try box()
        let archive = try HostileArchive.make(box, ratio)
        let trusted = try box.run(["load", "-i", archive, "--layer-limit", "ratio=-1"], timeout: 60)
        #expect(trusted.output == "Loaded image: hostile:1\n", "\(trusted)")
    }

    @Test(arguments: [
        "entries=0", "entries=x", "devices=-2", "duplicates=x", "odd-names=-3", "size=x", "depth=3", "ratio",
        "ratio=-2",
    ])
    func limitsThatAreNoneAreRefused(_ limit: String) throws {
        let outcome = try box()("load", "-i", "/dev/null", "--layer-limit", limit)
        #expect(outcome.status == 125 && outcome.errors.contains(limit.split(separator: "=").last ?? ""), "\(outcome)")
    }

    /// What every image may have in its /dev, what a Mac has put into a package, and a directory that comes twice, are no reason
    /// to refuse it.
    @Test func harmlessDevicesAndDirectoriesThatComeAgainAreTaken() throws {
        let box = try box()
        let archive = try HostileArchive.make(
            box,
            """
            stored = entry('d/', b'5', mode=0o755) + entry('d/null', b'3', device=(1, 3), mode=0o666)
            stored += entry('Icon\\r') + entry('d/', b'5', mode=0o700) + entry('.wh.x') + entry('x', data=b'words') + end
            """)
        #expect(try box("load", "-i", archive).status == 0)
        let layer = try box.shell("dirname $(find \(box.root)/images/layers -path '*/root/d/null')").text
        #expect(
            try box.shell("cd \(layer); stat -c '%F %t:%T %a' null .; cat ../x").output
                == "character special file 1:3 666\ndirectory 0:0 700\nwords")
    }

    @Test(arguments: [
        ("entry('d', b'4', device=(8, 0))", "d: it is a device of the host's, 8:0", "devices"),
        ("entry('d', b'3', device=(1, 1))", "d: it is a device of the host's, 1:1", "devices"),
        (#"entry('a\nb')"#, "its name has a newline or an escape character", "odd-names"),
        (#"entry('\x1b[2J/', b'5') + entry('x')"#, "its name has a newline or an escape character", "odd-names"),
        ("entry('x', data=b'old') + entry('x', data=b'new')", "x: another entry before it has its name", "duplicates"),
        ("entry('x/', b'5') + entry('x/y') + entry('x')", "x: another entry before it has its name", "duplicates"),
        ("entry('x', b'2', link='/etc') + entry('x/', b'5')", "another entry before it has its name", "duplicates"),
        (
            "entry('x') + entry('y') + entry('./y', b'1', link='x')", "another entry before it has its name",
            "duplicates"
        ),
    ]) func whatNoImageHasIsTakenWhereItIsAskedForAlone(_ recipe: String, _ words: String, _ key: String) throws {
        try refuses("stored = \(recipe) + end", words)
        try refuses("stored = \(recipe) + end", "if you trust it, raise that by --layer-limit \(key)=NUMBER")
        let box = try box()
        let archive = try HostileArchive.make(box, "stored = \(recipe) + end")
        let trusted = try box("load", "-i", archive, "--layer-limit", "\(key)=1")
        #expect(trusted.output == "Loaded image: hostile:1\n", "\(trusted)")
        for _ in 0..<2 {
            let check = try box("system", "check")
            #expect(check.status == 0 && check.text.contains("all is whole"), "\(check)")
        }
    }
}
