// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// Archives of images, of which the layer is made by a few lines of Python.
enum HostileArchive {
    /// What a recipe has: `entry` gives the bytes of one, `end` ends an archive.
    private static let prelude = #"""
        import bz2, gzip, hashlib, io, json, lzma, struct, sys, tarfile, zlib

        end = bytes(1024)

        def header(name, kind=b'0', size=0, link=b'', mode=0o644, uid=0, gid=0, device=(0, 0), mtime=0, magic=b'ustar\x0000'):
            def octal(n, width): return b'%0*o\0' % (width - 1, n)
            block = name[:100].ljust(100, b'\0') + octal(mode, 8) + octal(uid, 8) + octal(gid, 8)
            block += (octal(size, 12) if size < 8 ** 11 else b'\x80' + size.to_bytes(11, 'big')) + octal(mtime, 12)
            block += b' ' * 8 + kind + link[:100].ljust(100, b'\0') + magic + b'\0' * 64
            block += octal(device[0], 8) + octal(device[1], 8)
            block = block.ljust(512, b'\0')
            return block[:148] + b'%06o\0 ' % sum(block) + block[156:]

        def entry(name, kind=b'0', data=b'', link=b'', **more):
            name = name.encode() if isinstance(name, str) else name
            link = link.encode() if isinstance(link, str) else link
            return header(name, kind, len(data), link, **more) + data + bytes(-len(data) % 512)

        def record(key, value):
            value = value.encode() if isinstance(value, str) else value
            body = b' ' + key.encode() + b'=' + value + b'\n'
            length = len(body)
            while len(str(length)) + len(body) != length: length = len(str(length)) + len(body)
            return str(length).encode() + body

        def pax(*records, kind=b'x'): return entry('pax', kind, b''.join(record(k, v) for k, v in records))

        """#

    private static let epilogue = #"""

        if 'layers' not in globals():
            if 'plain' not in globals(): plain = gzip.decompress(stored) if stored[:2] == b'\x1f\x8b' else stored
            layers = [(plain, stored)]
        diffs = ['sha256:' + hashlib.sha256(plain).hexdigest() for plain, _ in layers]
        configuration = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {},
                                    'rootfs': {'type': 'layers', 'diff_ids': diffs}, 'history': []}).encode()
        names = [f'{n}/layer.tar' for n in range(len(layers))]
        manifest = json.dumps([{'Config': 'config.json', 'RepoTags': ['hostile:1'], 'Layers': names}]).encode()
        with open(sys.argv[1], 'wb') as file:
            file.write(entry('config.json', data=configuration))
            for name, (_, stored) in zip(names, layers):
                file.write(header(name.encode(), b'0', len(stored)) + stored + bytes(-len(stored) % 512))
            file.write(entry('manifest.json', data=manifest) + end)
        """#

    /// Writes the archive of an image `hostile:1`, and returns its path. `recipe` sets `stored`, and maybe `plain`, for one
    /// layer, or `layers` for several, a pair of what is hashed and what is stored each.
    static func make(_ box: Box, _ recipe: String) throws -> String {
        let script = try box.file("recipe.py", prelude + recipe + epilogue)
        let path = "\(box.folder)/hostile.tar"
        let made = try box.shell("python3 -I \(script) \(path)", timeout: 60)
        guard made.status == 0 else { throw Failure(outcome: made) }
        return path
    }

    struct Failure: Error { let outcome: Outcome }

    /// Puts an image in the store that nothing may change.
    static func fill(_ box: Box) throws {
        let made = try box("import", TestMachine.archive("busybox"), "kept", timeout: 60)
        guard made.status == 0 else { throw Failure(outcome: made) }
    }

    /// Everything that is in the store, and what is in its small files; but not what `system check` notes beside layers.
    static func store(_ box: Box) throws -> String {
        try box.shell(
            """
            cd \(box.root)/images && find . ! -name contents -printf '%P %y %m %U:%G %s %l\\n' | sort && cat index.json && \
            find blobs -type f | sort | xargs sha256sum
            """
        ).output
    }
}
