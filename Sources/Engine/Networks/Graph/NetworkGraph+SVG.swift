// SPDX-License-Identifier: Apache-2.0

extension NetworkGraph {
    /// A picture of its own, for a page or a browser: SVG 1.1, without scripts or anything that is fetched.
    ///
    /// The world is a bar at the top, each network a column below it with its containers, and an arrow leads to each
    /// container that is published. A line that ends at the bar says that a network has a way out.
    public var svg: String {
        let tallest = parts.map(\.height).max() ?? 0
        let width = Layout.margin + parts.count * (Layout.column + Layout.margin)
        let height = Layout.top + tallest + Layout.margin
        var drawing = SVGDrawing(width: max(width, Layout.column), height: height)
        drawing.box(
            x: Layout.margin, y: Layout.margin, width: max(width, Layout.column) - 2 * Layout.margin,
            height: Layout.bar, fill: "#e8eef7", stroke: "#4a6fa5")
        drawing.text(
            "the world", x: Layout.margin + 12, y: Layout.margin + 20, size: 14, weight: "bold", color: "#23395b")
        for (number, part) in parts.enumerated() {
            part.draw(x: Layout.margin + number * (Layout.column + Layout.margin), in: &drawing)
        }
        if parts.isEmpty { drawing.text("there are no networks", x: Layout.margin, y: Layout.top, size: 13) }
        return drawing.text
    }

    /// In pixels.
    fileprivate enum Layout {
        static let margin = 24
        static let bar = 30
        /// Where networks begin.
        static let top = 110
        static let column = 430
        static let head = 62
        static let line = 17
        static let gap = 10
        /// Left of containers, where arrows go down.
        static let gutter = 44
    }
}

extension NetworkGraph.Member {
    /// What is said of it, below its name.
    fileprivate var lines: [String] {
        addresses.map { "\(interface)  \($0)" } + ports.map { "\($0.outside) → \($0.inside)" }
            + grants.map { "may \($0)" } + (alsoOn.isEmpty ? [] : ["also on \(alsoOn.joined(separator: ", "))"])
    }

    fileprivate var height: Int { 28 + lines.count * NetworkGraph.Layout.line }
}

extension NetworkGraph.Part {
    fileprivate var height: Int {
        NetworkGraph.Layout.head + subnets.count * NetworkGraph.Layout.line
            + members.reduce(0) { $0 + $1.height + NetworkGraph.Layout.gap }
            + reach.list.count * NetworkGraph.Layout.line + 24
    }

    fileprivate func draw(x: Int, in drawing: inout SVGDrawing) {
        let layout = NetworkGraph.Layout.self
        let barEnd = layout.margin + layout.bar
        drawing.box(
            x: x, y: layout.top, width: layout.column, height: height, fill: "#fbfaf6",
            stroke: isInternal ? "#9a3b3b" : "#7a7a6c", isDashed: isInternal)
        // Right of the arrows that pass by.
        let head = x + layout.gutter
        drawing.text(name, x: head, y: layout.top + 24, size: 16, weight: "bold")
        drawing.text(bridge + (isInternal ? ", internal" : ""), x: head, y: layout.top + 43, size: 12, color: "#666")
        var y = layout.top + layout.head
        for subnet in subnets {
            drawing.text(subnet, x: head, y: y, size: 12, isMono: true)
            y += layout.line
        }
        if reach.world {
            drawing.arrow(
                from: (x + layout.column - 24, layout.top), to: (x + layout.column - 24, barEnd), color: "#2f7d4f")
        }
        y += 2
        for (number, member) in members.enumerated() {
            let left = x + layout.gutter
            drawing.box(
                x: left, y: y, width: layout.column - layout.gutter - 12, height: member.height, fill: "#ffffff",
                stroke: "#3d3d3d")
            drawing.text(member.name, x: left + 10, y: y + 19, size: 14, weight: "bold")
            for (place, line) in member.lines.enumerated() {
                drawing.text(line, x: left + 10, y: y + 36 + place * layout.line, size: 12, isMono: true)
            }
            if !member.ports.isEmpty {
                // Each has a lane of its own, as far as there is room.
                let lane = x + 8 + min(number, 4) * 7
                drawing.elbow(from: (lane, barEnd), down: y + 16, to: left, color: "#b5651d")
            }
            y += member.height + layout.gap
        }
        y += 14
        for (words, isOpen) in reach.list {
            drawing.text(
                (isOpen ? "may " : "may not ") + words, x: x + 12, y: y, size: 12, color: isOpen ? "#2f7d4f" : "#9a3b3b"
            )
            y += layout.line
        }
    }
}
