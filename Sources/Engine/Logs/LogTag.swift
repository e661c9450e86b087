// SPDX-License-Identifier: Apache-2.0

/// The option `tag` of a log: text with places for what is known of the container, `{{.Name}}/{{.ID}}`.
public struct LogTag: Hashable, Sendable {
    /// What a place may stand for, with docker's names.
    public enum Place: String, CaseIterable, Sendable {
        case id = "ID"
        case fullID = "FullID"
        case name = "Name"
        case imageID = "ImageID"
        case imageFullID = "ImageFullID"
        case imageName = "ImageName"
        case command = "Command"
    }

    enum Part: Hashable, Sendable {
        case text(String)
        case place(Place)
    }

    let parts: [Part]

    /// Reads text with places in it.
    public init(parsing text: String) throws(SyntaxError) {
        let known = Place.allCases.map { "{{.\($0.rawValue)}}" }.joined(separator: ", ")
        var parts: [Part] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        func starts(_ bytes: ArraySlice<UInt8>, _ byte: Unicode.Scalar) -> Bool {
            bytes.count >= 2 && bytes.prefix(2).allSatisfy { $0 == UInt8(ascii: byte) }
        }
        while let byte = rest.first {
            guard starts(rest, "{") else {
                literal.append(byte)
                rest = rest.dropFirst()
                continue
            }
            var word = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "}") }
            rest = rest.dropFirst(2 + word.count)
            guard starts(rest, "}") else {
                throw SyntaxError(text, "has a place that does not end", "write '}}' behind it")
            }
            rest = rest.dropFirst(2)
            while word.first == UInt8(ascii: " ") { word = word.dropFirst() }
            while word.last == UInt8(ascii: " ") { word = word.dropLast() }
            guard word.first == UInt8(ascii: "."),
                let place = Place(rawValue: String(decoding: word.dropFirst(), as: UTF8.self))
            else { throw SyntaxError(text, "has a place that a log's tag does not know", "write one of \(known)") }
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
            literal = []
            parts.append(.place(place))
        }
        if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
        self.parts = parts
    }

    /// The tag of this container. Ids are cut to twelve digits, as docker does.
    func text(for record: ContainerRecord) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .place(.id): String(record.id.prefix(12))
            case .place(.fullID): record.id
            case .place(.name): record.name
            case .place(.imageID): String(Self.digits(record.imageID).prefix(12))
            case .place(.imageFullID): record.imageID
            case .place(.imageName): record.image
            case .place(.command): record.command.joined(separator: " ")
            }
        }.joined()
    }

    /// The digest without its algorithm.
    private static func digits(_ digest: String) -> Substring {
        digest.firstIndex(of: ":").map { digest[digest.index(after: $0)...] } ?? digest[...]
    }
}
