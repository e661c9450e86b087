// SPDX-License-Identifier: Apache-2.0
internal import Words

/// Boxes, lines and words of one SVG 1.1 document. Words are escaped, so that a name that somebody chose is a name there.
struct SVGDrawing {
    private let width: Int
    private let height: Int
    private var body = ""

    /// In pixels.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The whole document.
    var text: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
        font-family="system-ui, sans-serif">
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(body)</svg>

        """
    }

    mutating func box(
        x: Int, y: Int, width: Int, height: Int, fill: String, stroke: String, isDashed: Bool = false
    ) {
        let dashes = isDashed ? " stroke-dasharray=\"6 4\"" : ""
        body += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"6\" fill=\"\(fill)\" "
        body += "stroke=\"\(stroke)\"\(dashes)/>\n"
    }

    mutating func text(
        _ words: String, x: Int, y: Int, size: Int, weight: String = "normal", color: String = "#222222",
        isMono: Bool = false
    ) {
        let font = isMono ? " font-family=\"ui-monospace, monospace\"" : ""
        body += "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" fill=\"\(color)\"\(font) "
        body += "xml:space=\"preserve\">\(Markup.escaped(words))</text>\n"
    }

    /// A straight line with its point at `end`, which is right above or below.
    mutating func arrow(from start: (x: Int, y: Int), to end: (x: Int, y: Int), color: String) {
        let way = end.y < start.y ? 8 : -8
        line([(start.x, start.y), (end.x, end.y)], color: color)
        point([(end.x, end.y), (end.x - 5, end.y + way), (end.x + 5, end.y + way)], color: color)
    }

    /// Down, and to the right with its point at `end`.
    mutating func elbow(from start: (x: Int, y: Int), down y: Int, to end: Int, color: String) {
        line([(start.x, start.y), (start.x, y), (end, y)], color: color)
        point([(end, y), (end - 8, y - 5), (end - 8, y + 5)], color: color)
    }

    private mutating func line(_ points: [(x: Int, y: Int)], color: String) {
        body += "<polyline points=\"\(Self.list(points))\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\"/>\n"
    }

    private mutating func point(_ points: [(x: Int, y: Int)], color: String) {
        body += "<polygon points=\"\(Self.list(points))\" fill=\"\(color)\"/>\n"
    }

    private static func list(_ points: [(x: Int, y: Int)]) -> String {
        points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    }
}
