// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// `-v SOURCE:TARGET[:OPTIONS]`, of which only bind mounts exist yet.
public struct VolumeArgument: Hashable, Sendable {
    /// The mount that it asks for.
    public let bind: BindArgument

    /// Reads two or three parts with colons between them.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else {
            throw SyntaxError(text, "has no source", "anonymous volumes come later: write SOURCE:TARGET")
        }
        guard parts.count <= 3 else {
            throw SyntaxError(
                text, "has too many colons", "write SOURCE:TARGET[:OPTIONS]; --mount takes paths with one")
        }
        var bind = BindArgument(
            source: try HostPath(parsing: parts[0]), target: try ContainerPath(parsingTarget: parts[1]))
        if parts.count == 3 { try Self.read(parts[2], into: &bind, of: text) }
        self.bind = bind
    }

    private static func read(
        _ options: String, into bind: inout BindArgument, of text: String
    ) throws(SyntaxError) {
        var seen: (access: String?, propagation: String?)
        for option in options.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            if let word = PropagationWord(option) {
                if let former = seen.propagation {
                    throw SyntaxError(text, "asks for both \(former) and \(option)", "write one of them")
                }
                seen.propagation = option
                bind.propagation = word.propagation
                bind.isRecursive = word.isRecursive
                continue
            }
            switch option {
            case "ro", "rw", "readonly":
                if let former = seen.access {
                    throw SyntaxError(text, "asks for both \(former) and \(option)", "write one of them")
                }
                seen.access = option
                bind.isReadOnly = option != "rw"
            case "z", "Z":
                throw SyntaxError(text, "asks for an SELinux label", "labels are not supported: leave out \(option)")
            case "nocopy":
                throw SyntaxError(text, "has nocopy, which is for volumes", "volumes come later: leave it out")
            case "cached", "consistent", "delegated", "default":
                throw SyntaxError(text, "has \(option), which means nothing on Linux", "leave it out")
            default:
                let near = nearestWord(to: option, among: ["ro", "rw"] + PropagationWord.all)
                throw SyntaxError(
                    text, "has the unknown option '\(option)'",
                    near.map { "did you mean \($0)?" } ?? "write ro, rw or a propagation such as rslave")
            }
        }
    }
}
