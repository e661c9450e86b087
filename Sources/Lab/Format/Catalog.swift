// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// The exercises that there are.
public struct Catalog: Sendable {
    /// What the parts of the course are about.
    public static let modules: [String: String] = [
        "A": "Namespaces and what is shared", "B": "File systems", "C": "Privilege", "D": "System calls",
        "E": "Faults of runtimes", "F": "Resources", "G": "Networks", "H": "Images and secrets",
        "I": "Access and visibility", "X": "Capstones",
    ]

    /// Where the folders are; absolute.
    public let directory: String
    /// In the order of their numbers.
    public let exercises: [Exercise]

    /// Reads the folders of `directory` that are called `NN-slug`.
    public init(directory: String) throws(LabError) {
        let names: [String]
        do throws(SystemError) { names = try Descriptor.open(directory, [.directory]).entries() } catch {
            throw LabError(.missing, "cannot read the exercises in \(directory)", cause: error)
        }
        var exercises: [Exercise] = []
        for name in names.sorted() where Self.isExercise(name) {
            exercises.append(try Exercise(folder: "\(directory)/\(name)"))
        }
        self.directory = directory
        self.exercises = exercises.sorted { $0.number < $1.number }
        for (first, second) in zip(self.exercises, self.exercises.dropFirst()) where first.number == second.number {
            throw LabError(.format, "\(first.name) and \(second.name) have the same id")
        }
    }

    private static func isExercise(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.count > 3 && bytes[2] == UInt8(ascii: "-")
            && bytes[..<2].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Where the exercises are kept: what `MINIBOX_LAB` says, beside the program in `lab`, where packages put them, or in the
    /// tree that the program was built in.
    public static func find() throws(LabError) -> Catalog {
        if let chosen = Environment.value(of: "MINIBOX_LAB"), !chosen.isEmpty {
            guard chosen.isRooted else {
                throw LabError(.invalid, "MINIBOX_LAB=\(chosen) is not an absolute path: write it from the root on")
            }
            return try Catalog(directory: chosen)
        }
        let program = try Programs.directory()
        var places = ["\(program)/lab", "\(program)/../share/minibox/lab"]
        var above = program[...]
        for _ in 0..<4 {
            guard let slash = above.lastIndex(of: "/") else { break }
            above = above[..<slash]
            places.append("\(above)/Sources/Lab/Exercises")
        }
        for place in places where (try? Descriptor.open(place, [.path, .directory])) != nil {
            return try Catalog(directory: place)
        }
        throw LabError(
            .missing, "cannot find the exercises: they are kept in \(places[0]), or where MINIBOX_LAB says")
    }

    /// The exercise of a number, with a zero or without, or of a slug.
    public func find(_ word: String) throws(LabError) -> Exercise {
        for exercise in exercises
        where [exercise.label, "\(exercise.number)", exercise.slug, exercise.name].contains(word) {
            return exercise
        }
        let near = nearestWord(to: word, among: exercises.map(\.slug)).map { ": did you mean '\($0)'?" }
        throw LabError(.invalid, "there is no exercise '\(word)'" + (near ?? ": 'minibox lab list' shows them"))
    }
}
