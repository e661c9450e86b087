// SPDX-License-Identifier: Apache-2.0

extension PathPattern {
    /// Where in a path a pattern may have got to; kept by whoever matches many paths.
    struct Scratch: Sendable {
        fileprivate var current: [Int] = []
        fileprivate var next: [Int] = []

        fileprivate mutating func add(_ position: Int) {
            // Positions come in order, so that one that is there already is the last.
            if next.last ?? -1 < position { next.append(position) }
        }

        fileprivate mutating func advance() {
            swap(&current, &next)
            next.removeAll(keepingCapacity: true)
        }

        fileprivate mutating func reset() {
            current.removeAll(keepingCapacity: true)
            next.removeAll(keepingCapacity: true)
            current.append(0)
        }
    }

    /// Whether the whole of `path` matches.
    func matches(_ path: [UInt8], _ scratch: inout Scratch) -> Bool {
        switch shape {
        case .exact(let text): return path == text
        case .prefix(let text): return path.starts(with: text)
        case .suffix(let text):
            if Self.ends(path, with: text) { return true }
            return text.first == LexicalPath.slash && path.count == text.count - 1 && Self.ends(text, with: path)
        case .walk:
            guard path.starts(with: start), Self.ends(path, with: end) else { return false }
            return walk(path, &scratch)
        }
    }

    /// Whether some path below `directory`, which is not the root, could match.
    func mayMatch(below directory: [UInt8], _ scratch: inout Scratch) -> Bool {
        let path = directory + [LexicalPath.slash]
        switch shape {
        case .exact(let text): return text.starts(with: path)
        case .prefix(let text): return text.starts(with: path) || path.starts(with: text)
        case .suffix: return true
        case .walk: return mayWalk(beyond: path, &scratch)
        }
    }

    /// Follows all ways through the pattern at once, so that the time has a bound: the elements' count times the
    /// path's length.
    private func walk(_ path: [UInt8], _ scratch: inout Scratch) -> Bool {
        scratch.reset()
        for element in elements {
            step(element, path, &scratch)
            if scratch.current.isEmpty { return false }
        }
        return scratch.current.last == path.count
    }

    private func mayWalk(beyond path: [UInt8], _ scratch: inout Scratch) -> Bool {
        scratch.reset()
        for element in elements {
            // What is left of the pattern is for what is below.
            if scratch.current.last == path.count { return true }
            switch element {
            case .directories, .rest: return true
            case .literal(let text):
                if scratch.current.contains(where: { path.count - $0 < text.count && text.starts(with: path[$0...]) }) {
                    return true
                }
            default: break
            }
            step(element, path, &scratch)
            if scratch.current.isEmpty { return false }
        }
        return false
    }

    private func step(_ element: Element, _ path: [UInt8], _ scratch: inout Scratch) {
        switch element {
        case .directories: stepOverDirectories(path, &scratch)
        case .rest: scratch.add(path.count)
        default:
            for index in scratch.current.indices { step(element, path, from: scratch.current[index], &scratch) }
        }
        scratch.advance()
    }

    private func step(_ element: Element, _ path: [UInt8], from position: Int, _ scratch: inout Scratch) {
        switch element {
        case .literal(let text):
            if path.count - position >= text.count, path[position...].starts(with: text) {
                scratch.add(position + text.count)
            }
        case .one:
            guard position < path.count, path[position] != LexicalPath.slash else { return }
            scratch.add(position + UnicodeBytes.scalar(in: path, at: position).length)
        case .set(let set):
            guard position < path.count else { return }
            let (scalar, length) = UnicodeBytes.scalar(in: path, at: position)
            if set.contains(scalar) { scratch.add(position + length) }
        case .many:
            var end = position
            scratch.add(end)
            while end < path.count, path[end] != LexicalPath.slash {
                end += UnicodeBytes.scalar(in: path, at: end).length
                scratch.add(end)
            }
        case .directories, .rest: break
        }
    }

    /// Stays where it is, or goes behind any later slash.
    private func stepOverDirectories(_ path: [UInt8], _ scratch: inout Scratch) {
        var index = 0
        for position in scratch.current[0]...path.count {
            let isThere = index < scratch.current.count && scratch.current[index] == position
            if isThere { index += 1 }
            if isThere || path[position - 1] == LexicalPath.slash { scratch.add(position) }
        }
    }

    private static func ends(_ path: [UInt8], with end: [UInt8]) -> Bool {
        guard path.count >= end.count else { return false }
        let offset = path.count - end.count
        for index in end.indices where path[offset + index] != end[index] { return false }
        return true
    }
}
