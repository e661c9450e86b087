// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Standard streams that are closed, full, slow or large.
@Suite(.commands, .box, .wholeStore) struct StreamTests {
    @Test func carriesALargeOutputWhole() throws {
        let sums = try box().shell(
            "$MINIBOX run --rm busybox sh -c 'yes 0123456789abcdef | head -c 100000000' | md5sum; "
                + "yes 0123456789abcdef | head -c 100000000 | md5sum", timeout: 60
        ).lines
        #expect(sums.count == 2 && sums[0] == sums[1], "\(sums)")
    }

    @Test func endsWhereNobodyReadsItsOutput() throws {
        #expect(try box().shell("$MINIBOX run --rm busybox yes | head -n 1", timeout: 10).text == "y")
    }

    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
    func runsWithStreamsClosed(_ closed: String) throws {
        let path = try box().directory("out", permissions: 0o777)
        let outcome = try box().shell(
            "$MINIBOX run --rm -i -v \(path):/out busybox sh -c 'cat >/out/input; echo out; echo err >&2; "
                + "echo done >/out/done' \(closed)", timeout: 10)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output == (closed.contains(" >&-") || closed.hasPrefix(">&-") ? "" : "out\n"))
        #expect(outcome.errors == (closed.contains("2>&-") ? "" : "err\n"))
        #expect(try String(contentsOfFile: path + "/done", encoding: .utf8) == "done\n")
        #expect(try String(contentsOfFile: path + "/input", encoding: .utf8) == "")
    }

    @Test func importsWithStreamsClosed() throws {
        let outcome = try box().shell("$MINIBOX import \(TestMachine.archive("busybox")) closed <&- >&- 2>&-")
        #expect(outcome.status == 0)
        #expect(try box()("rmi", "closed").status == 0)
    }

    @Test func writesAllToAPipeThatReturnsAtOnce() throws {
        // perl is of Debian's base; it makes its end of the pipe non-blocking, as node and others do.
        let outcome = try box().shell(
            "perl -e 'use Fcntl; fcntl(STDOUT, F_SETFL, O_WRONLY|O_NONBLOCK); exec @ARGV' "
                + "$MINIBOX run --rm busybox head -c 3000000 /dev/zero | (sleep 1; wc -c)")
        #expect(outcome.text.trimmingCharacters(in: .whitespaces) == "3000000", "\(outcome)")
    }

    @Test func saysThatThereIsNoRoomForItsOwnOutput() throws {
        let outcome = try box().shell("$MINIBOX images >/dev/full")
        #expect(outcome.status == 125)
        #expect(outcome.errors == "minibox: write: no space left on device\n")
    }
}
