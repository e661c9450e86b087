// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

/// `minibox audit verify`.
enum AuditVerifyCommand {
    /// What its line says.
    struct Options: Sendable {
        var anchor: ActionVerdict.Anchor?
        var printsJSON = false
    }

    /// The table of `minibox audit verify`.
    static func table() -> Command<Options> {
        Command(
            "Show whether the log of who did what is as it was written",
            discussion: [
                "Each record has the hash of the one before, and what the log has come to is kept beside it: a record that was "
                    + "changed, taken out or put in is found, and so is a log that was cut short. Who is root can make both "
                    + "anew; --head finds that, with what this command printed once and somebody else has kept.",
                "It ends with 1 where a record is broken.",
            ],
            options: Options(),
            flags: [
                .value("head", "NUMBER:HASH", "Hold it against a head that was printed before", anchor) {
                    $0.anchor = $1
                },
                .value("format", "text|json", "Print text or JSON", isJSON) { $0.printsJSON = $1 },
            ])
    }

    private static func anchor(_ text: String) throws(SyntaxError) -> ActionVerdict.Anchor {
        try ActionVerdict.Anchor(parsing: text)
    }

    private static func isJSON(_ text: String) throws(SyntaxError) -> Bool {
        guard text == "json" || text == "text" else { throw SyntaxError(text, "is no format", "write text or json") }
        return text == "json"
    }

    /// Prints what was found.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let verdict = try globals.engine.verifyActions(against: options.anchor)
        try Minibox.show(options.printsJSON ? "\(json(of: verdict))\n" : text(of: verdict))
        return verdict.broken == nil ? 0 : 1
    }

    private static func text(of verdict: ActionVerdict) -> String {
        var text = verdict.notes.map { "note: \($0)\n" }.joined()
        if let number = verdict.broken {
            text += "broken at record \(number): \(verdict.reason)\n"
        } else if verdict.count == 0 {
            text += "nothing is recorded yet\n"
        } else {
            let removed = verdict.dropped > 0 ? ", the first \(verdict.dropped) of them removed for room" : ""
            text +=
                "\(verdict.count) record\(verdict.count == 1 ? "" : "s")\(removed), unbroken: "
                + "\(verdict.count):\(verdict.hash)\n"
        }
        return text
    }

    private static func json(of verdict: ActionVerdict) -> JSON {
        [
            "records": JSON(verdict.count), "head": .string("\(verdict.count):\(verdict.hash)"),
            "broken": verdict.broken.map { JSON($0) } ?? .null, "reason": .string(verdict.reason),
            "notes": JSON(verdict.notes), "dropped": JSON(verdict.dropped),
        ]
    }
}
