// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

extension Exercise {
    /// What of its folder would make it no exercise, though its description can be read; a line each.
    public func faults() -> [String] {
        var faults: [String] = []
        if folder.split(separator: "/").last.map(String.init) != name {
            faults.append("\(folder) has to be called \(name), after its id and slug")
        }
        for script in Script.allCases {
            let text = contents(of: script.file)
            if text == nil, script.isNeeded { faults.append("\(name) has no \(script.file)") }
            if let text, !text.hasPrefix("#!/bin/sh\n") {
                faults.append("\(name)/\(script.file) has to begin with #!/bin/sh")
            }
        }
        for page in ["story.md", "debrief.md"] where contents(of: page)?.isEmpty ?? true {
            faults.append("\(name) has no \(page)")
        }
        for (place, hint) in hints.enumerated() where Self.looksLikeCommand(hint) {
            faults.append("\(name): hint \(place + 1) has a command in it: it has to lead, not to tell")
        }
        for (place, reaction) in reactions.enumerated() where Self.looksLikeCommand(reaction.says) {
            faults.append("\(name): reaction \(place + 1) has a command in it: it has to lead, not to tell")
        }
        if hints.count != 3 { faults.append("\(name) has \(hints.count) hints, and has to have 3") }
        let seen = (contents(of: Script.observe.file) ?? "") + (contents(of: Script.attack.file) ?? "")
        for key in Set(effect.reproduced.keys).union(effect.blocked.keys).sorted()
        where !seen.hasPart(key) && !seen.hasPart(String(key.split(separator: ":")[0])) {
            faults.append("\(name): observe.sh never prints '\(key)', which is expected")
        }
        return faults
    }

    /// The text of one of its files; nil where it has none.
    public func contents(of file: String) -> String? {
        (try? Descriptor.contents(of: "\(folder)/\(file)")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func looksLikeCommand(_ hint: String) -> Bool {
        ["minibox ", "`", " --", "$ ", "probe ", "| "].contains { hint.hasPart($0) }
    }
}
