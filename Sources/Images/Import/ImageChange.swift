// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

/// A change to an image's configuration, in the syntax of a Dockerfile, as `import --change` takes it.
///
/// CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME and WORKDIR, with the meaning they have there.
struct ImageChange {
    private static let known = [
        "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ]
    private static let shell = ["/bin/sh", "-c"]

    private let text: String
    private let name: String
    private let rest: String

    /// Reads `NAME ARGUMENTS`.
    init(_ text: String) throws(ImageError) {
        self.text = text
        let pieces = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        name = pieces.first.map { $0.uppercased() } ?? ""
        rest = pieces.count == 2 ? Self.trimmed(pieces[1]) : ""
        guard Self.known.contains(name) else {
            let nearest = nearestWord(to: name, among: Self.known).map { ", did you mean \($0)?" } ?? ""
            throw failure(
                "\(name.isEmpty ? "an empty change" : name) is none of \(Self.known.joined(separator: ", "))\(nearest)")
        }
        guard !rest.isEmpty else { throw failure("\(name) needs an argument") }
    }

    private static func trimmed(_ text: Substring) -> String {
        var result = text
        while result.last?.isWhitespace == true { result.removeLast() }
        return String(result.drop(while: \.isWhitespace))
    }

    private func failure(_ words: String) -> ImageError {
        ImageError(.badChange, text, "malformed change \"\(text)\": \(words)")
    }

    /// Makes the change.
    func apply(to execution: inout ImageConfiguration.Execution) throws(ImageError) {
        switch name {
        case "CMD": execution.command = try list() ?? Self.shell + [rest]
        case "ENTRYPOINT": execution.entrypoint = try list() ?? Self.shell + [rest]
        case "ENV":
            for (key, value) in try pairs(execution) {
                let entry = "\(key)=\(value)"
                if let place = execution.environment.firstIndex(where: { $0.hasPrefix("\(key)=") }) {
                    execution.environment[place] = entry
                } else {
                    execution.environment.append(entry)
                }
            }
        case "LABEL": for (key, value) in try pairs(execution) { execution.labels[key] = value }
        case "USER": execution.user = try word(execution)
        case "WORKDIR":
            let path = try word(execution)
            let whole = path.isRooted ? path : "\(execution.workingDirectory)/\(path)"
            execution.workingDirectory = Self.cleaned(whole)
        case "STOPSIGNAL":
            let signal = try word(execution)
            guard Signal(parsing: signal) != nil else {
                throw failure("\(signal) is no signal, write a name as SIGTERM or a number")
            }
            execution.stopSignal = signal
        case "VOLUME":
            var paths = try list()
            if paths == nil { paths = try words(execution) }
            for path in paths ?? [] {
                guard path.isRooted else { throw failure("\(path) is no absolute path") }
                execution.volumes.append(path)
            }
            execution.volumes = Array(Set(execution.volumes)).sorted()
        default:
            for port in try words(execution) { execution.exposedPorts += try ports(port) }
            execution.exposedPorts = Array(Set(execution.exposedPorts)).sorted()
        }
    }

    /// The elements, where the argument is a JSON array; nil where it is anything else, and so for the shell.
    private func list() throws(ImageError) -> [String]? {
        guard rest.hasPrefix("["), let elements = (try? JSON(parsing: rest))?.array else { return nil }
        guard let strings = JSON.array(elements).strings else {
            throw failure("the array has an element that is no string, write \(name) [\"word\", \"word\"]")
        }
        return strings
    }

    private func words(_ execution: ImageConfiguration.Execution) throws(ImageError) -> [String] {
        var lexer = ChangeLexer(rest, environment: execution.environment)
        do throws(ChangeLexer.Fault) { return try lexer.words() } catch { throw failure(error.words) }
    }

    private func word(_ execution: ImageConfiguration.Execution) throws(ImageError) -> String {
        let words = try words(execution)
        guard words.count == 1, !words[0].isEmpty else { throw failure("\(name) takes one argument") }
        return words[0]
    }

    private func pairs(_ execution: ImageConfiguration.Execution) throws(ImageError) -> [(String, String)] {
        var result: [(String, String)] = []
        for word in try words(execution) {
            let pieces = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, !pieces[0].isEmpty else {
                throw failure("write \(name) KEY=VALUE, with quotes around a value that has spaces")
            }
            result.append((String(pieces[0]), String(pieces[1])))
        }
        return result
    }

    private func ports(_ text: String) throws(ImageError) -> [String] {
        let pieces = text.split(separator: "/", omittingEmptySubsequences: false)
        let kind = pieces.count == 2 ? pieces[1].lowercased() : "tcp"
        let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) ?? 0 }
        guard pieces.count <= 2, ["tcp", "udp", "sctp"].contains(kind), let first = ends.first, let last = ends.last,
            ends.count <= 2, first > 0, first <= last
        else { throw failure("\(text) is no port, write 80, 53/udp or 8000-8010/tcp") }
        return (first...last).map { "\($0)/\(kind)" }
    }

    private static func cleaned(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.pathParts where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
