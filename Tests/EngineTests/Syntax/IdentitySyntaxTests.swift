// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

@Suite struct EnvironmentTests {
    private let outside = ["HOME": "/root", "EMPTY": ""]

    @Test(
        arguments: [
            ("A=1", .set(name: "A", value: "1")), ("A=", .set(name: "A", value: "")),
            ("A=b=c", .set(name: "A", value: "b=c")),
            ("HOME", .set(name: "HOME", value: "/root")), ("EMPTY", .set(name: "EMPTY", value: "")),
            ("MISSING", .remove(name: "MISSING")), ("odd name=1", .set(name: "odd name", value: "1")),
        ] as [(String, EnvironmentArgument.Change)])
    func takesAValueFromOutsideWhereNoneIsWritten(text: String, change: EnvironmentArgument.Change) throws {
        #expect(try EnvironmentArgument(parsing: text).change { outside[$0] } == change)
    }

    @Test(arguments: ["", "=", "=x"]) func refusesAVariableWithoutAName(text: String) {
        #expect(
            refusal(text, EnvironmentArgument.init(parsing:))
                == "'\(text)' has no name: write NAME=VALUE, or NAME for the value that it has here")
    }

    @Test func readsAFileByDockersRules() throws {
        let text = "\u{FEFF}# comment\n\n  A=1\nB=\"quoted\" \r\nHOME\nMISSING\nC= # kept\n\tD=x=y\n   # indented\n"
        let file = try EnvironmentFile(parsing: Array(text.utf8), name: "env")
        #expect(
            file.changes { outside[$0] } == [
                .set(name: "A", value: "1"), .set(name: "B", value: "\"quoted\" "), .set(name: "HOME", value: "/root"),
                .set(name: "C", value: " # kept"), .set(name: "D", value: "x=y"),
            ])
    }

    @Test(arguments: [
        ("A=1\n=2", "'line 2 of env' has no name before '=': write NAME=VALUE"),
        ("A B=2", "'line 1 of env' has a space in the name 'A B': write NAME=VALUE"),
        ("A =2", "'line 1 of env' has a space in the name 'A ': write NAME=VALUE"),
        ("export A", "'line 1 of env' has a space in the name 'export A': write NAME=VALUE"),
        ("A=1\0", "'line 1 of env' has a zero byte: write NAME=VALUE"),
    ]) func namesTheLineOfAFileThatIsWrong(text: String, message: String) {
        let refusal = refusal(text) { text throws(SyntaxError) in
            try EnvironmentFile(parsing: Array(text.utf8), name: "env")
        }
        #expect(refusal == message)
    }

    @Test func refusesAFileThatIsNoText() {
        #expect(throws: SyntaxError("env", "is not UTF-8 text", "write lines of NAME=VALUE")) {
            try EnvironmentFile(parsing: [0xFF, 0xFE], name: "env")
        }
    }
}

@Suite struct UserArgumentTests {
    @Test(
        arguments: [
            ("root", "root", nil), ("1000", "1000", nil), ("1000:100", "1000", "100"),
            ("www-data:www-data", "www-data", "www-data"), ("4294967294", "4294967294", nil),
            ("user.name", "user.name", nil),
        ] as [(String, String, String?)]) func readsAUserAndAGroup(text: String, user: String, group: String?) throws
    {
        let argument = try UserArgument(parsing: text)
        #expect(argument.user == user)
        #expect(argument.group == group)
        #expect(argument.description == text)
    }

    @Test(arguments: [
        ("", "is no user"), (":", "is no user"), (":1", "is no user"), ("a:", "is no user"), ("a:b:c", "is no user"),
        ("4294967295", "has an id above 4294967294"), ("0:99999999999999999999", "has an id above"),
        ("-1", "has a negative id"), ("a b", "has a character"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, UserArgument.init(parsing:))?.contains(message) == true)
    }

    @Test func readsAGroup() throws {
        #expect(try GroupArgument(parsing: "audio").description == "audio")
        #expect(try GroupArgument(parsing: "29").description == "29")
        for text in ["", "-1", "4294967295", "a,b"] { #expect(refusal(text, GroupArgument.init(parsing:)) != nil) }
    }
}

@Suite struct NameTests {
    @Test(arguments: ["web", "w1", "a.b-c_d", "0a", String(repeating: "x", count: 128)])
    func takesNamesThatDockerTakes(text: String) throws {
        #expect(try ContainerName(parsing: text).description == text)
    }

    @Test(arguments: ["", "a", "-ab", ".ab", "_ab", "a/b", "a b", "..", "naïve", String(repeating: "x", count: 129)])
    func refusesOtherNames(text: String) {
        #expect(refusal(text, ContainerName.init(parsing:))?.contains("is no name for a container") == true)
    }

    @Test(arguments: ["a", "box", "box.example.org", "my_box", "1-2", String(repeating: "x", count: 63)])
    func takesHostNames(text: String) throws {
        #expect(try HostName(parsing: text).description == text)
    }

    @Test(arguments: ["", "-a", "a-", ".", "a..b", "a b", "a.", "böx", String(repeating: "x", count: 64), "a\n"])
    func refusesOtherHostNames(text: String) {
        #expect(refusal(text, HostName.init(parsing:))?.contains("is no host name") == true)
    }

    @Test func readsLabels() throws {
        #expect(try LabelArgument(parsing: "a=b=c").value == "b=c")
        #expect(try LabelArgument(parsing: "a").value == "")
        #expect(refusal("=b", LabelArgument.init(parsing:)) == "'=b' has no key: write KEY=VALUE")
    }

    @Test(
        arguments: [
            ("TERM", 15), ("sigterm", 15), ("15", 15), ("SIGKILL", 9), ("RTMIN", 34), ("SIGRTMIN+3", 37),
            ("RTMAX-1", 63),
            ("rtmax", 64),
        ] as [(String, Int32)]) func readsSignals(text: String, number: Int32) throws
    {
        #expect(try SignalArgument(parsing: text).signal.rawValue == number)
    }

    @Test(arguments: ["", "0", "65", "TREM", "SIG", "RTMIN+31", "RTMIN-1", "RTMAX+1", "-9"])
    func refusesOtherSignals(text: String) {
        #expect(refusal(text, SignalArgument.init(parsing:))?.contains("is no signal") == true)
    }
}
