// SPDX-License-Identifier: Apache-2.0

/// What `--chmod` does to the permission bits of a file or directory: octal digits, or changes as chmod(1) has them.
///
/// The grammar is that of POSIX with what the BSDs allow besides: `who… op perm… [op perm…]…`, clauses with a comma
/// between them, several operators to a clause, set-id and sticky bits, and copies (`g=u`). Where nobody is named,
/// everybody is meant: no umask takes part, so that the result is the same on every machine. `X` depends on the bits
/// before the first change (POSIX.1-2024, chmod).
public struct ModeChange: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    private let actions: [Action]

    private enum Operator: UInt8 {
        case add = 0x2B
        case remove = 0x2D
        case set = 0x3D
    }
    private enum Action: Hashable {
        /// All of the bits, set-id and sticky ones included.
        case replace(UInt32)
        case add(UInt32)
        case remove(UInt32)
        /// For a directory, and for what somebody could run before.
        case addIfExecutable(UInt32)
        case removeIfExecutable(UInt32)
        /// Three bits, `shift` places up, to each group of three of `who`.
        case copy(shift: UInt32, Operator, who: UInt32)
    }

    private static let setID: UInt32 = 0o6000
    private static let sticky: UInt32 = 0o1000
    /// What `=` without a name clears; the sticky bit is taken by `t` alone.
    private static let standard: UInt32 = 0o6777

    /// Reads the value of `--chmod`; throws ``BuildError/Code/syntax``.
    public init(_ text: String) throws(BuildError) {
        self.text = text
        let failure = BuildError(
            .syntax, "--chmod=\(text) is no mode: write octal digits up to 7777, or changes such as u=rwX,go=rX")
        guard let first = text.utf8.first else { throw failure }
        if (0x30...0x39).contains(first) {
            guard let number = UInt32(text, radix: 8), number <= 0o7777 else { throw failure }
            actions = [.replace(number)]
            return
        }
        var actions: [Action] = []
        for clause in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard Self.read(clause, into: &actions) else { throw failure }
        }
        self.actions = actions
    }

    /// The bits where they are given as digits, which is how directories that a copy creates get them too.
    public var octal: UInt32? {
        if case .replace(let bits) = actions.first { return bits }
        return nil
    }

    /// The permission bits after the change; `mode` may have the bits of a file's kind, the result has none.
    public func applied(to mode: UInt32, isDirectory: Bool) -> UInt32 {
        let before = mode & 0o7777
        let isExecutable = isDirectory || before & 0o111 != 0
        var bits = before
        for action in actions {
            switch action {
            case .replace(let new): bits = new
            case .add(let new): bits |= new
            case .remove(let old): bits &= ~old
            case .addIfExecutable(let new): bits |= isExecutable ? new : 0
            case .removeIfExecutable(let old): bits &= isExecutable ? ~old : ~0
            case .copy(let shift, let change, let who):
                let three = bits >> shift & 0o7
                let copies = (three << 6 | three << 3 | three) & who
                switch change {
                case .add: bits |= copies
                case .remove: bits &= ~copies
                case .set: bits = bits & ~(who & 0o777) | copies
                }
            }
        }
        return bits
    }

    public var description: String { text }

    /// Reads one clause; false where it is none.
    private static func read(_ clause: Substring.UTF8View.SubSequence, into actions: inout [Action]) -> Bool {
        var rest = clause[...]
        var who: UInt32 = 0
        names: while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "a"): who |= standard
            case UInt8(ascii: "u"): who |= 0o4700
            case UInt8(ascii: "g"): who |= 0o2070
            case UInt8(ascii: "o"): who |= 0o0007
            default: break names
            }
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { return false }
        while let byte = rest.first {
            guard let change = Operator(rawValue: byte) else { return false }
            rest = read(rest.dropFirst(), change, who, into: &actions)
        }
        return true
    }

    /// Reads the letters after an operator, and returns what comes after them.
    private static func read(
        _ letters: Substring.UTF8View.SubSequence, _ change: Operator, _ named: UInt32, into actions: inout [Action]
    ) -> Substring.UTF8View.SubSequence {
        var who = named == 0 ? standard : named
        // Set-id and sticky bits are nobody else's.
        let takesSpecialBits = named == 0 || named & ~0o7 != 0
        var bits: UInt32 = 0
        var hasX = false
        var isCleared = false
        func flush(beforeCopy: Bool = false) {
            // A copy clears what it sets by itself, after it has read it.
            if change == .set, bits != 0 || !isCleared && !beforeCopy {
                actions.append(.remove(who))
                isCleared = true
            }
            if bits != 0 { actions.append(change == .remove ? .remove(bits & who) : .add(bits & who)) }
            if hasX {
                let all = 0o111 & who
                actions.append(change == .remove ? .removeIfExecutable(all) : .addIfExecutable(all))
            }
            (bits, hasX) = (0, false)
        }
        var rest = letters
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "r"): bits |= 0o444
            case UInt8(ascii: "w"): bits |= 0o222
            case UInt8(ascii: "x"): bits |= 0o111
            case UInt8(ascii: "X"): hasX = true
            case UInt8(ascii: "s"): bits |= takesSpecialBits ? setID : 0
            case UInt8(ascii: "t") where takesSpecialBits:
                who |= sticky
                bits |= sticky
            case UInt8(ascii: "t"): break
            case UInt8(ascii: "u"), UInt8(ascii: "g"), UInt8(ascii: "o"):
                flush(beforeCopy: true)
                let shift: UInt32 = byte == UInt8(ascii: "u") ? 6 : byte == UInt8(ascii: "g") ? 3 : 0
                actions.append(.copy(shift: shift, change, who: who & 0o777))
                isCleared = true
            default:
                flush()
                return rest
            }
            rest = rest.dropFirst()
        }
        flush()
        return rest
    }
}
