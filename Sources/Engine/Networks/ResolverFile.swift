// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What resolv.conf(5) says: whom to ask for names, and how.
struct ResolverFile: Hashable, Sendable {
    var servers: [String] = []
    var searches: [String] = []
    var options: [String] = []

    /// Reads a file of that form; what it does not know it leaves out.
    init(parsing text: String) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }.map { String($0) ?? "" }
            guard let key = words.first else { continue }
            switch key {
            case "nameserver": servers += words.dropFirst().prefix(1)
            case "search", "domain": searches = Array(words.dropFirst())
            case "options": options += words.dropFirst()
            default: break
            }
        }
    }

    /// The host's own; empty where it has none.
    static func ofHost() -> ResolverFile {
        let bytes = (try? Descriptor.contents(of: "/etc/resolv.conf")) ?? []
        return ResolverFile(parsing: String(decoding: bytes, as: UTF8.self))
    }

    /// Without the servers that are the machine's own alone, by its loopback interface.
    var reachable: ResolverFile {
        var result = self
        result.servers = servers.filter { text in
            let plain = text.utf8.firstIndex(of: UInt8(ascii: "%")).map { String(text[..<$0]) } ?? text
            return InternetAddress(plain).map { !$0.isLoopback && !$0.isLinkLocal } ?? false
        }
        return result
    }

    /// The same for a container that asks one server alone, which knows names without a dot.
    func asked(at server: InternetAddress) -> ResolverFile {
        var result = self
        result.servers = ["\(server)"]
        if !options.contains(where: { $0.hasPrefix("ndots:") }) { result.options.append("ndots:0") }
        return result
    }

    var text: String {
        var lines = servers.map { "nameserver \($0)" }
        if !searches.isEmpty { lines.append("search \(searches.joined(separator: " "))") }
        if !options.isEmpty { lines.append("options \(options.joined(separator: " "))") }
        return lines.map { $0 + "\n" }.joined()
    }
}
