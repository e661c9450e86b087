// SPDX-License-Identifier: Apache-2.0
import OCI
import Templates
import Testing

/// What the tests apply templates to: as `inspect` prints it.
private let container: JSON = [
    "Id": "abc", "Pid": 42, "Ratio": 1.5, "Big": .unsigned(.max),
    "State": ["Running": true, "Status": "running", "ExitCode": 0, "Health": nil],
    "Config": ["Labels": ["com.x": "y z", "a": "b"], "Env": ["A=1", "B=2"], "None": [:]],
    "NetworkSettings": [
        "Networks": ["web": ["IPAddress": "10.0.0.2"], "db": ["IPAddress": "10.1.0.2"]],
        "Ports": ["80/tcp": [["HostIp": "0.0.0.0", "HostPort": "8080"]], "81/tcp": nil],
    ],
    "Empty": [],
]

private func text(_ template: String, of value: JSON = container) throws -> String {
    try Template(parsing: template).text(of: value)
}

private func refusal(_ template: String, of value: JSON = container) -> String? {
    do throws(TemplateError) {
        _ = try Template(parsing: template).text(of: value)
        return nil
    } catch { return "\(error)" }
}

@Suite struct TemplateTests {
    @Test(
        arguments: [
            ("plain", "plain"), ("{{.Id}}", "abc"), ("<{{ .State.Running }}>", "<true>"),
            ("{{.Pid}}{{.Ratio}}", "421.5"),
            ("{{.Big}}", "18446744073709551615"), ("{{.}}", nil),
            ("{{.Config.Env}}", "[A=1 B=2]"), ("{{.Config.Labels}}", "map[a:b com.x:y z]"),
            ("{{.State}}", "{true running 0 <nil>}"), ("{{.Config.Labels.missing}}", "<no value>"),
            ("{{.Config.None.X}}", "<no value>"), ("{{.State.Health}}", "<nil>"), ("{{nil}}", "<no value>"),
            ("{{$.Id}}{{with .State}}{{.Status}}{{$.Pid}}{{end}}", "abcrunning42"), ("{{(.State).Status}}", "running"),
            ("{{\"a\\n\\u263a\\x41\\101\\\"\"}}{{`\\n`}}{{'a'}}", "a\n☺AA\"\\n97"),
            (
                "{{1_000}} {{0x1f}} {{-3}} {{+4}} {{0b11}} {{0o17}} {{017}} {{1.5}} {{1e3}}",
                "1000 31 -3 4 3 15 15 1.5 1000"
            ),
            ("{{true}}{{false}}", "truefalse"),
        ] as [(String, String?)]) func printsValues(template: String, expected: String?) throws
    {
        let result = try text(template)
        if let expected { #expect(result == expected) } else { #expect(result.hasPrefix("{abc 42")) }
    }

    @Test(arguments: [
        ("a {{- .Id -}} b", "aabcb"), ("a {{- 3 }} b", "a3 b"), ("{{-3}}", "-3"), ("a {{/* no */}} b", "a  b"),
        ("a {{- /* no */ -}} b", "ab"), ("\n{{- .Id}}\n", "abc\n"), ("{{ .Id | printf \"%s\" -}}\n\n x", "abcx"),
    ]) func trims(template: String, expected: String) throws { #expect(try text(template) == expected) }

    @Test(arguments: [
        ("{{if .State.Running}}up{{else}}down{{end}}", "up"), ("{{if .Empty}}a{{else if .Pid}}b{{else}}c{{end}}", "b"),
        ("{{if .State.ExitCode}}a{{else if .Empty}}b{{else}}c{{end}}", "c"),
        ("{{with .Empty}}a{{else}}{{.Id}}{{end}}", "abc"),
        ("{{with $x := .State}}{{$x.Status}}{{.Status}}{{end}}", "runningrunning"),
        ("{{with .Empty}}a{{else with .Config}}{{.Env}}{{end}}", "[A=1 B=2]"),
        ("{{range .Config.Env}}{{.}},{{end}}", "A=1,B=2,"), ("{{range .Empty}}a{{else}}none{{end}}", "none"),
        ("{{range $i, $e := .Config.Env}}{{$i}}={{$e}};{{end}}", "0=A=1;1=B=2;"),
        ("{{range $e := .Config.Env}}{{$e}}{{.}};{{end}}", "A=1A=1;B=2B=2;"),
        ("{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}};{{end}}", "a:b;com.x:y z;"),
        ("{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", "10.1.0.2 10.0.0.2 "),
        (
            "{{range $p, $c := .NetworkSettings.Ports}}{{$p}}->{{range $c}}{{.HostPort}}{{end}} {{end}}",
            "80/tcp->8080 81/tcp-> "
        ),
        ("{{range 3}}{{.}}{{end}}", "012"), ("{{range .Config.Env}}{{.}}{{break}}{{end}}", "A=1"),
        ("{{range .Config.Env}}{{if eq . \"A=1\"}}{{continue}}{{end}}{{.}}{{end}}", "B=2"),
        ("{{$x := 1}}{{range .Config.Env}}{{$x = .}}{{end}}{{$x}}", "B=2"),
        ("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"),
        ("{{$a := .Id}}{{$b := $a}}{{$b}}{{range .State.Health}}x{{end}}", "abc"),
    ]) func branches(template: String, expected: String) throws { #expect(try text(template) == expected) }

    @Test(arguments: [
        ("{{json .State}}", #"{"Running":true,"Status":"running","ExitCode":0,"Health":null}"#),
        ("{{json .Config.Labels | len}}", "23"), ("{{index .Config.Labels \"com.x\"}}", "y z"),
        ("{{index .Config.Labels \"none\"}}|", "|"), ("{{index .Config.Env 1}}", "B=2"),
        ("{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}", "8080"),
        ("{{index .NetworkSettings.Networks \"web\" \"IPAddress\"}}", "10.0.0.2"),
        ("{{join .Config.Env \", \"}}", "A=1, B=2"), ("{{split \"a,b,,c\" \",\"}}", "[a b  c]"),
        ("{{index (split \"a::b\" \"::\") 1}}", "b"), ("{{split \"añ\" \"\" | len}}", "2"),
        ("{{lower \"AÄ\"}}{{upper \"bß\"}}{{title \"hello big world\"}}", "aäBSSHello Big World"),
        ("{{pad \"x\" 1 2}}|{{pad \"\" 1 2}}|", " x  ||"), ("{{truncate .Id 2}}{{truncate .Id 9}}", "ababc"),
        ("{{len .Id}}{{len .Config.Env}}{{len .Config.Labels}}", "322"), ("{{slice .Id 1}}{{slice .Id 0 1}}", "bca"),
        ("{{slice .Config.Env 1 2}}", "[B=2]"), ("{{println .Id 1}}", "abc 1\n"),
        ("{{print 1 2 \"a\" \"b\" 3}}", "1 2ab3"),
        ("{{printf \"%s-%d\" .Id .Pid}}", "abc-42"), ("{{.Id | printf \"%-5s|%5s|\" \"x\"}}", "x    |  abc|"),
        ("{{printf \"%05d %x %X %o %b %#x %+d\" 42 255 255 8 5 255 3}}", "00042 ff FF 10 101 0xff +3"),
        (
            "{{printf \"%.2f %6.1f %q %t %v %% %c %U\" 1.255 2.25 \"a\\\"\" true .Config.Env 97 9786}}",
            "1.25    2.2 \"a\\\"\" true [A=1 B=2] % a U+263A"
        ),
        ("{{printf \"%*d|%-4d|%.2s\" 4 1 2 \"abc\"}}", "   1|2   |ab"), ("{{printf \"%x\" \"hi\"}}", "6869"),
        ("{{eq .Pid 42}}{{eq .Id \"x\" \"abc\"}}{{ne .Id \"x\"}}", "truetruetrue"),
        ("{{lt 1 2}}{{le 2 2}}{{gt 1 2}}{{ge 1.5 2}}{{lt \"a\" \"b\"}}{{eq 1 1.0}}", "truetruefalsefalsetruetrue"),
        ("{{eq .State.Health nil}}{{ne nil .Id}}", "truetrue"),
        ("{{and .Id .Pid}}{{and .Empty .Nope}}{{or .Empty .Id}}{{or .Id .Nope}}{{not .Empty}}", "42[]abcabctrue"),
        ("{{.Id | upper | printf \"%s%s\" \"-\"}}", "-ABC"), ("{{true | and 1}}{{false | or 0}}", "truefalse"),
    ]) func callsFunctions(template: String, expected: String) throws { #expect(try text(template) == expected) }

    @Test func callsMethodsOfTheValue() throws {
        let template = try Template(parsing: "{{.Label \"a\"}}{{range 1}}{{$.Label \"a\"}}{{end}}")
        let methods: [String: Template.Method] = ["Label": { $0.first?.string == "a" ? "1" : nil }]
        #expect(try template.text(of: ["ID": "x"], methods: methods) == "11")
        #expect(throws: TemplateError.self) {
            try Template(parsing: "{{.Label 1}}").text(of: ["ID": "x"], methods: methods)
        }
    }

    @Test(arguments: [
        ("{{.Stat}}", "1:3: there is no field Stat: did you mean State?"),
        ("{{.Id}}\n  {{.State.Runing}}", "2:11: there is no field Runing: did you mean Running?"),
        ("{{.State.Zzzzzzzz}}", "1:9: there is no field Zzzzzzzz: write one of Running, Status, ExitCode, Health"),
        ("{{.State.Health.Status}}", "1:16: there is no Status of nothing: ask with {{if}} or {{with}} before"),
        ("{{.Id.X}}", "1:6: there is no X of a text: it has no fields"), ("{{.Id", "1:1: '{{' has no end: write '}}'"),
        ("{{", "1:1: '{{' has no end: write '}}'"),
        ("{{}}", "1:3: a value is missing in the action: write a field such as .Name"),
        ("{{if .Id}}a", "1:3: 'if' has no end: write {{end}}"), ("a{{end}}", "1:4: 'end' ends nothing: leave it out"),
        ("{{else}}", "1:3: 'else' ends nothing: leave it out"),
        ("{{if 1}}{{else}}{{else}}{{end}}", "1:19: a second 'else': write {{end}}, or {{else if ...}} before it"),
        ("{{range 1}}{{else if 1}}{{end}}", "1:19: 'else if' is for another block: write {{else}}{{if ...}}"),
        ("{{$x}}", "1:3: there is no variable $x: set it with {{$x := ...}}"),
        ("{{$list := 1}}{{$lsit}}", "1:17: there is no variable $lsit: did you mean $list?"),
        ("{{lenn .Id}}", "1:3: there is no function 'lenn': did you mean len?"),
        ("{{Names}}", "1:3: there is no function 'Names': write a field as .Names, or a text as \"Names\""),
        ("{{html .Id}}", "1:3: the function 'html' is not supported: leave it out"),
        ("{{template \"x\"}}", "1:3: 'template' is not supported: write what it stands for in its place"),
        ("{{break}}", "1:3: 'break' is not in a range: leave it out"),
        ("{{\"a}}", "1:3: the text has no end: write a second '\"'"),
        ("{{'ab'}}", "1:3: single quotes are for one character: write \"a text\" in double ones"),
        ("{{.Id \"x\"}}", "1:3: Id is no function: write its arguments elsewhere"),
        ("{{1 2}}", "1:5: an argument of what is no function: write a function before it"),
        ("{{(.Id}}", "1:7: a parenthesis is not closed: write ')'"),
        ("{{.Id)}}", "1:6: ')' closes nothing: leave it out"),
        ("{{.Id & 1}}", "1:7: '&' means nothing in an action: write fields, functions and texts in quotes"),
        ("{{12x}}", "1:3: '12x' is no number: write digits, as in 12 or 1.5"),
        ("{{/* x}}", "1:3: the comment has no end: write '*/'"),
        ("{{len 1}}", "1:3: len: a number has no length"),
        ("{{index .Config.Env 7}}", "1:3: index: there is no element 7 in a list of 2"),
        ("{{eq 1 \"a\"}}", "1:3: eq: a number and a text cannot be compared"),
        ("{{lower 1}}", "1:3: lower: argument 1 is a number, and has to be a text"),
        ("{{printf \"%d\" \"x\"}}", "1:3: printf: %d does not show a text: write %v, which shows anything"),
        ("{{printf \"%s\"}}", "1:3: printf: %s has no argument: write as many as there are verbs"),
        ("{{printf \"x\" 1}}", "1:3: printf: it has arguments that no verb shows: write as many as there are verbs"),
        ("{{range .Id}}{{end}}", "1:3: range cannot walk through a text: give it a list"),
        ("{{range 100000000}}{{end}}", "1:3: it takes more than 1000000 steps: write a smaller one"),
        (
            "{{$x := \"aaaaaaaa\"}}{{range 60}}{{$x = printf \"%s%s\" $x $x}}{{end}}",
            "1:40: printf: the text is too long: write a smaller one"
        ),
    ]) func saysWhatIsWrong(template: String, message: String) {
        #expect(refusal(template) == "the template at " + message)
    }

    /// Whatever is written, it is read or refused, and has a text or none.
    @Test func bearsOddText() {
        let seeds = [
            "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}}{{else}}none{{end}}",
            "{{with .State}}{{if eq .Status \"running\" \"up\"}}{{.Health | printf \"%-10s|%v\" 1}}{{end}}{{end}}",
            "{{- /* c */ -}} {{$x := 1_0}}{{(slice .Id 0 1) | json}} {{- `raw` }}{{\"\\u263a\\n\"}}{{'a'}}{{-1.5e3}}",
            "{{range 9}}{{if gt . 5}}{{break}}{{end}}{{continue}}{{end}}{{join (split \"a,b\" \",\") \"-\"}}",
            "{{printf \"%*d %.3f %x %U %q\" 3 1 2.5 \"x\" 97 \"y\"}}{{index .Config.Env 0}}{{pad \"a\" 1 2}}",
        ].map { Array($0.utf8) }
        let pieces = ["{{", "}}", " -}}", "{{- ", "(", ")", "|", ".", "$", "\"", "%", "\\", "9", "-", "\u{F6}", "end"]
            .map { Array($0.utf8) }
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<4000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...random(4) where !bytes.isEmpty {
                let place = random(bytes.count)
                switch random(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(contentsOf: pieces[random(pieces.count)], at: place)
                default: bytes[place] = UInt8(random(256))
                }
            }
            let template = String(decoding: bytes, as: UTF8.self)
            #expect(refusal(template)?.isEmpty != true)
        }
    }

    @Test func bearsDeepNesting() {
        let deep = String(repeating: "{{if 1}}", count: 5000)
        #expect(refusal(deep)?.hasSuffix("it is nested deeper than 100: take it apart") == true)
        let open = "{{" + String(repeating: "(", count: 5000)
        #expect(refusal(open + "1}}")?.hasSuffix("it is nested deeper than 100: take it apart") == true)
    }
}
