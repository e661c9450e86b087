// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Exercise {
    private static let members = [
        "format", "id", "slug", "title", "module", "difficulty", "teaches", "realm", "requires", "arms", "further",
        "effect", "layers", "predict", "hints", "reactions", "residual", "see",
    ]

    /// Reads the exercise of a folder.
    public init(folder: String) throws(LabError) {
        let file = "\(folder)/exercise.json"
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Descriptor.contents(of: file) } catch {
            throw LabError(.format, "cannot read \(file)", cause: error)
        }
        try self.init(parsing: bytes, folder: folder)
    }

    /// Reads `exercise.json`, which is `bytes`.
    public init(parsing bytes: [UInt8], folder: String) throws(LabError) {
        let file = "\(folder)/exercise.json"
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
            throw LabError(.format, "\(file):\(error)")
        }
        let reader = try ExerciseReader(json, file: file, known: Self.members)
        guard try reader.string("format") == Self.format else {
            throw reader.fault("format", "has to be '\(Self.format)'")
        }
        number = try reader.integer("id", in: 1...99)
        slug = try reader.string("slug")
        title = try reader.string("title")
        module = try reader.string("module")
        guard Catalog.modules[module] != nil else {
            throw reader.fault("module", "is '\(module)', and has to be a letter from A to I, or X for a capstone")
        }
        difficulty = try reader.integer("difficulty", in: 1...3)
        teaches = try reader.strings("teaches", atLeast: 1)
        realm = try reader.word("realm", Realm.self)
        requires = []
        for (index, word) in try reader.strings("requires").enumerated() {
            guard let requirement = Requirement(parsing: word) else {
                throw LabError(
                    .format,
                    "\(file): \(JSONPath([.key("requires"), .index(index)])) is '\(word)', which nothing is known of: "
                        + "write one of \(Requirement.words)")
            }
            requires.append(requirement)
        }
        let arms = try reader.object("arms", known: ["weak", "default", "hardened"])
        weak = try Self.arm("weak", in: arms)
        standard = try Self.arm("default", in: arms)
        hardened = arms.optional("hardened") == nil ? nil : try Self.arm("hardened", in: arms)
        let wanted = try reader.object("effect", known: ["reproduced", "blocked"])
        effect = Effect(
            reproduced: try wanted.expectations("reproduced"), blocked: try wanted.expectations("blocked"))
        guard effect.isDecisive else {
            throw reader.fault(
                "effect", "needs a key of which 'reproduced' and 'blocked' expect what excludes each other")
        }
        further = []
        for entry in try reader.objects("further", known: ["name", "flags", "outcome", "expect", "shows"]) {
            guard (entry.optional("outcome") == nil) != (entry.optional("expect") == nil) else {
                throw entry.fault("outcome", "or expect has to be there, and not both")
            }
            let wanted: Wanted =
                if entry.optional("expect") != nil { .seen(try entry.expectations("expect")) } else {
                    .outcome(try entry.word("outcome", Outcome.self))
                }
            further.append(
                FurtherArm(
                    arm: Arm(name: try entry.string("name"), flags: try entry.strings("flags")), wanted: wanted,
                    shows: try entry.string("shows")))
        }
        layers = []
        for entry in try reader.objects("layers", known: ["name", "flags"]) {
            layers.append(Layer(name: try entry.string("name"), flags: try entry.strings("flags", atLeast: 1)))
        }
        let asked = try reader.object("predict", known: ["question", "choices", "answer", "why"])
        let choices = try asked.strings("choices", atLeast: 2)
        prediction = Prediction(
            question: try asked.string("question"), choices: choices,
            answer: try asked.integer("answer", in: 0...choices.count - 1), why: try asked.string("why"))
        hints = try reader.strings("hints", atLeast: 3)
        reactions = []
        for entry in try reader.objects("reactions", known: ["typed", "without", "says"]) {
            reactions.append(
                Reaction(
                    typed: try entry.strings("typed", atLeast: 1),
                    without: entry.optional("without") == nil ? [] : try entry.strings("without"),
                    says: try entry.string("says")))
        }
        residual = reader.optional("residual") == nil ? nil : try reader.string("residual")
        see = try reader.strings("see")
        self.folder = folder
    }

    private static func arm(_ name: String, in reader: ExerciseReader) throws(LabError) -> Arm {
        Arm(name: name, flags: try reader.object(name, known: ["flags"]).strings("flags"))
    }
}
