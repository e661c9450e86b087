// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What was seen of one run, by key.
///
/// `observe.sh` prints a line each: `KEY VALUE`, or the JSON of the probe program, `{"probe": "open", "what": "/proc/keys",
/// "result": "EACCES"}`, whose key is `open:/proc/keys` and whose value is the result. Other lines are nothing.
public struct Observations: Hashable, Sendable {
    /// In the order in which they were made.
    public private(set) var lines: [(key: String, value: String)] = []

    public init() {}

    public init(parsing text: String) {
        for line in text.split(separator: "\n") {
            if line.utf8.first == UInt8(ascii: "{") {
                guard let json = try? JSON(parsing: String(line)), let probe = json["probe"]?.string,
                    let result = json["result"].flatMap(Self.word)
                else { continue }
                self[json["what"]?.string.map { "\(probe):\($0)" } ?? probe] = result
            } else {
                let parts = line.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, parts[0].utf8.allSatisfy(Self.isPartOfKey) else { continue }
                self[String(parts[0])] = String(parts[1])
            }
        }
    }

    /// What was seen last under a key.
    public subscript(key: String) -> String? {
        get { lines.last { $0.key == key }?.value }
        set {
            lines.removeAll { $0.key == key }
            if let newValue { lines.append((key, newValue)) }
        }
    }

    static func word(_ json: JSON) -> String? { json.string ?? json.int64.map { "\($0)" } ?? json.bool.map { "\($0)" } }

    private static func isPartOfKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.lines.elementsEqual(right.lines) { $0.key == $1.key && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for (key, value) in lines {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}
