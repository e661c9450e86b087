// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Why the firewall cannot be tried here, or nil.
let networkObstacle: String? =
    geteuid() != 0 ? "needs root" : TestMachine.isTestHost ? nil : "needs scripts/test-host around it"

/// Whether nft(8) is there to compare with.
private let hasNft = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")

@Suite(
    "The firewall in the kernel", .serialized,
    .enabled(if: networkObstacle == nil, Comment(rawValue: networkObstacle ?? "")))
struct FirewallKernelTests {
    private let network = "network,br0,10.77.0.0/16,fd00:77::/64"
    private let port = "port,mbv000000000001,br0,02:42:0a:4d:00:02,10.77.0.2"

    /// What nft(8) lists, without what differs from time to time.
    private func listing(_ lab: TestNetwork, _ words: String = "ruleset") throws -> String {
        try lab.shell(lab.host, "nft list \(words)").output.replacing("counter packets 0 bytes 0", with: "counter")
    }

    @Test(.enabled(if: hasNft, "needs nftables: run scripts/setup --all"))
    func whatIsSentIsWhatNftWouldSend() throws {
        let (ours, theirs) = (try TestNetwork(), try TestNetwork())
        try ours.firewall(["restore"])
        let text = try ours.firewall(["explain"]).output
        let file = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString).nft")
        defer { try? FileManager.default.removeItem(at: file) }
        // Older ones have no word for the target of neighbour discovery.
        let unknown = "icmpv6 taddr"
        try Data(text.replacing(unknown, with: "ip6 daddr").utf8).write(to: file)
        try theirs.shell(theirs.host, "nft -f \(file.path)")

        let mark = /\tset ruleset_[0-9a-f]*? \{\n\t\ttype mark\n\t\telements = \{ 0x00000000 \}\n\t\}\n\n/
        let listed = try listing(ours).replacing(mark, with: "").replacing("@th,64,128", with: unknown)
        #expect(listed == text)

