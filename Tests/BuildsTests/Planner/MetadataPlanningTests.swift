// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

/// Instructions that change what the image says, and how its history tells of them.
@Suite struct MetadataPlanningTests {
    @Test func `ENV replaces in place and adds at the end`() throws {
        let plan = try planned("FROM base\nENV A=1 B=\"two words\" C='$A'\nENV PATH=/x:$PATH\nENV A x  y\n")
        #expect(plan.execution.environment == ["PATH=/x:/bin", "A=x  y", "B=two words", "C=$A"])
        #expect(
            plan.history == [
                "ENV A=1 B=two words C=$A (empty)", "ENV PATH=/x:/bin (empty)", "ENV A=x  y (empty)",
            ])
        #expect(refusal("FROM base\nENV $none=1") == "2: the name $none is empty once it is expanded")
        #expect(try Self.expanded("ENV k$v=1").environment == ["PATH=/bin", "v=value", "kvalue=1"])
    }

    @Test func `a value that begins with an accent stays one`() throws {
        #expect(
            try Self.expanded("ENV a=\u{301}b c=$v").environment == ["PATH=/bin", "v=value", "a=\u{301}b", "c=value"])
        let base = ImageConfiguration.base { $0.environment = ["a=\u{301}b"] }
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let plan = try planned("FROM img\nENV c=[$a]\n", images: ["img": base])
        #expect(plan.execution.environment == ["a=\u{301}b", "PATH=\(path)", "c=[\u{301}b]"])
    }

    private static func expanded(_ instruction: String) throws -> ImageConfiguration.Execution {
        try planned("FROM base\nENV v=value\n\(instruction)").execution
    }

    @Test func `LABEL is merged, and the command line's labels are the image's alone`() throws {
        let base = ImageConfiguration.base { $0.labels = ["a": "old", "b": "old"] }
        let plan = try planned(
            "FROM img AS one\nENV v=1\nLABEL a=new \"c d\"=\"$v x\"\nFROM one\nLABEL e f", images: ["img": base]
        ) {
            $0.labels = [("b", "given"), ("z", "")]
        }
        #expect(plan.execution.labels == ["a": "new", "b": "given", "c d": "1 x", "e": "f", "z": ""])
        #expect(plan.stages[0].configuration.execution.labels == ["a": "new", "b": "old", "c d": "1 x"])
        #expect(plan.history == ["ENV v=1 (empty)", "LABEL a=new c d=1 x (empty)", "LABEL e=f (empty)"])
    }

    @Test func `CMD and ENTRYPOINT as words and for the shell`() throws {
        let plan = try planned("FROM base\nENTRYPOINT [\"/a\", \"b c\"]\nCMD echo \"hi\" $x\n")
        #expect(plan.execution.entrypoint == ["/a", "b c"])
        #expect(plan.execution.command == ["/bin/sh", "-c", "echo \"hi\" $x"])
        #expect(plan.execution.isArgumentsEscaped)
        #expect(
            plan.history == [
                "ENTRYPOINT [\"/a\" \"b c\"] (empty)",
                "CMD [\"/bin/sh\" \"-c\" \"echo \\\"hi\\\" $x\"] (empty)",
            ])
        #expect(try !planned("FROM base\nENTRYPOINT a").execution.isArgumentsEscaped)
    }

    @Test func `ENTRYPOINT takes away the CMD of the base, and not the stage's own`() throws {
        let base = ImageConfiguration.base { $0.command = ["old"] }
        func command(_ text: String) throws -> [String]? { try planned(text, images: ["img": base]).execution.command }
        #expect(try command("FROM img") == ["old"])
        #expect(try command("FROM img\nENTRYPOINT a") == nil)
        #expect(try command("FROM img\nCMD [\"b\"]\nENTRYPOINT a") == ["b"])
        #expect(try command("FROM img\nENTRYPOINT a\nCMD [\"b\"]") == ["b"])
        #expect(try command("FROM img AS x\nCMD [\"b\"]\nFROM x\nENTRYPOINT a") == nil)
        #expect(try command("FROM img\nCMD []") == nil)
        #expect(try planned("FROM base\nENTRYPOINT []").history == ["ENTRYPOINT [] (empty)"])
        #expect(try planned("FROM base\nENTRYPOINT [\"a\"]\nENTRYPOINT []").execution.entrypoint == nil)
    }

    @Test func `SHELL counts from its line on, and in stages on the stage`() throws {
        let plan = try planned("FROM base AS a\nRUN one\nSHELL [\"/bin/bash\", \"-ec\"]\nCMD two\nFROM a\nRUN three\n")
        #expect(plan.runs.map(\.arguments) == [["/bin/sh", "-c", "one"], ["/bin/bash", "-ec", "three"]])
        #expect(plan.execution.shell == ["/bin/bash", "-ec"])
        #expect(plan.execution.command == ["/bin/bash", "-ec", "two"])
        #expect(plan.history[1] == "SHELL [/bin/bash -ec] (empty)")
    }

    @Test(arguments: [
        ("80", ["80/tcp"]), ("80/TCP 53/udp 9/sctp", ["53/udp", "80/tcp", "9/sctp"]),
        ("8000-8002/udp", ["8000/udp", "8001/udp", "8002/udp"]), ("127.0.0.1:80:8080", ["8080/tcp"]),
        ("80:8080/udp", ["8080/udp"]), ("[::1]:80:81", ["81/tcp"]), ("8000-8001:90-91", ["90/tcp", "91/tcp"]),
        ("8000-8001:90", ["90/tcp"]), ("$ports", ["53/udp", "80/tcp"]), ("$port/udp", ["443/udp"]), ("0", ["0/tcp"]),
        ("1/", ["1/tcp"]), (":81", ["81/tcp"]),
    ])
    func `EXPOSE takes ports and ranges, and words of variables`(words: String, ports: [String]) throws {
        let plan = try planned("FROM base\nENV ports=\"80 53/udp\" port=443\nEXPOSE \(words)")
        #expect(plan.execution.exposedPorts == ports)
    }

    @Test(arguments: [
        ("/tcp", "there is no port, write PORT[/PROTOCOL]"),
        ("80/icmp", "\"icmp\" is no protocol, write tcp, udp or sctp"),
        ("65536", "\"65536\" is no port, write a number up to 65535 or a range such as 8000-8010"),
        ("a", "\"a\" is no port, write a number up to 65535 or a range such as 8000-8010"),
        ("+1", "\"+1\" is no port, write a number up to 65535 or a range such as 8000-8010"),
        ("9-8", "\"9-8\" is no port, write a number up to 65535 or a range such as 8000-8010"),
        ("1-2-3", "\"1-2-3\" is no port, write a number up to 65535 or a range such as 8000-8010"),
        ("x:80", "\"x\" is no port of a host, write a number or a range"),
        ("1-2:1-3", "the two ranges are not equally long"), ("1.2.3:1:2", "\"1.2.3\" is no IP address"),
        ("1.2.3.256:1:2", "\"1.2.3.256\" is no IP address"),
    ])
    func `EXPOSE says what is wrong with a port`(word: String, reason: String) {
        #expect(refusal("FROM base\nENV p=\(word)\nEXPOSE $p") == "3: EXPOSE \(word): \(reason)")
    }

    @Test func `EXPOSE and VOLUME add to what the base has`() throws {
        let base = ImageConfiguration.base {
            $0.exposedPorts = ["80/tcp"]
            $0.volumes = ["/old"]
        }
        let plan = try planned(
            "FROM img\nENV d=/data\nEXPOSE 443 22\nVOLUME $d /b\nVOLUME [\"/c d\"]", images: ["img": base])
        #expect(plan.execution.exposedPorts == ["22/tcp", "443/tcp", "80/tcp"])
        #expect(plan.execution.volumes == ["/b", "/c d", "/data", "/old"])
        #expect(
            plan.history == [
                "ENV d=/data (empty)", "EXPOSE [22/tcp 443/tcp] (empty)", "VOLUME [/data /b] (empty)",
                "VOLUME [/c d] (empty)",
            ])
        #expect(refusal("FROM base\nVOLUME $none") == "2: VOLUME has an empty path, write one as in /data")
    }

    @Test func `WORKDIR joins, makes a layer unless it is the root, and belongs to the user`() throws {
        let plan = try planned("FROM base\nWORKDIR a/./b//\nUSER u:g\nWORKDIR ../c\nENV d=/x\nWORKDIR $d\nWORKDIR /\n")
        #expect(
            plan.steps.map(\.operation) == [
                .makeDirectory(path: "/a/b", user: ""), .makeDirectory(path: "/a/c", user: "u:g"),
                .makeDirectory(path: "/x", user: "u:g"),
            ])
        #expect(plan.titles == ["[2/4] WORKDIR a/./b//", "[3/4] WORKDIR ../c", "[4/4] WORKDIR /x"])
        #expect(plan.execution.workingDirectory == "/")
        #expect(
            plan.history == [
                "WORKDIR /a/b", "USER u:g (empty)", "WORKDIR /a/c", "ENV d=/x (empty)", "WORKDIR /x",
                "WORKDIR / (empty)",
            ])
        #expect(try planned("FROM base\nWORKDIR ../../a").execution.workingDirectory == "/a")
        let base = ImageConfiguration.base { $0.workingDirectory = "/srv/" }
        #expect(try planned("FROM img\nWORKDIR x", images: ["img": base]).execution.workingDirectory == "/srv/x")
    }

    @Test func `USER, STOPSIGNAL and MAINTAINER`() throws {
        let plan = try planned(
            "FROM base\nARG id=1000\nUSER $id\nSTOPSIGNAL SIG${none:-TERM}\nMAINTAINER a $b <c>\nRUN x")
        #expect(plan.execution.user == "1000")
        #expect(plan.runs[0].user == "1000")
        #expect(plan.execution.stopSignal == "SIGTERM")
        #expect(plan.configuration.author == "a $b <c>")
        #expect(
            plan.history.dropFirst() == [
                "USER 1000 (empty)", "STOPSIGNAL SIGTERM (empty)", "MAINTAINER a $b <c> (empty)",
                "RUN |1 id=1000 /bin/sh -c x # buildkit",
            ])
        for signal in ["9", "kill", "RTMIN+3", "SIGRTMAX-1"] {
            #expect(try planned("FROM base\nSTOPSIGNAL \(signal)").execution.stopSignal == signal)
        }
        #expect(refusal("FROM base\nENV s=SIGNONE\nSTOPSIGNAL $s").hasPrefix("3: STOPSIGNAL "))
    }

    @Test func `HEALTHCHECK is written as docker has it`() throws {
        let plan = try planned(
            """
            FROM base
            HEALTHCHECK --interval=90s --timeout=1500ms --start-period=1h --start-interval=1001us --retries=3 \\
                CMD curl $x || exit 1
            """)
        #expect(
            plan.execution.healthcheck
                == .init(
                    test: ["CMD-SHELL", "curl $x || exit 1"], interval: 90_000_000_000, timeout: 1_500_000_000,
                    startPeriod: 3_600_000_000_000, startInterval: 1_001_000, retries: 3))
        #expect(
            plan.history == [
                "HEALTHCHECK {Test:[CMD-SHELL curl $x || exit 1] Interval:1m30s Timeout:1.5s StartPeriod:1h0m0s "
                    + "StartInterval:1.001ms Retries:3} (empty)"
            ])
        #expect(
            try planned("FROM base\nHEALTHCHECK CMD [\"a\", \"b\"]").execution.healthcheck
                == .init(test: ["CMD", "a", "b"]))
        let none = try planned("FROM base\nHEALTHCHECK NONE")
        #expect(none.execution.healthcheck == .init(test: ["NONE"]))
        #expect(
            none.history == [
                "HEALTHCHECK {Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0} (empty)"
            ])
    }
}
