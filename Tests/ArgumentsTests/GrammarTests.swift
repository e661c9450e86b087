// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

@Suite struct GrammarTests {
    @Test func readsSwitchesValuesAndLists() throws {
        let options = try read("--rm", "--name", "web", "--env=A=1", "-e", "B=2", "busybox")
        #expect(options?.remove == true)
        #expect(options?.name == "web")
        #expect(options?.environment == ["A=1", "B=2"])
        #expect(options?.image == "busybox")
        #expect(options?.command == [])
    }

    @Test(arguments: [
        (["-it", "x"], true, true), (["-i", "x"], true, false), (["-ti=false", "x"], false, true),
        (["--interactive=false", "-t", "x"], false, true), (["-i=0", "--tty=T", "x"], false, true),
    ]) func combinesSwitches(words: [String], interactive: Bool, terminal: Bool) throws {
        guard case .options(let options) = try boxTable.parse(words, path: "minibox run") else {
            Issue.record("read as help")
            return
        }
        #expect(options.interactive == interactive)
        #expect(options.terminal == terminal)
    }

    @Test(arguments: [["-eFOO=bar"], ["-e", "FOO=bar"], ["-e=FOO=bar"], ["--env=FOO=bar"], ["--env", "FOO=bar"]])
    func readsAValueHoweverItIsJoined(words: [String]) throws {
        guard case .options(let options) = try boxTable.parse(words + ["x"], path: "minibox run") else {
            Issue.record("read as help")
            return
        }
        #expect(options.environment == ["FOO=bar"])
    }

    @Test func takesTheRestOfCombinedLettersAsTheValueOfTheFirstThatHasOne() throws {
        #expect(try read("-iteFOO", "x")?.environment == ["FOO"])
        #expect(try read("-itm", "12", "x")?.memory == 12)
    }

    @Test func takesAWordThatBeginsWithADashAsAValue() throws {
        #expect(try read("-m", "-1", "x")?.memory == -1)
        #expect(try read("--name", "--rm", "x")?.name == "--rm")
    }

    @Test func takesAnEmptyValue() throws {
        #expect(try read("--name=", "x")?.name == "")
        #expect(try read("--name", "", "x")?.name == "")
    }

    @Test func lastOfSeveralValuesCounts() throws {
        #expect(try read("--name", "a", "--name", "b", "--rm", "--rm=false", "x")?.name == "b")
        #expect(try read("--rm", "--rm=false", "x")?.remove == false)
    }

    @Test func givesEverythingAfterTheImageToTheCommand() throws {
        let options = try read("--rm", "busybox", "ls", "--raed-only", "--help", "--", "-it")
        #expect(options?.command == ["ls", "--raed-only", "--help", "--", "-it"])
        #expect(options?.remove == true)
        #expect(options?.terminal == false)
    }

    @Test func endsFlagsAtTwoDashes() throws {
        let options = try read("--rm", "--", "--odd-image", "sh")
        #expect(options?.image == "--odd-image")
        #expect(options?.command == ["sh"])
    }

    @Test func readsAnOptionalValueOnlyAfterAnEqualsSign() throws {
        #expect(try read("--explain", "json")?.explain == .text)
        #expect(try read("--explain", "json")?.image == "json")
        #expect(try read("--explain=json", "x")?.explain == .json)
        #expect(try read("x")?.explain == nil)
    }

    @Test func asksForHelpUnlessTheLetterMeansSomethingElse() throws {
        #expect(try read("--rm", "--help", "--nonsense") == nil)
        #expect(try read("-h", "box", "x")?.hostname == "box")
        let plain = Command<BoxOptions>("List", options: BoxOptions(), flags: [])
        guard case .help = try plain.parse(["-h"], path: "minibox ps") else {
            Issue.record("not read as help")
            return
        }
    }

    @Test func readsAliasesAndHiddenFlags() throws {
        #expect(try read("--net", "host", "--secret", "x")?.network == "host")
        #expect(try read("--net", "host", "--secret", "x")?.secret == true)
    }

    @Test func mixesFlagsAndWordsWhereNoCommandFollows() throws {
        struct Options: Sendable {
            var force = false
            var names: [String] = []
        }
        let table = Command<Options>(
            "Remove", options: Options(), positionals: [.oneOrMore("CONTAINER") { $0.names.append($1) }],
            flags: [.toggle("force", short: "f", "Kill it first") { $0.force = $1 }])
        guard case .options(let options) = try table.parse(["a", "-f", "b", "-"], path: "minibox rm") else {
            Issue.record("read as help")
            return
        }
        #expect(options.force)
        #expect(options.names == ["a", "b", "-"])
    }
}

@Suite struct GrammarErrorTests {
    @Test(arguments: [
        (["--raed-only", "x"], "unknown flag: --raed-only (did you mean --read-only?)"),
        (["--zzzzzz", "x"], "unknown flag: --zzzzzz"),
        (["--seret", "x"], "unknown flag: --seret"),
        (["-Z", "x"], "unknown flag: -Z"),
        (["-itZ", "x"], "unknown flag: -Z in -itZ"),
        (["-rm", "x"], "unknown flag: -r in -rm (did you mean --rm?)"),
        (["--rm=maybe", "x"], "--rm: 'maybe' is neither true nor false: write true or false"),
        (["-i=2", "x"], "-i: '2' is neither true nor false: write true or false"),
        (["-m", "12q", "x"], "-m: '12q' is not a number: write digits"),
        (["--memory=12q", "x"], "--memory: '12q' is not a number: write digits"),
        (["--explain=xml", "x"], "--explain: write text or json"),
        (["--name"], "--name needs a value (write: --name NAME)"),
        (["-ie"], "-e needs a value (write: -e KEY=VALUE)"),
        (["--rm"], "IMAGE is missing (write: minibox run IMAGE [COMMAND] [ARG...])"),
    ]) func saysWhatIsWrongAndWhatToWrite(words: [String], expected: String) {
        #expect(throws: ArgumentsError.self) { try boxTable.parse(words, path: "minibox run") }
        do { _ = try boxTable.parse(words, path: "minibox run") } catch {
            #expect("\(error)" == expected)
            #expect(error.hint == "see 'minibox run --help'")
        }
    }

    @Test func refusesAWordTooMany() {
        let table = Command<BoxOptions>(
            "Name", options: BoxOptions(), positionals: [.required("NAME") { $0.image = $1 }], flags: [])
        #expect(throws: ArgumentsError.self) { try table.parse(["a", "b"], path: "minibox tag") }
        do { _ = try table.parse(["a", "b"], path: "minibox tag") } catch {
            #expect("\(error)" == "unexpected argument: b")
        }
    }

    @Test func readsTheSameWordAfterTheImageAsTheCommands() throws {
        #expect(message("--raed-only", "busybox") != nil)
        #expect(try read("busybox", "--raed-only")?.command == ["--raed-only"])
    }
}