        /// What the kernel carries out, a chain and a rule each, but for those two.
        func code(_ lab: TestNetwork) throws -> [String] {
            try lab.shell(lab.host, "nft --debug=netlink list ruleset").output
                .split(separator: "\n\n").map(String.init)
                .filter { $0.hasPrefix("inet ") || $0.hasPrefix("bridge ") }
                .filter { !$0.contains("unspecified6") && !$0.contains("told6") && !$0.contains("minibox @") }
        }
        let mine = try code(ours)
        #expect(mine.count > 40)
        #expect(mine == (try code(theirs)))
    }

    @Test func rulesAreMadeWhereTheyAreMissing() throws {
        let lab = try TestNetwork()
        #expect(try lab.firewall(["intact"]).text == "false")
        try lab.firewall(["add", port, "--", network])
        #expect(try lab.firewall(["intact"]).text == "true")
        // What there is already is only asked for where the rules are made.
        try lab.firewall(["add", "publish,tcp,8080,10.77.0.2,80", "--", "network,br9,10.99.0.0/16"])
        guard hasNft else { return }
        #expect(try listing(lab, "set inet minibox bridges").contains("\"br0\""))
        #expect(try !listing(lab, "set inet minibox bridges").contains("\"br9\""))
        #expect(try listing(lab, "map inet minibox ports4").contains("tcp . 8080 : 10.77.0.2 . 80"))
        #expect(try listing(lab, "set bridge minibox pins4").contains("02:42:0a:4d:00:02 . 10.77.0.2"))
    }

    @Test(.enabled(if: hasNft, "needs nftables: run scripts/setup --all"))
    func rulesSurviveThatTheMachineLoadsItsOwn() throws {
        let lab = try TestNetwork()
        try lab.firewall(["restore", "--", network, port])
        try lab.shell(lab.host, "nft flush ruleset")
        #expect(try lab.firewall(["intact"]).text == "false")
        let second = "port,mbv000000000002,br0,02:42:0a:4d:00:03,10.77.0.3"
        try lab.firewall(["add", second, "--", network, port])
        #expect(try lab.firewall(["intact"]).text == "true")
        let pins = try listing(lab, "set bridge minibox pins4")
        #expect(pins.contains("10.77.0.2") && pins.contains("10.77.0.3"))
        // One table of the two, one chain without its rules, and rules of another program's version.
        for damage in [
            "delete table bridge minibox", "flush chain inet minibox forward",
            "delete table inet minibox; nft add table inet minibox; nft add set inet minibox ruleset_0 '{ type mark; }'",
        ] {
            try lab.shell(lab.host, "nft \(damage)")
            #expect(try lab.firewall(["intact"]).text == "false")
            try lab.firewall(["restore", "--", network, port])
            #expect(try lab.firewall(["intact"]).text == "true")
        }
    }

    @Test(.enabled(if: hasNft, "needs nftables: run scripts/setup --all"))
    func rulesOfOthersStay() throws {
        let lab = try TestNetwork()
        try lab.shell(lab.host, "nft add table inet other; nft add chain inet other c")
        try lab.firewall(["restore"])
        try lab.firewall(["restore"])
        #expect(try listing(lab).contains("table inet other {"))
    }

    @Test(.enabled(if: hasNft, "needs nftables: run scripts/setup --all"))
    func aPortGoesToWhomItIsGivenLast() throws {
        let lab = try TestNetwork()
        try lab.firewall(["restore", "--", network])
        try lab.firewall(["add", port, "publish,tcp,8080,10.77.0.2,80", "publish,udp,8080,10.77.0.2,80"])
        try lab.firewall(["add", "publish,tcp,8080,10.77.0.3,81"])
        let map = try listing(lab, "map inet minibox ports4")
        #expect(map.contains("tcp . 8080 : 10.77.0.3 . 81"))
        #expect(map.contains("udp . 8080 : 10.77.0.2 . 80"))
        // Who had it before does not take it away from who has it now.
        try lab.firewall(["remove", "publish,tcp,8080,10.77.0.2,80", "publish,udp,8080,10.77.0.2,80"])
        let after = try listing(lab, "map inet minibox ports4")
        #expect(after.contains("tcp . 8080 : 10.77.0.3 . 81"))
        #expect(!after.contains("udp"))
    }

    @Test func whatBelongsToNobodyIsCollected() throws {
        let lab = try TestNetwork()
        try lab.firewall(["restore", "--", network, port, "publish,tcp,1,10.77.0.2,1"])
        #expect(try lab.firewall(["collect", "--", network, port]).text == "1")
        #expect(try lab.firewall(["collect", "--", network]).text == "3")
        #expect(try lab.firewall(["collect", "--", network]).text == "0")
        // bridges, selves, two subnets, masqueraded
        #expect(try lab.firewall(["collect"]).text == "5")
        #expect(try lab.firewall(["remove", network]).status == 0)
        #expect(try lab.firewall(["intact"]).text == "true")
    }

    @Test func moreThanOneMessageHolds() throws {
        let lab = try TestNetwork()
        let many = (0..<2500).map { "publish,tcp,\($0 + 1),10.77.\($0 / 250).\($0 % 250 + 1),80" }
        try lab.firewall(["restore", "--"] + many)
        #expect(try lab.firewall(["intact"]).text == "true")
        #expect(try lab.firewall(["collect", "--"] + many).text == "0")
        try lab.firewall(["add"] + many.prefix(1200).map { $0.replacing(",80", with: ",81") })
        #expect(try lab.firewall(["collect"]).text == "2500")
    }

    @Test func manyAtOnceDoNotFailEachOther() throws {
        let lab = try TestNetwork()
        let programs = try (0..<12).map { try lab.tryFirewall(["churn", "\($0)", "24", "--", network]) }
        for _ in 0..<6 {
            _ = try lab.firewall(["collect", "--", network])
            if hasNft { try lab.shell(lab.host, "nft flush ruleset") }
        }
        for program in programs {
            let outcome = program.wait(seconds: 60)
            #expect(outcome.status == 0, "\(outcome)")
        }
        try lab.firewall(["add", network, "--"])
        #expect(try lab.firewall(["intact"]).text == "true")
    }

    @Test func aContainerCostsLittle() throws {
        let lab = try TestNetwork()
        try lab.firewall(["restore", "--", network])
        let micros = try #require(Int(try lab.firewall(["time", "300"]).text))
        // 110 µs with nothing else on the machine, in a debug build; ten times as much would be another algorithm.
        #expect(micros < 2000, "it took \(micros) µs to add a container with two ports")
    }

    @Test func whoMayNotChangeThemIsTold() throws {
        let lab = try TestNetwork()
        let outcome = try RunningProgram(
            [
                "/usr/sbin/ip", "netns", "exec", lab.host.name, "/usr/bin/setpriv", "--bounding-set=-net_admin",
                "--inh-caps=-net_admin", TestMachine.top + "/.build/debug/firewall-test", "restore",
            ], environment: ["PATH": "/usr/bin:/usr/sbin"]
        ).wait()
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("may not change the rules of nf_tables: it needs CAP_NET_ADMIN"), "\(outcome)")
    }
}
