// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `save` and `export` that cannot go on: what they write is there whole, or nothing is.
@Suite(.commands, .emptyBox) struct BrokenSaveTests {
    private func built(_ box: Box) throws {
        let context = try box.context(
            """
            FROM busybox
            RUN for i in 1 2 3 4 5 6 7 8; do cat /bin/busybox; echo $i; done >/large

            """)
        #expect(try box("build", "-t", "app:1", context).status == 0)
    }

    /// What is in the folder and in the store's scratch space.
    private func leftovers(_ box: Box, _ folder: String) throws -> [String] {
        var left: [String] = []
        // Processes end with the command, some a moment after it, and what they had then is the next command's to take away.
        _ = try Clock.wait(seconds: 60) {
            left =
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                + box.shell("ls \"$MINIBOX_ROOT\"/images/staging; pgrep -f 'minibox: [c]ompress' || true").lines
            if !left.isEmpty { try box("ps", "-a") }
            return left.isEmpty
        }
        return left
    }

    @Test(arguments: ["none", "gzip"]) func aFullDiskIsAnError(_ compression: String) throws {
        let box = try box()
        try built(box)
        let folder = try box.directory("small")
        let full = try box.shell(
            """
            mount -t tmpfs -o size=1m tmpfs \(folder)
            for format in docker-archive oci-archive oci-dir; do
                $MINIBOX save --format $format --compress \(compression) -o \(folder)/it app:1; echo $?
            done
            $MINIBOX create --name made app:1 true >/dev/null
            $MINIBOX export --compress \(compression) -o \(folder)/it made; echo $?
            ls -A \(folder); umount \(folder); $MINIBOX rm made
            """)
        #expect(full.output == "125\n125\n125\n125\nmade\n", "\(full)")
        #expect(full.errors.components(separatedBy: "no space left").count == 5, "\(full)")
        let standard = try box.shell("$MINIBOX save app:1 >/dev/full; echo $?")
        #expect(standard.text == "125" && standard.errors.contains("cannot write standard output: "), "\(standard)")
        #expect(try leftovers(box, folder) == [])
    }

    @Test(arguments: ["none", "gzip"]) func aReaderThatGoesEndsItAsTheShellExpects(_ compression: String) throws {
        let box = try box()
        try built(box)
        let folder = try box.directory("empty")
        let piped = try box.shell(
            """
            $MINIBOX save --compress \(compression) app:1 | head -c 5 | wc -c; echo ${PIPESTATUS[0]}
            $MINIBOX create --name made app:1 true >/dev/null
            $MINIBOX export --compress \(compression) made | head -c 5 | wc -c; echo ${PIPESTATUS[0]}
            $MINIBOX rm made
            """)
        // 128 and SIGPIPE, without a word.
        #expect(piped.output == "5\n141\n5\n141\nmade\n" && piped.errors.isEmpty, "\(piped)")
        #expect(try box("images", "-q").status == 0)
        #expect(try leftovers(box, folder) == [])
    }

    @Test(arguments: ["docker-archive", "oci-dir"]) func oneThatIsKilledLeavesTheFormerFile(_ format: String) throws {
        let box = try box()
        try built(box)
        let folder = try box.directory("kept")
        let place = folder + "/it"
        let save = "$MINIBOX save --format \(format) --compress gzip --compression-level 9 -o \(place) app:1"
        #expect(try box.shell(save).status == 0)
        let sum = "cd \(folder) && find it -type f | sort | xargs sha256sum"
        let former = try box.shell(sum).output
        for milliseconds in stride(from: 5, to: 300, by: 25) {
            _ = try box.shell(
                "\(save) & sleep 0.\(String(format: "%03d", milliseconds)); kill -9 $!; wait $! 2>/dev/null; true")
            #expect(try box.shell(sum).output == former)
            #expect(try box("load", "-i", place).status == 0)
        }
        #expect(try leftovers(box, box.directory("empty")) == [])
    }

    @Test func aWorkerThatIsKilledIsAnError() throws {
        let box = try box()
        try built(box)
        let folder = try box.directory("empty")
        let killed = try box.shell(
            """
            # It may be done before one of its workers is seen, or was killed.
            for n in $(seq 50); do
                $MINIBOX save --compress zstd --compression-level 19 -o \(folder)/it app:1 &
                until pkill -9 -P $!; do case $(ps -o stat= -p $!) in Z*|'') break;; esac; done
                wait $!; code=$?; [ $code = 0 ] || break; rm \(folder)/it
            done; echo $code
            """, timeout: 100)
        #expect(killed.text == "125" && killed.errors.contains("cannot compress"), "\(killed)")
        #expect(try leftovers(box, folder) == [])
    }
}
