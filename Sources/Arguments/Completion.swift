// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// A script for bash that completes commands, flags, the words that a flag may be followed by, and else files.
    public var bashCompletion: String {
        let nodes = nodes
        let function = "_\(name)"
        var text = "# Completion of \(name) for bash.\n\(function)() {\n"
        text += "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=\(name) words= i\n"
        text += "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case \"$path ${COMP_WORDS[i]}\" in\n"
        for node in nodes where node.path != name {
            text += "            \(Self.pattern(node.spellings)) path=\"\(node.path)\" ;;\n"
        }
        text += "        esac\n    done\n    case \"$path $prev\" in\n"
        for node in nodes {
            for flag in node.flags where !flag.choices.isEmpty {
                let written = ["\(node.path) --\(flag.name)"] + (flag.short.map { ["\(node.path) -\($0)"] } ?? [])
                let words = flag.choices.map { $0.hasSuffix(":NAME") ? String($0.dropLast(4)) : $0 }
                text += "        \(Self.pattern(written)) words=\"\(words.joined(separator: " "))\" ;;\n"
            }
        }
        text += "        *)\n            case \"$path\" in\n"
        for node in nodes {
            let flags = node.flags.map { "--\($0.name)" } + ["--help"]
            text += "                \"\(node.path)\") words=\"\((node.children + flags).joined(separator: " "))\" ;;\n"
        }
        text += "            esac ;;\n    esac\n"
        text += "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        text += "    [[ ${#COMPREPLY[@]} -gt 0 || $cur == -* ]] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
        return text + "}\ncomplete -F \(function) \(name)\n"
    }

    /// The same for zsh, which reads bash's scripts through its `bashcompinit`.
    public var zshCompletion: String {
        "#compdef \(name)\nautoload -U +X compinit bashcompinit && compinit && bashcompinit\n" + bashCompletion
    }

    private static func pattern(_ words: [String]) -> String {
        words.map { "\"\($0)\"" }.joined(separator: " | ") + ")"
    }

    /// A word of the command line after which something can be completed.
    private struct Node {
        let path: String
        /// The path with every name of its last word.
        let spellings: [String]
        let children: [String]
        let flags: [FlagDeclaration]
    }

    /// The program and all its commands, each before those in it.
    private var nodes: [Node] {
        let root = Node(
            path: name, spellings: [name], children: entries.map(\.name) + ["help", "--version"],
            flags: table.outline.shownFlags)
        return [root] + Self.nodes(of: entries, below: name)
    }

    private static func nodes(of entries: [Entry<Globals>], below parent: String) -> [Node] {
        entries.flatMap { entry -> [Node] in
            let path = "\(parent) \(entry.name)"
            let spellings = ([entry.name] + entry.aliases).map { "\(parent) \($0)" }
            let below = entry.destination.below
            var flags: [FlagDeclaration] = []
            if case .command(let command, _) = entry.destination { flags = command.outline().shownFlags }
            let node = Node(path: path, spellings: spellings, children: below.map(\.name), flags: flags)
            return [node] + nodes(of: below, below: path)
        }
    }
}
