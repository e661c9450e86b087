// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Engine

@Suite struct NamespaceViewTests {
    private static let view: NamespaceView = {
        var web = NamespaceView.Member(id: String(repeating: "a", count: 64), name: "web", image: "nginx")
        web.spaces = ["mnt": 10, "pid": 11, "net": 12, "uts": 1]
        web.processes = [
            NamespaceView.Node(
                numbers: [4711, 1], name: "nginx",
                children: [NamespaceView.Node(numbers: [4720, 7], name: "a<b\u{1B}", others: ["mnt"])]),
            NamespaceView.Node(numbers: [4790, 9, 1], name: "sh"),
        ]
        var side = NamespaceView.Member(id: String(repeating: "b", count: 64), name: "side", image: "busybox")
        side.spaces = ["mnt": 20, "pid": 21, "net": 12, "uts": 1]
        side.processes = [NamespaceView.Node(numbers: [4800, 1], name: "sleep")]
        return NamespaceView(host: ["mnt": 1, "pid": 2, "net": 3, "uts": 1], members: [web, side])
    }()

    @Test func drawsATreeWithBothNumbers() {
        #expect(
            Self.view.text(.processes) == """
                host
                ├─ web  nginx  aaaaaaaaaaaa
                │  ├─ 4711 / 1  nginx
                │  │  └─ 4720 / 7  a<b\\u{1B}  (others of mnt)
                │  └─ 4790 / 9 / 1  sh
                └─ side  busybox  bbbbbbbbbbbb
                   └─ 4800 / 1  sleep

                """)
    }

    @Test func tellsWhoSharesWhat() {
        let text = Self.view.text([.processes, .namespaces])
        #expect(
            text.contains("│     its own: mnt pid\n│     with side: net\n│     the host's: uts\n│  ├─ 4711"), "\(text)")
        #expect(text.contains("\nnet    12          web, side\n"), "\(text)")
        #expect(text.contains("\nuts    1           the host, web, side\n"), "\(text)")
        #expect(!Self.view.text(.namespaces).contains("4711"))
        #expect(NamespaceView(host: [:], members: []).text(.processes) == "host\n")
    }

    @Test func writesJSON() {
        let json = Self.view.json
        #expect(json["containers"]?[0]?["shared"] == ["side": ["net"]])
        #expect(json["containers"]?[0]?["processes"]?[0]?["children"]?[0]?["inside"] == [7])
        #expect(json["containers"]?[1]?["own"] == ["mnt", "pid"] && json["host"]?["pid"] == 2)
        #expect(json["namespaces"]?.array?.count == 9)
    }

    @Test func drawsAPicture() {
        let svg = Self.view.svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n") && !svg.contains("<script"))
        #expect(svg.contains("a&lt;b") && !svg.contains("a<b") && !svg.contains("\u{1B}"))
        // Each has a field of the shared one's colour, and nobody else.
        #expect(svg.components("#f6c667") == 2, "\(svg)")
        #expect(svg.components("#d8d8d2") == 6)
    }
}

extension String {
    /// How often it has `part`.
    fileprivate func components(_ part: String) -> Int {
        utf8.indices.count { self[$0...].hasPrefix(part) }
    }
}
