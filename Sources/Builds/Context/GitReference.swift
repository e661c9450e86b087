// SPDX-License-Identifier: Apache-2.0

/// A repository, and what of it is meant: `https://HOST/PATH.git#REF:DIRECTORY`, or with a query in the place of the
/// fragment, as in `?ref=REF&subdir=DIRECTORY&checksum=COMMIT`.
///
/// `ssh://` and `git://` addresses, and `USER@HOST:PATH`, name a repository by themselves; one of `http` and `https` does
/// where its path ends in `.git`. `github.com/OWNER/NAME` could be a directory too: it is one for ADD.
public struct GitReference: Hashable, Sendable {
    /// Without query and fragment, as git takes it.
    public var remote: String
    /// A branch, a tag, a full name as `refs/heads/main`, or a commit; nil for what the repository calls its head.
    public var name: String?
    /// The directory of the repository that is meant; nil for all of it.
    public var subdirectory: String?
    /// How the commit's id starts.
    public var checksum: String?
    /// nil for what the instruction or the command line says.
    public var keepsDirectory: Bool?
    public var hasSubmodules = true
    /// Files have the time of the commit, not that of the checkout.
    public var usesCommitTime = false
    /// The commit that ``checksum`` names is asked for by its id, and ``name`` only says where it comes from.
    public var fetchesByCommit = false

    public init(remote: String, name: String? = nil, subdirectory: String? = nil, checksum: String? = nil) {
        self.remote = remote
        self.name = name
        self.subdirectory = subdirectory
        self.checksum = checksum
    }

    /// Reads an address. `isRepository` where it is known that a web address is one of a repository.
    public init(parsing text: String, isRepository: Bool = false) throws(BuildError) {
        let written = text
        let text = Self.shown(written)
        let (beforeFragment, fragment) = Self.cut(written[...], at: "#")
        let (address, query) = Self.cut(beforeFragment, at: "?")
        let isSecureCopy: Bool
        if address.hasPrefix("github.com/") {
            self.init(remote: "https://\(address)")
            isSecureCopy = false
        } else {
            guard isRepository || RemoteSource(written) == .repository else {
                throw BuildError(
                    .invalid,
                    "\(text) is no repository: write a web address that ends in .git, ssh://… or USER@HOST:PATH")
            }
            self.init(remote: String(address))
            isSecureCopy = Self.scheme(of: address) == nil
        }
        guard !remote.hasPrefix("-") else {
            throw BuildError(.invalid, "\(text) is no repository: it begins with \"-\"")
        }
        if let fragment {
            // The `:` of `USER@HOST:PATH` is not percent-encoded, and neither is what follows it.
            let place = isSecureCopy ? String(fragment) : try Self.decoded(fragment, of: text, plusIsSpace: false)
            let (name, subdirectory) = Self.cut(place[...], at: ":")
            if !name.isEmpty { self.name = String(name) }
            if let subdirectory, !subdirectory.isEmpty { self.subdirectory = String(subdirectory) }
        }
        if let query, !query.isEmpty { try take(query, of: text) }
        if let name, name.hasPrefix("-") {
            throw BuildError(.invalid, "\(text): the name of a branch or tag does not begin with \"-\"")
        }
    }

    /// The scheme of an address in lower case; nil for `USER@HOST:PATH`.
    static func scheme(of address: some StringProtocol) -> String? {
        guard let colon = address.utf8.firstIndex(of: UInt8(ascii: ":")),
            address.utf8[colon...].starts(with: "://".utf8)
        else { return nil }
        return address[..<colon].lowercased()
    }

    /// The address without what may be a password, for messages.
    public var shown: String { Self.shown(remote) }

    private static func shown(_ address: String) -> String {
        guard let scheme = scheme(of: address) else { return address }
        let rest = address.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
        let host = rest.prefix { $0 != LexicalPath.slash }
        guard let at = host.lastIndex(of: UInt8(ascii: "@")),
            host[..<at].contains(UInt8(ascii: ":")) || scheme.hasPrefix("http")
        else { return address }
        return "\(scheme)://\(Substring(rest[rest.index(after: at)...]))"
    }

    private mutating func take(_ query: Substring, of text: String) throws(BuildError) {
        var seen: [String: String] = [:]
        for field in query.split(separator: "&") {
            let (rawKey, rawValue) = Self.cut(field, at: "=")
            let key = try Self.decoded(rawKey, of: text, plusIsSpace: true)
            let value = try Self.decoded(rawValue ?? "", of: text, plusIsSpace: true)
            guard seen.updateValue(value, forKey: key) == nil else {
                throw BuildError(.invalid, "\(text): \(key) is given twice")
            }
        }
        for (key, value) in seen.sorted(by: { $0.key < $1.key }) {
            if value.isEmpty, !["submodules", "keep-git-dir", "fetch-by-commit"].contains(key) {
                throw BuildError(.invalid, "\(text): \(key) has no value")
            }
            switch key {
            case "ref": name = try Self.same(name, value, "ref", text)
            case "subdir": subdirectory = try Self.same(subdirectory, value, "subdir", text)
            case "checksum", "commit": checksum = try Self.same(checksum, value, "checksum", text)
            case "keep-git-dir": keepsDirectory = try Self.boolean(value, key, text)
            case "submodules": hasSubmodules = try Self.boolean(value, key, text)
            case "fetch-by-commit": fetchesByCommit = try Self.boolean(value, key, text)
            case "mtime":
                guard value == "commit" || value == "checkout" else {
                    throw BuildError(.invalid, "\(text): mtime is \"\(value)\": write commit or checkout")
                }
                usesCommitTime = value == "commit"
            case "tag", "branch": break
            default:
                throw BuildError(
                    .invalid,
                    "\(text): nothing is known of \(key): write ref, tag, branch, commit, subdir, checksum, keep-git-dir, "
                        + "submodules, mtime or fetch-by-commit")
            }
        }
        guard seen["tag"] == nil || seen["branch"] == nil else {
            throw BuildError(.invalid, "\(text): it names a tag and a branch: write one of them")
        }
        for (key, prefix) in [("tag", "refs/tags/"), ("branch", "refs/heads/")] {
            guard let value = seen[key] else { continue }
            name = try Self.same(name, value.hasPrefix(prefix) ? value : prefix + value, "ref", text)
        }
        if name == nil { name = checksum }
    }

    private static func same(
        _ old: String?, _ new: String, _ key: String, _ text: String
    ) throws(BuildError) -> String {
        guard let old, old != new else { return new }
        throw BuildError(.invalid, "\(text): \(key) is both \"\(old)\" and \"\(new)\"")
    }

    /// Without a value it is true.
    private static func boolean(_ value: String, _ key: String, _ text: String) throws(BuildError) -> Bool {
        switch value {
        case "", "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: throw BuildError(.invalid, "\(text): \(key) is \"\(value)\": write true or false")
        }
    }

    private static func cut(
        _ text: Substring, at character: Character
    ) -> (before: Substring, after: Substring?) {
        guard let index = text.firstIndex(of: character) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Takes percent-encoding away: RFC 3986, section 2.1.
    private static func decoded(_ part: Substring, of text: String, plusIsSpace: Bool) throws(BuildError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else {
                    throw BuildError(.invalid, "\(text): after \"%\" come two hexadecimal digits")
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw BuildError(.invalid, "\(text): what its \"%\" stand for is no text")
        }
        return decoded
    }
}
