// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What happens where the machine's own rules are loaded over those of networks.
@Suite(.commands, .box, .enabled(if: Flushing.isPossible, "needs nft: run scripts/setup --all"))
struct ReloadTests {
    /// In a network namespace of its own, since a flush takes everybody's rules away.
    private func inOwnNetwork(_ box: Box, _ script: String) throws -> Outcome {
        box.removeNetworksAtEnd()
        return try box.shell(
            """
            timeout 100 unshare --net sh -ec '
            PATH=$PATH:/usr/sbin:/sbin
            trap "$MINIBOX rm -f web >/dev/null 2>&1 || true" EXIT
            ip link set lo up
            isWhole() { nft list chain inet minibox forward 2>/dev/null | grep -q published; }
            wait_for() { for _ in $(seq 300); do "$@" && return; sleep 0.1; done; echo "never: $*"; return 1; }
            \(script)'
            """)
    }

    @Test func aReloadMakesThemAnew() throws {
        let box = try box()
        let shown = try inOwnNetwork(
            box,
            """
            $MINIBOX network create --subnet 10.9.7.0/24 lab >/dev/null
            $MINIBOX network reload
            isWhole
            nft flush ruleset
            ! isWhole
            $MINIBOX network reload
            isWhole
            nft list map inet minibox subnets4 2>/dev/null || nft list set inet minibox subnets4
            """)
        #expect(shown.status == 0 && shown.output.contains("10.9.7.0/24"), "\(shown)")
    }

    /// A container's supervisor hears of it.
    @Test func aFlushIsNoticed() throws {
        let box = try box()
        let shown = try inOwnNetwork(
            box,
            """
            $MINIBOX run -d --name web --network bridge -p 18096:80 busybox sleep 1000 >/dev/null
            isWhole
            nft flush ruleset
            wait_for isWhole
            nft delete table inet minibox
            wait_for isWhole
            nft flush chain inet minibox forward
            wait_for isWhole
            nft list map inet minibox ports4
            """)
        #expect(shown.status == 0 && shown.output.contains("18096"), "\(shown)")
    }
}

private enum Flushing {
    static let isPossible = ["/usr/sbin/nft", "/sbin/nft"].contains(where: FileManager.default.isExecutableFile)
}
