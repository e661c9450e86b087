// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import OCI

/// `minibox lab list`.
enum LabListCommand {
    /// What its line says.
    struct Options: Sendable {
        var module: String?
        var isJSON = false
    }

    /// The table of `minibox lab list`.
    static func table() -> Command<Options> {
        Command(
            "List the exercises, and how far you are", options: Options(),
            flags: [
                .text("module", "LETTER", "Only those of a module, from A to I, or X") { $0.module = $1 },
                .toggle("json", "Print JSON") { $0.isJSON = $1 },
            ])
    }

    /// Prints a row for each.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let catalog = try Catalog.find()
        let module = options.module?.uppercased()
        if let module, Catalog.modules[module] == nil {
            throw LabError(.invalid, "there is no module '\(module)': write a letter from A to I, or X")
        }
        let progress = try Progress(in: globals.labPlaces)
        let exercises = catalog.exercises.filter { module == nil || $0.module == module }
        if options.isJSON {
            let json = JSON.array(exercises.map { Self.json($0, progress[$0]) })
            try Minibox.show(String(decoding: json.bytes(pretty: true), as: UTF8.self) + "\n")
            return 0
        }
        var text = ""
        for module in Set(exercises.map(\.module)).sorted() {
            text += "\(module)  \(Catalog.modules[module] ?? "")\n"
            var table = Table(["", "NO", "EXERCISE", "TITLE", "LEVEL", "STATE", "TEACHES"])
            for exercise in exercises where exercise.module == module {
                table.add([
                    "", exercise.label, exercise.slug, exercise.title,
                    String(repeating: "*", count: exercise.difficulty),
                    exercise.lack() == nil ? progress[exercise].state : "not here",
                    cell(exercise.teaches[0], limit: 50),
                ])
            }
            text += table.text + "\n"
        }
        try Minibox.show(text)
        return 0
    }

    private static func json(_ exercise: Exercise, _ entry: Progress.Entry) -> JSON {
        var json: JSON = [
            "id": JSON(exercise.number), "slug": JSON(exercise.slug), "title": JSON(exercise.title),
            "module": JSON(exercise.module), "difficulty": JSON(exercise.difficulty),
            "realm": JSON(exercise.realm.rawValue), "requires": JSON(exercise.requires.map(\.word)),
            "teaches": JSON(exercise.teaches), "state": JSON(entry.state),
        ]
        if let reason = exercise.lack() { json["lacks"] = JSON(reason) }
        return json
    }
}
