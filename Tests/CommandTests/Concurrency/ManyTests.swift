// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Many commands at once.
@Suite(.commands, .box) struct ManyTests {
    @Test func runBesideEachOtherWithIDsOfTheirOwn() throws {
        let folder = try box().directory("shared")
        // Each stays until all are there: the ids of one that has ended are free again.
        let outcome = try box().shell(
            """
            cd \(folder)
            for i in $(seq 64); do
                ( $MINIBOX run --rm -v \(folder):/shared:ro busybox sh -c 'read a b c </proc/self/uid_map; echo $b
                    until [ -e /shared/end ]; do sleep 0.1; done' >>all; echo "code $?" >>codes ) &
            done
            # One that could not start is there no more.
            until [ "$(cat all codes 2>/dev/null | wc -l)" -ge 64 ]; do sleep 0.1; done; touch end; wait; cat codes >&2; cat all
            """, timeout: 200)
        let codes = outcome.errors.split(separator: "\n")
        #expect(codes.count == 64 && codes.allSatisfy { $0 == "code 0" }, "\(outcome.errors)")
        #expect(Set(outcome.lines).count == 64)
    }

    @Test(arguments: [false, true]) func ofOneNameOneWins(afterACutOfPower: Bool) throws {
        if afterACutOfPower {
            let id = String(repeating: "0", count: 64)
            try FileManager.default.createSymbolicLink(atPath: "\(box().root)/names/same", withDestinationPath: id)
        }
        let outcome = try box().shell(
            "for i in $(seq 64); do ( $MINIBOX run --name same busybox true; echo \"code $?\" ) & done; wait",
            timeout: 60)
        #expect(outcome.lines.filter { $0 == "code 0" }.count == 1, "\(outcome)")
        #expect(outcome.lines.filter { $0 == "code 125" }.count == 63)
        let errors = outcome.errors.split(separator: "\n")
        #expect(errors.count == 63 && errors.allSatisfy { $0.contains("the name same is taken") }, "\(outcome.errors)")
        #expect(try box()("rm", "same").status == 0)
    }

    @Test func importAndRemoveAndRunOneImage() throws {
        let outcome = try box().shell(
            """
            for i in $(seq 8); do
                ( for j in $(seq 5); do $MINIBOX import \(TestMachine.archive("busybox")) race; echo "import $?"; done ) &
                ( for j in $(seq 5); do $MINIBOX rmi race 2>&1; done ) >/dev/null &
                ( for j in $(seq 5); do $MINIBOX run --rm race echo ran; echo "run $?"; done ) &
            done; wait; $MINIBOX import \(TestMachine.archive("busybox")) race >/dev/null
            $MINIBOX run --rm race echo last; $MINIBOX rmi race >/dev/null
            """, timeout: 100)
        for line in outcome.lines where line.hasPrefix("import ") { #expect(line == "import 0", "\(outcome.errors)") }
        for line in outcome.lines where line.hasPrefix("run ") {
            #expect(line == "run 0" || line == "run 125", "\(outcome.errors)")
        }
        #expect(outcome.lines.last == "last")
        // The only error is that the image is not there.
        for line in outcome.errors.split(separator: "\n") { #expect(line.contains("no image race"), "\(line)") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(box().root)/images/staging").isEmpty)
    }

    @Test func listAndRemoveWhileOthersStart() throws {
        let outcome = try box().shell(
            """
            for i in $(seq 4); do
                ( for j in $(seq 10); do $MINIBOX run --name c$i-$j busybox echo ran; done ) &
                ( for j in $(seq 20); do $MINIBOX ps -a >/dev/null || echo "ps $?"; done ) &
            done; wait; $MINIBOX rm $($MINIBOX ps -aq) >/dev/null
            """, timeout: 60)
        #expect(outcome.lines.count == 40 && outcome.lines.allSatisfy { $0 == "ran" }, "\(outcome)")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }
}
