// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Lab

/// What is told of an exercise, and hints that come of what was typed.
@Suite struct LabModeTests {
    private static let catalog: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Sources/Lab/Exercises"
    }()

    @Test func aModeSaysMoreOrLess() throws {
        let exercise = try Catalog(directory: Self.catalog).find("uts-name")
        let plain = exercise.opening(in: .plain)
        #expect(plain.hasPrefix("Every machine has a name"))
        let teach = exercise.opening(in: .teach)
        #expect(teach.hasPrefix(plain) && teach.contains("host_name is changed\n"))
        #expect(teach.contains("  UTS namespace\n") && teach.contains("Hint 1 of 3: A name belongs"))
        let test = exercise.opening(in: .test)
        #expect(test.hasPrefix("**Your task:**") && plain.hasSuffix(test))
        #expect(Exercise.task(of: "a story\n") == "a story\n")
    }

    @Test func aTestEndsWithTheRightAnswer() {
        var entry = Progress.Entry()
        entry.start(in: .plain, at: 5)
        entry.answer()
        #expect(entry.state == "passed" && !entry.isUnderTest && entry.started == 5)
        entry.start(in: .test, at: 9)
        #expect(entry.state == "passed" && entry.isUnderTest && entry.started == 5 && entry.hints == 0)
        entry.answer()
        #expect(entry.state == "passed test" && !entry.isUnderTest && entry.passed == [.plain, .test])
        // Another start does not take away what was passed.
        entry.start(in: .test, at: 10)
        #expect(entry.state == "passed test" && entry.isUnderTest)
        entry.start(in: .teach, at: 11)
        #expect(entry.state == "passed test" && !entry.isUnderTest && entry.hints == 1)
        entry.isShown = true
        #expect(entry.state == "shown")
    }

    private func line(_ text: String) -> TypedLine { TypedLine(time: 1, text: text) }

    @Test func phrasesAreFoundInLines() {
        let line = line(#"minibox run --uts=host --cap-add "SYS_ADMIN" lab/box"#)
        for phrase in ["--uts host", "--uts=host", "--cap-add SYS_ADMIN", "minibox run"] {
            #expect(line.has(phrase), "\(phrase)")
        }
        for phrase in ["--userns host", "--ut", "host --uts", "", "lab/box more"] {
            #expect(!line.has(phrase), "\(phrase)")
        }
        #expect(TypedLine(parsing: "17 ls -l") == TypedLine(time: 17, text: "ls -l"))
        #expect(TypedLine(parsing: "x ls") == nil && TypedLine(parsing: "17") == nil)
    }

    /// The last line that is about it counts: who has mended it is not told again.
    @Test func aReactionIsToTheLastSuchLine() throws {
        let reaction = Exercise.Reaction(typed: ["--uts host"], without: ["--cap-add SYS_ADMIN"], says: "x")
        let half = line("minibox run --uts host lab/box hostname pwned")
        let whole = line("minibox run --uts host --cap-add=SYS_ADMIN lab/box hostname pwned")
        #expect(reaction.holds(of: [half]) && reaction.holds(of: [whole, half, line("ls")]))
        #expect(!reaction.holds(of: [half, whole]) && !reaction.holds(of: []) && !reaction.holds(of: [line("ls")]))
        let exercise = try Catalog(directory: Self.catalog).find("uts-name")
        let mended = line("minibox run --userns=host --uts host --cap-add SYS_ADMIN lab/box hostname pwned")
        #expect(exercise.reaction(to: [half])?.hasPrefix("You share the name's namespace.") == true)
        #expect(exercise.reaction(to: [half, mended]) == nil)
        #expect(exercise.reaction(to: [line("ls")]) == nil)
    }

    @Test func whatWasTypedIsKeptUpToALimit() throws {
        let name = "minibox-typed-\(CurrentProcess.id)"
        let places = LabPlaces(root: "/tmp/\(name)", runRoot: "/tmp/\(name)/run")
        _ = try Descriptor.makeDirectories(places.root, mode: 0o700)
        defer { try? Descriptor.open("/tmp", [.directory]).removeTree(name) }
        let exercise = try Catalog(directory: Self.catalog).find("uts-name")
        #expect(TypedLog.lines(of: exercise, in: places) == [])
        try TypedLog.add([line("first"), line("second")], to: exercise, in: places)
        try TypedLog.add((0..<999).map { line("\($0)") }, to: exercise, in: places)
        let kept = TypedLog.lines(of: exercise, in: places)
        #expect(kept.count == 1000 && kept.first == line("second") && kept.last == line("998"))
        var progress = try Progress(in: places)
        try progress.forget(exercise)
        #expect(TypedLog.lines(of: exercise, in: places) == [])
    }
}
