// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// `system check` on a store that others use at the same time.
@Suite(.commands, .emptyBox) struct HeldLeftoverTests {
    /// What somebody holds when its image is removed is no fault, and goes with the next who can take it.
    @Test func whatSomebodyHeldIsNoFault() throws {
        let box = try box()
        #expect(try box("import", TestMachine.archive("busybox"), "busybox", timeout: 60).status == 0)
        let outcome = try box.shell(
            """
            cd \(box.root)/images; exec 9<blobs/sha256; flock -s 9
            $MINIBOX rmi busybox >/dev/null; $MINIBOX system check 9<&- || echo held
            ls blobs/sha256 | wc -l
            exec 9<&-; $MINIBOX system check || echo free
            ls blobs/sha256 layers left 2>/dev/null | grep -v : | grep . | wc -l
            """, timeout: 60)
        let said = outcome.lines.map { $0.hasSuffix("all is whole.") ? "whole" : $0 }
        #expect(said == ["whole", "3", "whole", "0"], "\(outcome)")
    }

    /// Commands that make, change and remove images all the time leave nothing that a check would find, at any moment.
    @Test func othersAreAtWork() throws {
        let box = try box()
        #expect(try box("import", TestMachine.archive("busybox"), "busybox", timeout: 60).status == 0)
        let context = try box.context("FROM busybox\nARG n\nRUN echo $n >/n\n")
        let outcome = try box.shell(
            """
            work() {
                for n in 1 2 3 4 5; do
                    $MINIBOX build -q --build-arg n=$1$n -t made:$1 \(context); $MINIBOX rmi made:$1
                    $MINIBOX image prune -f; $MINIBOX builder prune -f
                done >/dev/null 2>&1
            }
            check() { for n in 1 2 3 4 5 6; do $MINIBOX system check | grep -v 'all is whole'; done; }
            work a & work b & work c & check & check & wait
            $MINIBOX system check | grep -v 'all is whole'
            """, timeout: 120)
        #expect(outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
    }
}
