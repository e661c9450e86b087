// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct VariableExpanderTests {
    private static let variables = [
        "a": "one", "b": "two words", "empty": "", "path": "/usr/local/lib/x.tar.gz", "star": "a***yy*", "one": "1",
        "lines": "x1\nx2", "odd": "()[]{}^$.*?|\\x", "v": "xxyy", "KOREAN": "한국어", "名": "name",
    ]
    private func expander(_ escape: Character = "\\") -> VariableExpander {
        VariableExpander(escape: escape) { Self.variables[$0] }
    }

    @Test(arguments: [
        ("plain", "plain"), ("$a", "one"), ("${a}", "one"), ("x${a}y", "xoney"), ("$ax", ""), ("${ax}", ""),
        ("$a-$b", "one-two words"), ("$", "$"), ("$/", "$/"), ("a$", "a$"), ("$$x", "x"), ("$1a", "a"), ("$11", ""),
        ("$@$*$#$?$!", ""), ("한$KOREAN", "한한국어"), ("$名.", "name."), ("\"\"", ""), ("a  b", "a  b"),
    ])
    func `a name gives its value, or nothing`(text: String, expected: String) throws {
        #expect(try expander().expand(text).text == expected)
    }

    @Test(arguments: [
        ("'$a'", "$a"), ("\"$a\"", "one"), ("\"'$a'\"", "'one'"), ("'\"$a\"'", "\"$a\""), ("\\$a", "$a"),
        ("\\'", "'"), ("\"\\\"\"", "\""), ("\"\\$a\"", "$a"), ("\"\\\\\"", "\\"), ("\"\\n\"", "\\n"), ("\\n", "n"),
        ("'\\n'", "\\n"), ("a\\", "a"), ("\\\\", "\\"), ("\"a'b\"c", "a'bc"), ("`$a`", "`one`"),
    ])
    func `quotes and escapes go away and protect`(text: String, expected: String) throws {
        #expect(try expander().expand(text).text == expected)
    }

    @Test func `the escape is that of the directive`() throws {
        #expect(try expander("`").expand("`$a\\$a").text == "$a\\one")
        #expect(try expander("`").expand("\"`$a`n\\\"").text == "$a`n\\")
    }

    @Test(arguments: [
        ("${a:-w}", "one"), ("${a-w}", "one"), ("${none:-w}", "w"), ("${none-w}", "w"), ("${empty:-w}", "w"),
        ("${empty-w}", ""), ("${none:-}", ""), ("${none:-$a}", "one"), ("${none:-${other:-deep}}", "deep"),
        ("${none:-'$a'}", "$a"), ("${none:-\"$a }\"}", "one }"), ("${none:-\\}}", "}"), ("${none:-a b}", "a b"),
        ("${a:+w}", "w"), ("${a+w}", "w"), ("${none:+w}", ""), ("${none+w}", ""), ("${empty:+w}", ""),
        ("${empty+w}", "w"), ("${a:+${b}}", "two words"), ("${a:?no}", "one"), ("${a?no}", "one"), ("${empty?no}", ""),
    ])
    func `a default, an alternative`(text: String, expected: String) throws {
        #expect(try expander().expand(text).text == expected)
    }

    @Test(arguments: [
        ("${path#*/}", "usr/local/lib/x.tar.gz"), ("${path##*/}", "x.tar.gz"), ("${path%.*}", "/usr/local/lib/x.tar"),
        ("${path%%.*}", "/usr/local/lib/x"), ("${path%/*}", "/usr/local/lib"), ("${v#x}", "xyy"), ("${v##x}", "xyy"),
        ("${v#?}", "xyy"), ("${v#*x*y}", "y"), ("${v##*x*y}", ""), ("${v#}", "xxyy"), ("${v##}", "xxyy"),
        ("${v%}", "xxyy"), ("${v#*}", "xxyy"), ("${v##*}", ""), ("${v%%*}", ""), ("${v#none}", "xxyy"),
        ("${v%x}", "xxyy"),
        ("${star%%\\**\\*}", "a"), ("${star%\\*}", "a***yy"), ("${odd#()[]{\\}^$.\\*\\?|\\\\}", "x"), ("${none#x}", ""),
        ("${none:-.}${v%yy}${none:-.}", ".xx."), ("${v#${one:+x}}", "xyy"), ("${lines#*2}", "x1\nx2"),
        ("${lines##x?}", "\nx2"),
    ])
    func `a prefix or suffix is cut off`(text: String, expected: String) throws {
        #expect(try expander().expand(text).text == expected)
    }

    @Test(arguments: [
        ("${path/\\//_}", "_usr/local/lib/x.tar.gz"), ("${path//\\//_}", "_usr_local_lib_x.tar.gz"),
        ("${v/x/}", "xyy"), ("${v//x/}", "yy"), ("${v/*/z}", "z"), ("${v//*/z}", "z"), ("${v//?/z}", "zzzz"),
        ("${v/$empty/ww}", "wwxxyy"), ("${v///}", "xxyy"), ("${v///-}", "-x-x-y-y-"), ("${none///}", ""),
        ("${path//\\//\\/}", "\\/usr\\/local\\/lib\\/x.tar.gz"), ("${b/ /${one}}", "two1words"),
        ("${v/none/z}", "xxyy"),
        ("${path/l*l/-}", "/usr/-ib/x.tar.gz"),
    ])
    func `what matches is replaced`(text: String, expected: String) throws {
        #expect(try expander().expand(text).text == expected)
    }

    @Test(
        arguments: [
            ("${}", .badSubstitution, "a name follows ${"), ("${:x}", .badSubstitution, "a name follows ${"),
            ("${{a}}", .badSubstitution, "a name follows ${"), ("${a", .unterminated, "a '}' is missing"),
            ("${", .unterminated, "a '}' is missing"), ("${a:", .unterminated, "a '}' is missing"),
            ("${a:-x", .unterminated, "the '}' that ends a ${ is missing"),
            ("${a/x}", .unterminated, "the '/' that ends a ${ is missing"),
            ("${a//}", .unterminated, "the '/' that ends a ${ is missing"),
            ("'a", .unterminated, "a single quote is not closed"),
            ("\"a", .unterminated, "a double quote is not closed"),
            ("${none:?say it}", .required, "none: say it"), ("${none:?$b}", .required, "none: two words"),
            ("${none?}", .required, "none: is not allowed to be unset"),
            ("${empty:?}", .required, "empty: is not allowed to be empty"),
            ("${v#\\x}", .badPattern, "\\x in the pattern \"\\x\" means nothing; write x"),
            (
                "${v:0:3}", .unsupportedModifier,
                "':0' after the name v is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            (
                "${v^^}", .unsupportedModifier,
                "'^' after the name v is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            (
                "${v=x}", .unsupportedModifier,
                "'=' after the name v is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            (
                "${v:#x}", .unsupportedModifier,
                "':#' after the name v is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            (
                "${!v}", .unsupportedModifier,
                "'v' after the name ! is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            (
                "${#v}", .unsupportedModifier,
                "'v' after the name # is no modifier; there are :- - :+ + :? ? # ## % %% / //"
            ),
            ("${.v}", .unsupportedModifier, "a name follows ${, not '.'"),
        ] as [(String, VariableError.Code, String)])
    func `what cannot be expanded says why`(text: String, code: VariableError.Code, words: String) {
        #expect(throws: VariableError(code, words, in: text)) { try expander().expand(text) }
    }

    @Test func `braces in braces have an end`() throws {
        let deep = String(repeating: "${x:-", count: 50_000)
        #expect(throws: VariableError(.tooDeep, "more than 100 ${ are inside of each other", in: deep)) {
            try expander().expand(deep)
        }
        let allowed = String(repeating: "${x:-", count: 100) + "end" + String(repeating: "}", count: 100)
        #expect(try expander().expand(allowed).text == "end")
    }

    @Test func `a pattern of many stars takes no longer than its length says`() throws {
        let expander = VariableExpander { $0 == "long" ? String(repeating: "a", count: 2000) : nil }
        let pattern = String(repeating: "*a", count: 100) + "b"
        #expect(try expander.expand("${long#\(pattern)}").text.utf8.count == 2000)
    }

    @Test(arguments: [
        ("80 443", ["80", "443"]), ("  80\t443 ", ["80", "443"]), ("$b", ["two", "words"]), ("\"$b\"", ["two words"]),
        ("'a b' c", ["a b", "c"]), ("a\\ b", ["a b"]), ("x$b", ["xtwo", "words"]), ("\"\"", []), ("$none", []),
        ("\"a\"'b'c d", ["abc", "d"]), ("${none:-8000 9000}/tcp", ["8000", "9000/tcp"]),
    ])
    func `words are split after the expansion`(text: String, words: [String]) throws {
        #expect(try expander().expand(text).words == words)
    }

    @Test(arguments: [
        ("a='$a'\n", "a='one'\n"), ("\"$a\" \\$a \\\\ \\n\n", "\"one\" $a \\ n\n"),
        ("it's ${none:-it's}\n", "it's it's\n"),
    ])
    func `a body keeps its quotes`(text: String, expected: String) throws {
        #expect(try expander("`").expand(body: text).text == expected)
    }

    @Test func `names are told apart into set and not set, each once`() throws {
        let expansion = try expander().expand("$a ${none:-$b} $a $other ${none}")
        #expect(expansion.used == ["a", "b"])
        #expect(expansion.undefined == ["none", "other"])
    }

    @Test(arguments: [
        (
            "RUN echo \"$a\" '$a' $none ${none} ${none:-x} ${none#*/} ${none//a/b} $(id)",
            "RUN echo \"one\" '$a' $none ${none} ${none:-x} ${none#*/} ${none//a/b} $(id)"
        ),
        ("RUN echo ${a^^} $a", "RUN echo ${a^^} $a"), ("RUN echo 'it", "RUN echo 'it"),
    ])
    func `the title of a command keeps what its shell reads`(text: String, expected: String) {
        #expect(expander().title(ofCommand: text) == expected)
    }

    @Test func `the title of another instruction is expanded as it is`() {
        #expect(expander().title(ofInstruction: "COPY \"$a\" $none /x") == "COPY one  /x")
        #expect(expander().title(ofInstruction: "COPY ${") == "COPY ${")
    }
}
