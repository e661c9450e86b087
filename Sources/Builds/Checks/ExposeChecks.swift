// SPDX-License-Identifier: Apache-2.0

/// `EXPOSE 80/TCP`
enum ExposeProtoCasing: Check {
    static let rule = CheckRule.exposeProtoCasing

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        exposedPorts(in: file).compactMap { port, range in
            let parts = port.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1] != parts[1].lowercased() else { return nil }
            return finding(
                "the protocol of \(port) has capitals: write \(parts[0])/\(parts[1].lowercased())", at: range)
        }
    }
}

/// `EXPOSE 127.0.0.1:80:80`
enum ExposeInvalidFormat: Check {
    static let rule = CheckRule.exposeInvalidFormat

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        exposedPorts(in: file).compactMap { port, range in
            let parts = port.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.dropLast().contains(where: { !$0.isEmpty }), let last = parts.last else { return nil }
            return finding(
                "\(port) has an address or a port of the host, which means nothing here: write \(last)", at: range)
        }
    }
}

/// The words of EXPOSE, variables expanded and split again.
private func exposedPorts(in file: CheckedDockerfile) -> [(port: String, range: SourceRange)] {
    file.builtInstructions.flatMap { checked -> [(port: String, range: SourceRange)] in
        guard case .expose = checked.instruction.body else { return [] }
        return checked.texts.flatMap { text in text.words.map { ($0, text.range) } }
    }
}
