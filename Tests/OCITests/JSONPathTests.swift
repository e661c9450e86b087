// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct JSONPathTests {
    static let document = """
        {
          "ociVersion": "1.0.0",
          "linux": {
            "namespaces": [
              {"type": "pid"},
              {
                "type": "net"
              }
            ],
            "sysctl": {"é\\"": {}, "net.x": "1"}, "empty": []
          },
          "twice": {"a": 1},
          "twice": {"a": 2}
        }
        """

    @Test(
        arguments: [
            ("linux", "3:3"), ("linux.namespaces", "4:5"), ("linux.sysctl", "10:5"), ("twice", "13:3"),
            ("twice.a", "13:13"), ("nothing", "1:1"), ("linux.nothing", "3:12"), ("ociVersion.below", "2:17"),
        ] as [(JSONPath, String)])
    func findsTheKey(_ path: JSONPath, _ place: String) {
        #expect(path.position(in: Array(Self.document.utf8))?.description == place)
    }

    @Test func findsElements() {
        let bytes = Array(Self.document.utf8)
        let namespaces = "linux.namespaces" as JSONPath
        #expect(namespaces.index(0).position(in: bytes)?.description == "5:7")
        #expect(namespaces.index(1).key("type").position(in: bytes)?.description == "7:9")
        #expect(namespaces.index(2).position(in: bytes)?.description == "4:19")
        #expect(("linux.empty" as JSONPath).index(0).position(in: bytes)?.description == "10:52")
        #expect(("linux.sysctl" as JSONPath).key("net.x").position(in: bytes)?.description == "10:27")
        #expect(("linux.sysctl" as JSONPath).key("é\"").position(in: bytes)?.description == "10:16")
        #expect(JSONPath().position(in: bytes) == JSONPosition(line: 1, column: 1))
    }

    @Test func findsNothingInWhatIsNoDocument() {
        #expect(("a.b" as JSONPath).position(in: Array(#"{"a" "b"}"#.utf8)) == nil)
        #expect(("a" as JSONPath).position(in: []) == JSONPosition(line: 1, column: 1))
    }

    @Test func writesKeysThatAreNoWordsInQuotes() {
        #expect(("linux.resources" as JSONPath).key("a.b").index(3).description == #"linux.resources["a.b"][3]"#)
        #expect(JSONPath().key("").description == #"[""]"#)
        #expect(JSONPath().key("9a").description == #"["9a"]"#)
        #expect(JSONPath().key("x\u{1B}\n").description == #"["x\u001b\n"]"#)
        #expect(JSONPath().description == "the document")
    }

    @Test func aMemberThatIsMissingIsWhereItIsMissingFrom() throws {
        let text = "{\n  \"mounts\": [\n    {\"type\": \"proc\"}\n  ]\n}"
        let error = #expect(throws: RuntimeFormatError.self) { try RuntimeConfiguration(parsing: Array(text.utf8)) }
        #expect(error?.position(in: Array(text.utf8))?.description == "3:5")
        let syntax = #expect(throws: RuntimeFormatError.self) { try RuntimeConfiguration(parsing: Array("{\n]".utf8)) }
        #expect(syntax?.position(in: Array("{\n]".utf8))?.description == "2:1")
    }
}
