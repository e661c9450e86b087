// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// The tags of a repository, page for page (distribution-spec, "Listing Tags").
public struct TagList: Hashable, Sendable {
    /// The most that is read of a page, in bytes; the most tags of all pages, and the most pages.
    public static let pageLimit = 16 << 20, limit = 1_000_000, pages = 10_000

    public private(set) var tags: [String] = []

    public init() {}

    public mutating func add(page bytes: [UInt8]) throws(FetchFailure) {
        func failure(_ reason: String) -> FetchFailure {
            FetchFailure(.badAnswer, "the list of tags is none: \(reason)")
        }
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw failure("\(error)") }
        guard case .object = json else { throw failure("it is no JSON object") }
        guard let member = json["tags"], !member.isNull else { return }
        guard let names = member.strings else { throw failure("\"tags\" are no texts") }
        for name in names {
            guard Self.isTag(name) else { throw failure("\"\(printable(name, limit: 140))\" is no tag") }
        }
        guard tags.count + names.count <= Self.limit else {
            throw FetchFailure(.tooLarge, "there are more than \(Self.limit) tags")
        }
        tags += names
    }

    /// A line each.
    public var lines: [UInt8] { tags.flatMap { Array($0.utf8) + [0x0A] } }

    /// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
    static func isTag(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.enumerated().allSatisfy { index, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                case UInt8(ascii: "."), UInt8(ascii: "-"): index > 0
                default: false
                }
            }
    }
}
