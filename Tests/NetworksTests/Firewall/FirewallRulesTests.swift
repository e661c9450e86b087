// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Linux
@testable import Networks

@Suite("The rules of the firewall")
struct FirewallRulesTests {
    /// `MINIBOX_REWRITE_SNAPSHOTS=1` writes it anew.
    private static let snapshot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Snapshots/firewall.nft")

    @Test func areTheseInTheWordsOfNft() throws {
        let text = FirewallRules.all.text
        if ProcessInfo.processInfo.environment["MINIBOX_REWRITE_SNAPSHOTS"] == "1" {
            try Data(text.utf8).write(to: Self.snapshot)
        }
        let expected = try String(contentsOf: Self.snapshot, encoding: .utf8)
        #expect(text == expected, "the rules are not as they were: see FirewallRulesTests.swift")
    }

    @Test func haveTheMarkOfWhatTheyAre() {
        var batch = NetfilterBatch()
        FirewallRules.all.make(in: &batch)
        // FNV-1a of all that is sent to make them.
        let hash = batch.bytes(generation: 0).reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        let mark = "ruleset_" + String(repeating: "0", count: 16 - digits.count) + digits
        #expect(
            FirewallRules.mark == mark,
            "the rules changed: write this as FirewallRules.mark, so that those of older programs are made anew")
    }

    @Test func useEverySet() {
        let text = FirewallRules.all.text
        for set in FirewallSet.allCases {
            #expect(text.contains("@\(set)"), "no rule asks \(set)")
            #expect(FirewallRules.all.tables.contains { $0.table == set.table && $0.sets.contains(set) })
        }
    }

    @Test func haveNamesThatTheKernelTakes() {
        for table in FirewallRules.all.tables {
            for chain in table.chains {
                for rule in chain.rules { #expect((rule.comment?.utf8.count ?? 0) < 128) }
            }
            for set in table.sets {
                // NFT_DATA_VALUE_MAXLEN
                #expect(NetfilterSet.width(set.definition.key) <= 64)
            }
        }
    }
}
