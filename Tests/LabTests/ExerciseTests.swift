// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Lab

/// Every exercise of the tree, and what is said of one that is wrong.
@Suite struct ExerciseTests {
    /// `Sources/Lab/Exercises`.
    private static let directory: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Sources/Lab/Exercises"
    }()

    @Test func everyFolderIsAnExercise() throws {
        let catalog = try Catalog(directory: Self.directory)
        // Fifty, and two capstones.
        #expect(catalog.exercises.map(\.number) == Array(1...52))
        for exercise in catalog.exercises {
            #expect(exercise.faults() == [], "\(exercise.name)")
            #expect(Set(exercise.layers.map(\.name)).count == exercise.layers.count)
            // Walls that are taken away are those of the default run: together they are the weak one.
            for layer in exercise.layers {
                #expect(layer.flags != exercise.standard.flags, "\(exercise.name): \(layer.name) takes nothing away")
            }
        }
        #expect(try catalog.find("6").slug == "uts-name")
        #expect(try catalog.find("06") == catalog.find("uts-name"))
        #expect(throws: LabError.self) { try catalog.find("uts-nmae") }
    }

    private func sample() throws -> JSON {
        try JSON(parsing: Descriptor.contents(of: Self.directory + "/06-uts-name/exercise.json"))
    }

    private func fault(_ change: (inout JSON) -> Void) throws -> String {
        var json = try sample()
        change(&json)
        do {
            _ = try Exercise(parsing: json.bytes(), folder: "/lab/06-uts-name")
            return "none"
        } catch { return "\(error)" }
    }

    @Test func aFaultSaysWhereItIs() throws {
        #expect(try fault { _ in } == "none")
        #expect(
            try fault { $0["hintz"] = [] }.contains("hintz is no member that an exercise has, did you mean 'hints'?"))
        #expect(try fault { $0["realm"] = "moon" }.contains("realm is 'moon', and has to be host or kernel"))
        #expect(try fault { $0["requires"] = ["overlay", "luck"] }.contains("requires[1] is 'luck'"))
        #expect(try fault { $0["hints"] = ["one"] }.contains("hints needs 3 at least"))
        #expect(try fault { $0["predict"]?["answer"] = 9 }.contains("predict.answer has to be a number from 0 to 2"))
        #expect(try fault { $0["effect"]?["blocked"] = ["other": "same"] }.contains("excludes each other"))
        #expect(try fault { $0["effect"]?["blocked"] = ["host_name": ["between": 1]] }.contains("atLeast"))
        #expect(try fault { $0["arms"]?["default"] = nil }.contains("arms.default is missing"))
        #expect(try fault { $0["module"] = "Q" }.contains("module is 'Q'"))
    }

    @Test func aHintThatTellsIsFound() throws {
        var json = try sample()
        json["hints"] = ["a", "b", "run minibox run --uts host"]
        let exercise = try Exercise(parsing: json.bytes(), folder: Self.directory + "/06-uts-name")
        #expect(exercise.faults() == ["06-uts-name: hint 3 has a command in it: it has to lead, not to tell"])
        json["hints"] = ["a", "b", "c"]
        json["effect"]?["blocked"] = ["host_name": "same", "never_printed": 1]
        let silent = try Exercise(parsing: json.bytes(), folder: Self.directory + "/06-uts-name")
        #expect(silent.faults() == ["06-uts-name: observe.sh never prints 'never_printed', which is expected"])
    }

    @Test func wordsOfRequirementsAreRead() {
        for word in ["probe", "naivebox", "controller:memory", "kernel:6.5", "tool:ip", "overlay", "tiocsti"] {
            #expect(Requirement(parsing: word)?.word == word)
        }
        for word in ["", "controller:luck", "kernel:new", "tool:", "kernel:6"] {
            #expect(Requirement(parsing: word) == nil)
        }
        #expect(Requirement(parsing: "kernel:99.0")?.lack() == "needs Linux 99.0")
        #expect(Requirement(parsing: "kernel:4.0")?.lack() == nil)
        // A setting that was added to what there had been before.
        func setting(since version: KernelVersion) -> Requirement {
            .setting(word: "new", path: "/proc/sys/kernel/no-such-setting", value: "1", since: version)
        }
        #expect(setting(since: KernelVersion(99, 0)).lack() == nil)
        #expect(setting(since: KernelVersion(4, 0)).lack() == "this kernel has no /proc/sys/kernel/no-such-setting")
        #expect(Requirement(parsing: "tool:no-such-tool")?.lack() == "this machine has no program no-such-tool")
    }

    @Test func aFlagIsAnotherAtEachStart() {
        // RFC 4231, test case 2.
        let code = SecretFlag.authenticationCode(
            of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            SecretFlag.hexadecimal(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let first = SecretFlag.text(slug: "a", nonce: "1", key: [1])
        #expect(first != SecretFlag.text(slug: "a", nonce: "2", key: [1]))
        #expect(first != SecretFlag.text(slug: "b", nonce: "1", key: [1]))
        #expect(first.hasPrefix("FLAG{a-") && first.utf8.count == "FLAG{a-0123456789ab}".utf8.count)
    }
}
