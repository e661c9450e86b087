// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

/// What cannot be read is refused with the place, what belongs there and what was there.
@Suite struct RuntimeFormatErrorTests {
    static func failure(_ text: String) -> RuntimeFormatError? {
        do {
            _ = try RuntimeConfiguration(parsing: Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test(arguments: messages)
    func saysWhatIsWrongAndWhere(_ text: String, _ words: String) throws {
        #expect(try #require(Self.failure(text)).description == words)
    }

    private static let messages: [(String, String)] = [
        (#"[]"#, "the document: expected an object, not a list"),
        (#"{"process": 3}"#, "process: expected an object, not the number 3"),
        (#"{"process": {"args": "sh"}}"#, #"process.args: expected a list, not "sh""#),
        (#"{"process": {"args": ["sh", null]}}"#, "process.args[1]: expected a text, not null"),
        (#"{"process": {"terminal": "yes"}}"#, #"process.terminal: expected true or false, not "yes""#),
        (
            #"{"process": {"user": {"uid": -1}}}"#,
            "process.user.uid: expected a number from 0 to 4294967295, not the number -1"
        ),
        (
            #"{"process": {"user": {"uid": 4294967296}}}"#,
            "process.user.uid: expected a number from 0 to 4294967295, not the number 4294967296"
        ),
        (
            #"{"process": {"user": {"additionalGids": [1, 1.5]}}}"#,
            "process.user.additionalGids[1]: expected a number of at most 4294967295\(whole), not the number 1.5"
        ),
        (
            #"{"linux": {"resources": {"memory": {"limit": 1e3}}}}"#,
            "linux.resources.memory.limit: expected a number of at most 9223372036854775807\(whole), not the number 1000.0"
        ),
        (
            #"{"linux": {"resources": {"memory": {"limit": 9223372036854775808}}}}"#,
            "linux.resources.memory.limit: expected a number from \(Int64.min) to \(Int64.max), not the number 9223372036854775808"
        ),
        (
            #"{"linux": {"namespaces": [{"type": "pid"}, {"type": "netwrok"}]}}"#,
            "linux.namespaces[1].type: expected \(namespaces), not \"netwrok\"; did you mean \"network\"?"
        ),
        (
            #"{"linux": {"namespaces": [{"path": "/x"}]}}"#,
            "linux.namespaces[0].type: it is missing, expected \(namespaces)"
        ),
        (#"{"root": {}}"#, "root.path: it is missing, expected a text"),
        (#"{"mounts": [{"type": "proc"}]}"#, "mounts[0].destination: it is missing, expected a text"),
        (#"{"annotations": {"a.b": 1}}"#, #"annotations["a.b"]: expected a text, not the number 1"#),
        (
            #"{"linux": {"sysctl": {"net.ipv4.ip_forward": true}}}"#,
            #"linux.sysctl["net.ipv4.ip_forward"]: expected a text, not true"#
        ),
        (
            #"{"linux": {"timeOffsets": {"monotonik": {}}}}"#,
            "linux.timeOffsets.monotonik: expected monotonic, boottime, not \"monotonik\"; did you mean \"monotonic\"?"
        ),
        (
            #"{"process": {"args": ["a\u0000b"]}}"#,
            #"process.args[0]: expected a text without \u0000, not "a\u0000b""#
        ),
        (#"{"linux": {"seccomp": []}}"#, "linux.seccomp: expected an object, not a list"),
        (#"{"linux": {"rootfsPropagation": "x"}}"#, propagations),
        ("{\n  \"root\": {,}\n}", "2:12: expected a key in double quotes"),
        (#"{"linux": {"seccomp": {"a": [1,}]}}"#, "1:32: expected a value"),
        (#"{} {}"#, "1:4: something follows the document"),
    ]

    private static let whole = ", without a fraction or an exponent"
    private static let namespaces = "pid, network, mount, ipc, uts, user, cgroup, time"
    private static let propagations =
        "linux.rootfsPropagation: expected shared, slave, private, unbindable, rshared, rslave, rprivate, runbindable, "
        + "not \"x\""

    @Test(
        arguments: [
            #"{"process": {"rlimits": [{"type": "NOFILE", "soft": 1, "hard": 1}]}}"#,
            #"{"process": {"scheduler": {"policy": "FIFO"}}}"#,
            #"{"linux": {"personality": {"domain": "LINUX64"}}}"#,
            #"{"process": {"ioPriority": {"class": "BE"}}}"#,
            #"{"process": {"scheduler": {"policy": "SCHED_RR", "flags": ["RECLAIM"]}}}"#,
            #"{"linux": {"memoryPolicy": {"mode": "bind"}}}"#,
            #"{"linux": {"memoryPolicy": {"mode": "MPOL_BIND", "flags": ["x"]}}}"#,
            #"{"linux": {"devices": [{"type": "d", "path": "/dev/x"}]}}"#,
            #"{"linux": {"resources": {"devices": [{"allow": true, "type": "p"}]}}}"#,
        ])
    func takesNoOtherWord(_ text: String) throws {
        #expect(try #require(Self.failure(text)).code == .unknownWord)
    }

    @Test func suggestsTheWordThatWasMeant() throws {
        let limit = #"{"process": {"rlimits": [{"type": "RLIMIT_NOFILES", "soft": 1, "hard": 1}]}}"#
        #expect(try #require(Self.failure(limit)).suggestion == "RLIMIT_NOFILE")
        #expect(try #require(Self.failure(#"{"linux": {"namespaces": [{"type": "qqqqqq"}]}}"#)).suggestion == nil)
    }

    @Test func takesNullAsAbsentAndIgnoresWhatItDoesNotKnow() throws {
        let text = #"""
            {
                "ociVersion": null, "root": null, "process": null, "mounts": null, "hooks": null, "annotations": null,
                "linux": {"namespaces": null, "resources": null, "seccomp": null, "sysctl": null, "cgroupsPath": ""},
                "windows": {"x": [1]}, "vm": {}, "org.example": true
            }
            """#
        #expect(try RuntimeConfiguration(parsing: Array(text.utf8)) == RuntimeConfiguration(ociVersion: ""))
    }

    @Test func theLastOfDuplicateMembersCounts() throws {
        let text = #"{"linux": {"seccomp": {"a": 1}}, "linux": {"cgroupsPath": "x"}, "hostname": "a", "hostname": "b"}"#
        let configuration = try RuntimeConfiguration(parsing: Array(text.utf8))
        #expect(configuration.linux.seccomp == nil)
        #expect(configuration.linux.cgroupsPath == "x")
        #expect(configuration.hostname == "b")
        let twice = #"{"linux": {"seccomp": {"a": 1}, "seccomp": {"b": 2}}}"#
        #expect(try RuntimeConfiguration(parsing: Array(twice.utf8)).linux.seccomp?.json() == ["b": 2])
    }

    @Test func aFilterElsewhereIsNoFilter() throws {
        let text = #"{"seccomp": {"a": 1}, "process": {"linux": {"seccomp": {}}}, "linux": {"resources": {}}}"#
        #expect(try RuntimeConfiguration(parsing: Array(text.utf8)).linux.seccomp == nil)
    }

    @Test func aFilterSaysWhereInTheDocumentItIsWrong() throws {
        let text = "{\"linux\": {\n\"seccomp\": {\"a\": \"\\q\"}}}"
        let seccomp = try #require(try RuntimeConfiguration(parsing: Array(text.utf8)).linux.seccomp)
        let error = #expect(throws: JSONError.self) { try seccomp.json() }
        #expect(error?.description == "2:19: malformed escape in a string")
    }

    @Test func everyDamageIsRefusedOrReadAndNeverACrash() {
        let bytes = Array(EveryMember.configuration.utf8)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            _ = try? RuntimeConfiguration(parsing: Array(bytes[..<length]))
            var damaged = bytes
            damaged[length] = damaged[length] == 0x22 ? 0x31 : 0x22
            _ = try? RuntimeConfiguration(parsing: damaged)
        }
    }
}
