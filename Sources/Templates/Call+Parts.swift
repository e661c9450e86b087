// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension Call {
    func length() throws(Problem) -> Int {
        switch try only() {
        case .string(let text)?: return text.utf8.count
        case .array(let elements)?: return elements.count
        case .object(let members)?: return members.count
        case nil, .null?: return 0
        case let other?: throw wrong("\(other.kind) has no length")
        }
    }

    /// The part of the first argument that the others name, one in the other.
    func indexed() throws(Problem) -> JSON? {
        guard let first = arguments.first else { throw wrong("write a list or an object, and which part of it") }
        var value = first
        for key in arguments.dropFirst() {
            switch value {
            case .object(let members)?:
                guard let name = key?.string else { throw wrong("a key of an object has to be a text") }
                value = members[name] ?? members.zero
            case .array(let elements)?:
                guard let place = key?.int else { throw wrong("a place in a list has to be a whole number") }
                guard elements.indices.contains(place) else {
                    throw wrong("there is no element \(place) in a list of \(elements.count)")
                }
                value = elements[place]
            case .string(let text)?:
                let bytes = Array(text.utf8)
                guard let place = key?.int, bytes.indices.contains(place) else {
                    throw wrong("there is no such byte in a text of \(bytes.count)")
                }
                value = .integer(Int64(bytes[place]))
            case nil, .null?: throw wrong("nothing has no parts: ask with {{if}} or {{with}} before")
            case let other?: throw wrong("\(other.kind) has no parts")
            }
        }
        return value
    }

    func sliced() throws(Problem) -> JSON {
        guard (1...4).contains(arguments.count) else { throw wrong("write a list or a text, and where to cut it") }
        let count: Int
        switch arguments[0] {
        case .string(let text)?: count = text.utf8.count
        case .array(let elements)?: count = elements.count
        default: throw wrong("\(kind(0)) cannot be cut")
        }
        let start = arguments.count > 1 ? try number(1) : 0
        let end = arguments.count > 2 ? try number(2) : count
        let room = arguments.count > 3 ? try number(3) : count
        guard 0 <= start, start <= end, end <= room, room <= count else {
            throw wrong("\(start) to \(end) is not in it: it has \(count)")
        }
        if case .array(let elements)? = arguments[0] { return .array(Array(elements[start..<end])) }
        let bytes = Array((arguments[0]?.string ?? "").utf8)
        return .string(String(decoding: bytes[start..<end], as: UTF8.self))
    }

    /// Whether the first argument is as the others.
    func compared() throws(Problem) -> Bool {
        let rest = arguments.dropFirst()
        guard let left = arguments.first, function == .eq ? !rest.isEmpty : rest.count == 1 else {
            throw wrong(function == .eq ? "write two values or more" : "write two values")
        }
        switch function {
        case .eq:
            for right in rest where try isEqual(left, right) { return true }
            return false
        case .ne: return !(try isEqual(left, arguments[1]))
        case .lt: return try isLess(left, arguments[1])
        case .le: return !(try isLess(arguments[1], left))
        case .gt: return try isLess(arguments[1], left)
        default: return !(try isLess(left, arguments[1]))
        }
    }

    private func isEqual(_ left: JSON?, _ right: JSON?) throws(Problem) -> Bool {
        switch (left ?? .null, right ?? .null) {
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.bool(let left), .bool(let right)): return left == right
        case (let left, let right):
            if let order = Self.order(left, right) { return order == 0 }
            throw wrong("\(left.kind) and \(right.kind) cannot be compared")
        }
    }

    private func isLess(_ left: JSON?, _ right: JSON?) throws(Problem) -> Bool {
        switch (left ?? .null, right ?? .null) {
        case (.string(let left), .string(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
        case (let left, let right):
            if let order = Self.order(left, right) { return order < 0 }
            throw wrong("\(left.kind) and \(right.kind) have no order")
        }
    }

    /// -1, 0 or 1 where both are numbers.
    private static func order(_ left: JSON, _ right: JSON) -> Int? {
        if let left = left.int64, let right = right.int64 { return left < right ? -1 : left > right ? 1 : 0 }
        if let left = left.uint64, let right = right.uint64 { return left < right ? -1 : left > right ? 1 : 0 }
        guard let left = left.double, let right = right.double else { return nil }
        return left < right ? -1 : left > right ? 1 : 0
    }
}

extension JSON.Object {
    /// What Go's maps answer for a key that they have not: nothing of the kind that their values are.
    fileprivate var zero: JSON? {
        guard isMap else { return nil }
        if allSatisfy({ $0.value.string != nil }) { return .string("") }
        if allSatisfy({ $0.value.array != nil || $0.value.isNull }) { return .array([]) }
        return nil
    }
}
