// SPDX-License-Identifier: Apache-2.0
internal import Words

/// `--security-opt`: one change to what confines a container.
public enum SecurityOption: Hashable, Sendable, CustomStringConvertible {
    /// Which filter of system calls.
    case seccomp(Filter)
    /// Whether an `exec` can give more rights.
    case noNewPrivileges(Bool)
    /// Paths that show nothing, beside the usual ones.
    case mask([ContainerPath])
    /// Paths that are shown though they are usually masked or read-only.
    case unmask([ContainerPath])
    /// Nothing is masked and nothing below `/proc` read-only.
    case unmaskAll
    /// The profile of AppArmor that its programs are under; nil for none, which is what every container has.
    case appArmor(String?)
    /// Whether it has the session keyring of whoever starts it, and not one of its own: keyrings(7).
    case keyring(inherits: Bool)
    /// No SELinux label, which is what every container has.
    case withoutLabel

    /// A filter of system calls.
    public enum Filter: Hashable, Sendable {
        /// None.
        case unconfined
        /// The one that is built in.
        case builtin
        /// A file in docker's JSON.
        case file(String)
        /// What a file held in docker's JSON, and what it was called.
        case profile(String, name: String)
    }

    /// Reads a key and a value with `=` between them, or `:` as older docker wrote it.
    public init(parsing text: String) throws(SyntaxError) {
        let end = text.utf8.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        let key = text[..<(end ?? text.endIndex)]
        let value = end.map { String(text[text.utf8.index(after: $0)...]) }
        switch (key, value) {
        case ("no-new-privileges", nil): self = .noNewPrivileges(true)
        case ("no-new-privileges", let value?): self = .noNewPrivileges(try readBoolean(value, of: text))
        case ("seccomp", "unconfined"): self = .seccomp(.unconfined)
        case ("seccomp", "builtin"): self = .seccomp(.builtin)
        case ("seccomp", let path?) where !path.isEmpty: self = .seccomp(.file(path))
        case ("seccomp", _):
            throw SyntaxError(text, "names no filter", "write seccomp=unconfined, seccomp=builtin or seccomp=FILE")
        case ("mask", let paths?): self = .mask(try Self.paths(paths))
        case ("unmask", let value?) where value.lowercased() == "all": self = .unmaskAll
        case ("unmask", let paths?): self = .unmask(try Self.paths(paths))
        case ("mask", nil), ("unmask", nil):
            throw SyntaxError(text, "names no path", "write \(key)=PATH[:PATH...]")
        case ("systempaths", "unconfined"): self = .unmaskAll
        case ("systempaths", _):
            throw SyntaxError(text, "is not understood", "write systempaths=unconfined")
        case ("apparmor", "unconfined"): self = .appArmor(nil)
        case ("apparmor", let profile?) where Self.isProfile(profile): self = .appArmor(profile)
        case ("apparmor", _):
            throw SyntaxError(text, "names no AppArmor profile", "write apparmor=PROFILE or apparmor=unconfined")
        case ("keyring", "private"): self = .keyring(inherits: false)
        case ("keyring", "inherit"): self = .keyring(inherits: true)
        case ("keyring", _):
            throw SyntaxError(text, "says nothing of keys", "write keyring=private or keyring=inherit")
        case ("label", "disable"): self = .withoutLabel
        case ("label", _):
            throw SyntaxError(text, "asks for an SELinux label", "labels are not supported: write label=disable")
        default:
            let known = [
                "seccomp", "no-new-privileges", "mask", "unmask", "systempaths", "apparmor", "label", "keyring",
            ]
            let near = nearestWord(to: String(key), among: known)
            throw SyntaxError(
                text, "is no security option",
                near.map { "did you mean \($0)?" }
                    ?? "write seccomp=, no-new-privileges, mask=, unmask=, systempaths=, apparmor= or keyring=")
        }
    }

    /// As it is written; of a profile that was read only its name.
    public var description: String {
        func list(_ paths: [ContainerPath]) -> String { paths.map(\.description).joined(separator: ":") }
        return switch self {
        case .seccomp(.unconfined): "seccomp=unconfined"
        case .seccomp(.builtin): "seccomp=builtin"
        case .seccomp(.file(let name)), .seccomp(.profile(_, let name)): "seccomp=\(name)"
        case .noNewPrivileges(let isSet): "no-new-privileges=\(isSet)"
        case .mask(let paths): "mask=\(list(paths))"
        case .unmask(let paths): "unmask=\(list(paths))"
        case .unmaskAll: "unmask=ALL"
        case .appArmor(let profile): "apparmor=\(profile ?? "unconfined")"
        case .withoutLabel: "label=disable"
        case .keyring(let inherits): inherits ? "keyring=inherit" : "keyring=private"
        }
    }

    /// What the kernel reads as one name: it takes a line, to its end.
    private static func isProfile(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func paths(_ text: String) throws(SyntaxError) -> [ContainerPath] {
        var paths: [ContainerPath] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            paths.append(try ContainerPath(parsingTarget: String(part)))
        }
        return paths
    }
}
