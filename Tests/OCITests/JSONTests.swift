// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import Testing

@Suite struct JSONTests {
    @Test func readsEveryKindOfValue() throws {
        let json = try JSON(
            parsing: #" {"n":null,"t":true,"i":-5,"d":1.5e3,"s":"a\"\u00e9\ud83d\ude00\/","a":[1,[],{}]} "#)
        #expect(json["n"]?.isNull == true)
        #expect(json["t"]?.bool == true)
        #expect(json["i"]?.int64 == -5)
        #expect(json["i"]?.uint32 == nil)
        #expect(json["d"]?.double == 1500)
        #expect(json["s"]?.string == "a\"é😀/")
        #expect(json["a"]?.array?.count == 3)
        #expect(json["a"]?[0]?.int == 1)
        #expect(json["a"]?[9] == nil)
        #expect(json["missing"] == nil)
    }

    @Test func keepsWholeNumbersOf64BitsExact() throws {
        for text in ["18446744073709551615", "9223372036854775807", "-9223372036854775808", "0", "4611686018427387905"]
        {
            let json = try JSON(parsing: text)
            #expect(json.description == text)
        }
        #expect(try JSON(parsing: "18446744073709551615").uint64 == .max)
        #expect(try JSON(parsing: "18446744073709551616") == .number(18446744073709551616))
        #expect(try JSON(parsing: "-0") == .number(-0.0))
        #expect(JSON(UInt64.max) == .unsigned(.max))
        #expect(JSON(7 as UInt64) == .integer(7))
    }

    @Test func lastDuplicateWinsInTheFirstPlace() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3}"#).description == #"{"a":3,"b":2}"#)
    }

    @Test func findsKeysInLargeObjects() throws {
        var json: JSON = [:]
        for number in 0..<100 { json["key\(number)"] = JSON(number) }
        #expect(json["key99"]?.int == 99)
        json["key3"] = nil
        #expect(json["key3"] == nil)
        #expect(json["key98"]?.int == 98)
        #expect(json.object?.count == 99)
        #expect(try JSON(parsing: json.bytes()) == json)
    }

    @Test func orderOfMembersMeansNothing() throws {
        let left: JSON = ["a": 1, "b": [nil, 2.5]]
        let right: JSON = ["b": [nil, 2.5], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1, "c": [nil, 2.5]])
    }

    @Test(arguments: [
        ("", "1:1: the document ends in the middle"),
        ("{\n  \"a\": 1,\n  \"é\" 2}", "3:7: expected ':'"),
        ("{\"a\":1,}", "1:8: expected a key in double quotes"),
        ("[1 2]", "1:4: expected ',' or ']'"),
        ("[1,]", "1:4: expected a value"),
        ("{\"a\":1", "1:7: the document ends in the middle"),
        ("01", "1:1: malformed number, write it like 12, -3 or 0.5e3"),
        ("1.", "1:1: malformed number, write it like 12, -3 or 0.5e3"),
        ("-", "1:1: malformed number, write it like 12, -3 or 0.5e3"),
        ("1e999", "1:1: number out of range"),
        ("nul", "1:1: expected a value"),
        ("1 1", "1:3: something follows the document"),
        ("\"a\nb\"", "1:3: control character 10 in a string, write it as an escape"),
        (#""\x""#, "1:2: malformed escape in a string"),
        (#""\ud800x""#, "1:2: half of a surrogate pair in a string"),
        (#""\udc00""#, "1:2: half of a surrogate pair in a string"),
        ("\u{FEFF}1", "1:1: expected a value"),
    ])
    func saysWhatIsWrongAndWhere(_ text: String, _ message: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func refusesBytesThatAreNotUTF8() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        }
    }

    @Test func refusesWhatNestsTooDeep() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(JSON.depthLimit))
        let error = #expect(throws: JSONError.self) { try JSON(parsing: nested(JSON.depthLimit + 1)) }
        #expect(error?.code == .tooDeep(limit: 512))
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 1_000_000)) }
    }

    @Test func writesWhatCanBeReadBack() throws {
        let json: JSON = [
            "text": "\u{0}\u{1F}\u{7F}\"\\\n\t\u{8}\u{C}\r/é😀", "list": [1, -2.5, true, nil], "empty": [[], [:]],
        ]
        #expect(try JSON(parsing: json.bytes()) == json)
        #expect(try JSON(parsing: json.bytes(pretty: true)) == json)
        let pretty: JSON = ["a": [1], "b": [:]]
        #expect(
            String(decoding: pretty.bytes(pretty: true), as: UTF8.self) == """
                {
                    "a": [
                        1
                    ],
                    "b": {}
                }
                """)
        #expect(JSON.number(.infinity).description == "null")
    }
}
