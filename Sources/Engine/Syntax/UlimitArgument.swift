// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Words

/// `nofile=1024:2048`: a soft and a hard limit of a resource; one number is both.
public struct UlimitArgument: Hashable, Sendable, CustomStringConvertible {
    /// What is limited.
    public let resource: Resource
    /// How far.
    public let limit: ResourceLimit

    /// Reads a name and one or two numbers; `-1` and `unlimited` are no limit.
    public init(parsing text: String) throws(SyntaxError) {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let advice = "write NAME=SOFT[:HARD], as in nofile=1024:2048"
        guard pair.count == 2 else { throw SyntaxError(text, "is not a limit", advice) }
        guard let resource = Resource(name: pair[0].lowercased()) else {
            let near = nearestWord(to: pair[0].lowercased(), among: Resource.names)
            throw SyntaxError(
                text, "limits '\(pair[0])', which is no resource",
                near.map { "did you mean \($0)?" } ?? "write one of \(Resource.names.joined(separator: ", "))")
        }
        self.resource = resource
        let numbers = pair[1].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count) else { throw SyntaxError(text, "is not a limit", advice) }
        var values: [UInt64] = []
        for number in numbers {
            if number == "-1" || number == "unlimited" {
                values.append(.max)
            } else if let value = UInt64(digits: number) {
                values.append(value)
            } else {
                throw SyntaxError(text, "has '\(number)', which is no number", advice)
            }
        }
        guard let soft = values.first, let hard = values.last, soft <= hard else {
            throw SyntaxError(text, "has a soft limit above the hard one", "write the smaller number first")
        }
        if let least = Self.least[resource.description], soft < least {
            throw SyntaxError(text, "is less than a container starts with", "write \(least) or more")
        }
        limit = ResourceLimit(soft: soft, hard: hard)
    }

    /// `NAME=SOFT:HARD`, with -1 for no limit.
    public var description: String {
        func word(_ number: UInt64) -> String { number == .max ? "-1" : String(number) }
        return "\(resource)=\(word(limit.soft)):\(word(limit.hard))"
    }

    /// What the set-up itself needs: the limits are set before the launcher is written, a sealed file of at most 50 KB.
    private static let least: [String: UInt64] = ["nofile": 16, "fsize": 65536]
}
