// SPDX-License-Identifier: Apache-2.0
internal import Words

extension InstructionReader {
    private static let mountKeys = [
        "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw",
        "required",
        "size", "id", "sharing", "mode", "uid", "gid", "env",
    ]
    private static let bareMountKeys = ["readonly", "ro", "readwrite", "rw", "required"]

    /// Each `--mount` as its options: keys are checked, in lower case; values are for those who expand variables.
    func mounts() throws(DockerfileError) -> [Instruction.Run.Mount] {
        var result: [Instruction.Run.Mount] = []
        for (flag, raw) in zip(flags, head.flags) where flag.name == "mount" {
            let fields = try csvFields(flag.value ?? "", at: raw.word)
            var options: [(key: String, value: String?)] = []
            for field in fields {
                options.append(try mountOption(field, at: raw.word))
            }
            result.append(Instruction.Run.Mount(options: options, range: flag.range))
        }
        return result
    }

    private func mountOption(
        _ field: String, at word: ArraySlice<UInt8>
    ) throws(DockerfileError) -> (key: String, value: String?) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = parts[0].lowercased()
        let value = parts.count == 2 ? String(parts[1]) : nil
        guard Self.mountKeys.contains(key) else {
            let near = nearestWord(to: key, among: Self.mountKeys).map { "did you mean \($0)?" }
            throw failure(
                .flag, "--mount has no option \(key.isEmpty ? "without a name" : key)", at: word,
                hint: near ?? "write --mount=type=bind,source=PATH,target=PATH")
        }
        if value == nil, !Self.bareMountKeys.contains(key) {
            throw failure(.flag, "\(key) of --mount needs a value", at: word, hint: "write \(key)=VALUE")
        }
        if key == "from", let value, Self.hasVariable(value) {
            throw failure(
                .flag, "from of --mount cannot have variables", at: word,
                hint: "write FROM \(value) AS NAME as a stage, and from=NAME")
        }
        return (key, value)
    }

    /// Whether `$` is there with something behind it.
    static func hasVariable(_ text: String) -> Bool {
        text.utf8.dropLast().contains(UInt8(ascii: "$"))
    }

    /// The fields of one record of CSV (RFC 4180): a field between double quotes may have commas, and `""` for a quote.
    private func csvFields(_ text: String, at word: ArraySlice<UInt8>) throws(DockerfileError) -> [String] {
        let wrong = failure(
            .flag, "--mount has a double quote that does not belong there", at: word,
            hint: "put all of an option between double quotes: \"source=a,b\"")
        let quote = UInt8(ascii: "\"")
        guard !text.isEmpty else {
            throw failure(
                .flag, "--mount is empty", at: word, hint: "write --mount=type=bind,source=PATH,target=PATH")
        }
        var fields: [String] = []
        var rest = Array(text.utf8)[...]
        while true {
            var field: [UInt8] = []
            if rest.first == quote {
                rest = rest.dropFirst()
                while true {
                    guard let end = rest.firstIndex(of: quote) else { throw wrong }
                    field += rest[..<end]
                    rest = rest[(end + 1)...]
                    guard rest.first == quote else { break }
                    field.append(quote)
                    rest = rest.dropFirst()
                }
                guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { throw wrong }
            } else {
                let plain = rest.prefix { $0 != UInt8(ascii: ",") }
                if plain.contains(quote) { throw wrong }
                field = Array(plain)
                rest = rest[plain.endIndex...]
            }
            fields.append(field[...].text)
            if rest.isEmpty { return fields }
            rest = rest.dropFirst()
        }
    }
}
