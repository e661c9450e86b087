// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct NetworkGraphTests {
    private static let graph = NetworkGraph(parts: [
        NetworkGraph.Part(
            name: "bridge", bridge: "minibox0", subnets: ["172.17.0.0/16 by 172.17.0.1"],
            reach: NetworkGraph.Reach(neighbours: false, world: true)),
        NetworkGraph.Part(
            name: "lab", bridge: "mb-0123456789ab", subnets: ["10.9.0.0/24 by 10.9.0.1"], isInternal: true,
            reach: NetworkGraph.Reach(neighbours: true, world: false, machine: true),
            members: [
                NetworkGraph.Member(
                    name: "web", interface: "eth0", addresses: ["10.9.0.2", "fd00::2"],
                    ports: [NetworkGraph.Port(outside: "0.0.0.0:8080", inside: "80/tcp")], alsoOn: ["other"]),
                NetworkGraph.Member(
                    name: "data", interface: "eth0", addresses: ["10.9.0.3"], grants: ["read cloud metadata"]),
            ]),
    ])

    @Test func theTextIsATreeANetwork() {
        #expect(
            Self.graph.text == """
                bridge  172.17.0.0/16 by 172.17.0.1  (minibox0)
                └─ nobody
                   may: reach the world
                   may not: talk to each other, use services of this machine, read cloud metadata, send as somebody else

                lab  10.9.0.0/24 by 10.9.0.1  (mb-0123456789ab, internal)
                ├─ web   eth0  10.9.0.2 fd00::2  also on other
                │     0.0.0.0:8080 -> 80/tcp
                └─ data  eth0  10.9.0.3
                      may read cloud metadata
                   may: talk to each other, use services of this machine
                   may not: reach the world, read cloud metadata, send as somebody else

                no network reaches another, but by ports that are published

                """)
        #expect(NetworkGraph(parts: []).text == "there are no networks\n")
    }

    @Test func thePictureHasAllOfIt() {
        let svg = Self.graph.svg
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
        for words in [
            "bridge", "lab", "mb-0123456789ab, internal", "web", "eth0  fd00::2", "0.0.0.0:8080 → 80/tcp",
            "may not talk to each other", "may talk to each other", "may reach the world", "also on other",
            "may read cloud metadata",
        ] { #expect(svg.contains(">\(words)</text>"), "\(words)") }
        // A way out of the one that has one, and an arrow to the one container that is published.
        #expect(svg.split(separator: "<polygon").count - 1 == 2)
        #expect(!svg.contains("<script") && !svg.contains("href"))
    }

    /// What leads to a published container goes by everything that is written above it.
    @Test func noArrowCrossesATitle() throws {
        let svg = Self.graph.svg
        func number(after mark: String, before text: String) throws -> Int {
            let line = svg.split(separator: "\n").first { $0.contains(text) } ?? ""
            return try #require(Int(line.split(separator: mark).last?.prefix { $0.isNumber } ?? ""), "\(text)")
        }
        let lane = try number(after: "points=\"", before: "stroke=\"#b5651d\"")
        for title in [">lab<", ">mb-0123456789ab, internal<", ">10.9.0.0/24 by 10.9.0.1<"] {
            #expect(try number(after: "<text x=\"", before: title) > lane + 4, "\(title)")
        }
    }

    @Test func aNameIsAName() {
        var graph = Self.graph
        graph.parts[0].bridge = "</text><script>"
        #expect(!graph.svg.contains("<script>"))
    }

    @Test func whatIsAskedFilters() throws {
        let label = LabelFilter(parsing: "a=b=c")
        #expect(label.passes { ["a": "b=c"][$0] } && !label.passes { ["a": "b"][$0] } && !label.passes { _ in nil })
        let without = LabelFilter(parsing: "a", isWanted: false)
        #expect(without.passes { _ in nil } && !without.passes { _ in "" })
        let other = LabelFilter(parsing: "a=b", isWanted: false)
        #expect(other.passes { _ in "c" } && !other.passes { _ in "b" })
    }
}
