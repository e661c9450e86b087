// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// COPY of much: files are read, copied and hashed by several processes at the same time.
@Suite(.commands, .emptyBox) struct LargeCopyTests {
    /// A context of some thousand files of all kinds, with every way to put a tree into another.
    private func context() throws -> BuildContext {
        let context = try BuildContext(
            """
            FROM busybox
            COPY tree /tree
            COPY tree /
            COPY --chown=3:4 --chmod=u+x flat /etc/flat
            COPY --link flat /l/
            COPY --parents tree/./deep tree/etc /p/
            COPY flat tree /both/
            RUN rm /tree/etc/e1 && mkdir /tree/etc/e2.d
            COPY tree /tree
            """)
        let outcome = try context.box.shell(
            """
            cd \(context.path); mkdir -p tree/etc tree/deep/er flat/.d tree/empty
            for i in $(seq 300); do echo "file $i" >flat/f$i; head -c $((i * 37)) /dev/urandom >tree/etc/e$i; done
            head -c 20000000 /dev/urandom >tree/deep/er/big
            ln tree/etc/e7 tree/etc/name; ln -s e1 tree/etc/link; mkfifo tree/etc/pipe; echo x >tree/etc/passwd
            touch -d 2001-02-03 tree/etc flat/f3 tree/deep; chmod 4711 flat/f7; chmod 1770 flat/.d
            """)
        try #require(outcome.status == 0, "\(outcome)")
        return context
    }

    @Test(arguments: [[], ["--build-arg", "SOURCE_DATE_EPOCH=1000000000"]])
    func itsLayersAreWhatTheyAreSaidToBe(_ flags: [String]) throws {
        let context = try context()
        let outcome = try context.box.run(["build", "-t", "built"] + flags + [context.path], timeout: 60)
        try #require(outcome.status == 0, "\(outcome)")
        try context.expectWhole("large copies")
        #expect(try context.run("sh", "-c", "ls /tree/etc | wc -l; cat /both/f3 /etc/passwd") == "305\nfile 3\nx")
    }

    @Test func whatIsReadBySeveralHasTheKeyThatOneFindsOut() throws {
        let context = try context()
        #expect(try context.build(timeout: 60).status == 0)
        // Nothing is known of the files: all are read again, and copied in vain.
        try context.box.shell("rm -rf \(context.box.root)/contexts")
        #expect(try context.build(timeout: 60).steps.allSatisfy { $0.hasPrefix("CACHED") })
        // Of these few, one process finds it out.
        try context.box.shell("cd \(context.path); touch -r flat/f3 flat/f1?; sleep 0.2")
        #expect(try context.build(timeout: 60).steps.allSatisfy { $0.hasPrefix("CACHED") })
        try context.expectWhole("copies in vain")
    }
}
