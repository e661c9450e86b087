// SPDX-License-Identifier: Apache-2.0

extension NetworkGraph {
    /// For a terminal: a tree a network, and who may talk to what.
    public var text: String {
        if parts.isEmpty { return "there are no networks\n" }
        return parts.map(\.text).joined(separator: "\n")
            + "\nno network reaches another, but by ports that are published\n"
    }
}

extension NetworkGraph.Part {
    fileprivate var text: String {
        var lines = ["\(name)  \(subnets.joined(separator: ", "))  (\(bridge)\(isInternal ? ", internal" : ""))"]
        let widths = [members.map(\.name), members.map(\.interface), members.map(\.allAddresses)].map { column in
            column.map(\.count).max() ?? 0
        }
        for (number, member) in members.enumerated() {
            let isLast = number == members.count - 1
            var line = isLast ? "└─ " : "├─ "
            for (word, width) in zip([member.name, member.interface, member.allAddresses], widths) {
                line += word + String(repeating: " ", count: width - word.count + 2)
            }
            if !member.alsoOn.isEmpty { line += "also on \(member.alsoOn.joined(separator: ", "))" }
            while line.last == " " { line.removeLast() }
            lines.append(line)
            let below = member.ports.map { "\($0.outside) -> \($0.inside)" } + member.grants.map { "may \($0)" }
            for words in below { lines.append("\(isLast ? " " : "│")     \(words)") }
        }
        if members.isEmpty { lines.append("└─ nobody") }
        lines.append(reach.line("may", true))
        lines.append(reach.line("may not", false))
        return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }
}

extension NetworkGraph.Member {
    var allAddresses: String { addresses.joined(separator: " ") }
}

extension NetworkGraph.Reach {
    /// Those that are open, or those that are not; nothing where there are none.
    fileprivate func line(_ start: String, _ isOpen: Bool) -> String {
        let places = list.filter { $0.isOpen == isOpen }.map(\.words)
        return places.isEmpty ? "" : "   \(start): \(places.joined(separator: ", "))"
    }
}
