// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// Reads the members of one object of `exercise.json`, and says of each fault where it is.
struct ExerciseReader {
    let file: String
    let path: JSONPath
    private let members: JSON.Object

    /// - Parameter known: all the members that there are; another is an error, since it would mean nothing.
    init(_ json: JSON, file: String, path: JSONPath = JSONPath(), known: [String]) throws(LabError) {
        self.file = file
        self.path = path
        guard let members = json.object else {
            throw LabError(.format, "\(file): \(path) has to be an object")
        }
        self.members = members
        for key in members.keys where !known.contains(key) {
            let near = nearestWord(to: key, among: known).map { ", did you mean '\($0)'?" } ?? ""
            throw LabError(.format, "\(file): \(path.key(key)) is no member that an exercise has\(near)")
        }
    }

    func fault(_ key: String, _ what: String) -> LabError {
        LabError(.format, "\(file): \(path.key(key)) \(what)")
    }

    func json(_ key: String) throws(LabError) -> JSON {
        guard let json = members[key] else { throw fault(key, "is missing") }
        return json
    }

    func optional(_ key: String) -> JSON? { members[key].flatMap { $0.isNull ? nil : $0 } }

    func string(_ key: String) throws(LabError) -> String {
        guard let text = try json(key).string, !text.isEmpty else { throw fault(key, "has to be a text") }
        return text
    }

    func strings(_ key: String, atLeast least: Int = 0) throws(LabError) -> [String] {
        guard let texts = try json(key).strings else { throw fault(key, "has to be a list of texts") }
        guard texts.count >= least else { throw fault(key, "needs \(least) at least") }
        return texts
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(LabError) -> Int {
        guard let number = try json(key).int, range.contains(number) else {
            throw fault(key, "has to be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) throws(LabError) -> Word
    where Word.RawValue == String {
        let text = try string(key)
        guard let word = Word(rawValue: text) else {
            throw fault(key, "is '\(text)', and has to be " + Word.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return word
    }

    func object(_ key: String, known: [String]) throws(LabError) -> ExerciseReader {
        try ExerciseReader(try json(key), file: file, path: path.key(key), known: known)
    }

    /// The elements of a list of objects; none where there is no list.
    func objects(_ key: String, known: [String]) throws(LabError) -> [ExerciseReader] {
        guard let json = optional(key) else { return [] }
        guard let elements = json.array else { throw fault(key, "has to be a list") }
        var result: [ExerciseReader] = []
        for (index, element) in elements.enumerated() {
            result.append(
                try ExerciseReader(element, file: file, path: path.key(key).index(index), known: known))
        }
        return result
    }
}

extension ExerciseReader {
    /// What observations have to be, by their keys.
    func expectations(_ key: String) throws(LabError) -> [String: Expectation] {
        guard let wanted = try json(key).object, !wanted.isEmpty else {
            throw fault(key, "has to be an object of what is expected, by the keys that observe.sh prints")
        }
        var result: [String: Expectation] = [:]
        for (name, json) in wanted { result[name] = try expectation(json, path.key(key).key(name)) }
        return result
    }

    private func expectation(_ json: JSON, _ place: JSONPath) throws(LabError) -> Expectation {
        if let word = Observations.word(json) { return .exactly(word) }
        let forms =
            "a text, a number, true, false, {\"in\": [...]}, {\"not\": ...}, {\"atLeast\": N} or {\"atMost\": N}"
        guard let object = json.object, object.count == 1, let (form, value) = object.first.map({ ($0.key, $0.value) })
        else { throw LabError(.format, "\(file): \(place) has to be \(forms)") }
        let words = value.array?.compactMap(Observations.word) ?? Observations.word(value).map { [$0] } ?? []
        switch (form, value.int) {
        case ("in", _) where !words.isEmpty: return .oneOf(words)
        case ("not", _) where !words.isEmpty: return .not(words)
        case ("atLeast", let number?): return .atLeast(number)
        case ("atMost", let number?): return .atMost(number)
        default: throw LabError(.format, "\(file): \(place) has to be \(forms)")
        }
    }
}
