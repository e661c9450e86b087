// SPDX-License-Identifier: Apache-2.0

extension NamespaceView {
    /// A picture of its own, for a page or a browser: SVG 1.1, without scripts or anything that is fetched.
    ///
    /// A row is the host or a container with its processes, a column a kind of namespace. Fields of one colour in a column
    /// are one namespace; grey is the host's, and white one that nobody else has.
    public var svg: String {
        let heights = members.map(\.height)
        let width = Layout.margin * 2 + Layout.names + Self.kinds.count * Layout.field
        let height = Layout.top + Layout.row + heights.reduce(0) { $0 + $1 + Layout.gap } + Layout.margin + 40
        var drawing = SVGDrawing(width: width, height: height)
        drawing.text(
            "who shares what", x: Layout.margin, y: Layout.margin + 14, size: 16, weight: "bold", color: "#23395b")
        for (column, kind) in Self.kinds.enumerated() {
            drawing.text(kind, x: x(of: column) + 8, y: Layout.top - 10, size: 13, weight: "bold")
        }
        var y = Layout.top
        draw("the host", [], host, isHost: true, y: y, height: Layout.row, in: &drawing)
        y += Layout.row + Layout.gap
        for (member, height) in zip(members, heights) {
            draw(member.name, member.lines, member.spaces, isHost: false, y: y, height: height, in: &drawing)
            y += height + Layout.gap
        }
        drawing.text(
            "grey: the host's   white: nobody else's   one colour in a column: shared   numbers: on the host / inside",
            x: Layout.margin, y: y + 18, size: 12, color: "#666666")
        return drawing.text
    }

    private func draw(
        _ name: String, _ lines: [String], _ spaces: [String: UInt64], isHost: Bool, y: Int, height: Int,
        in drawing: inout SVGDrawing
    ) {
        drawing.box(
            x: Layout.margin, y: y, width: Layout.names - 12, height: height, fill: isHost ? "#e8eef7" : "#ffffff",
            stroke: "#3d3d3d")
        drawing.text(name, x: Layout.margin + 10, y: y + 20, size: 14, weight: "bold")
        for (index, line) in lines.enumerated() {
            drawing.text(
                line, x: Layout.margin + 10, y: y + 38 + index * Layout.line, size: 12, isMono: true)
        }
        for (column, kind) in Self.kinds.enumerated() {
            guard let number = spaces[kind] else { continue }
            drawing.box(
                x: x(of: column), y: y, width: Layout.field - 6, height: height, fill: color(of: number, kind),
                stroke: "#7a7a6c")
            // The kernel counts them on, so that the end tells them apart.
            drawing.text("\(number % 100_000)", x: x(of: column) + 8, y: y + 20, size: 12, isMono: true)
        }
    }

    private func x(of column: Int) -> Int { Layout.margin + Layout.names + column * Layout.field }

    private func color(of number: UInt64, _ kind: String) -> String {
        if number == host[kind] { return "#d8d8d2" }
        let shared = spaces.filter { $0.kind == kind && !$0.isHost && $0.members.count > 1 }.map(\.number)
        guard let place = shared.firstIndex(of: number) else { return "#ffffff" }
        return Layout.colors[place % Layout.colors.count]
    }

    /// In pixels.
    fileprivate enum Layout {
        static let margin = 24
        static let top = 84
        static let names = 330
        static let field = 78
        static let row = 34
        static let line = 16
        static let gap = 8
        static let colors = ["#f6c667", "#9ad0a5", "#9cc3ee", "#e7a3b4", "#c9b3e6", "#8fd3cf"]
        /// Lines of processes that are drawn of a container.
        static let most = 24
    }
}

extension NamespaceView.Member {
    /// Its processes, a line each, those below indented.
    fileprivate var lines: [String] {
        func lines(_ nodes: [NamespaceView.Node], _ depth: Int) -> [String] {
            nodes.flatMap { [String(repeating: "  ", count: depth) + $0.text] + lines($0.children, depth + 1) }
        }
        let all = lines(processes, 0)
        let most = NamespaceView.Layout.most
        return all.count <= most ? all : Array(all.prefix(most - 1)) + ["and \(all.count - most + 1) more"]
    }

    fileprivate var height: Int { NamespaceView.Layout.row + lines.count * NamespaceView.Layout.line + 6 }
}
