// SPDX-License-Identifier: Apache-2.0

/// How much is told of an exercise to whoever has started it.
public enum LabMode: String, CaseIterable, Hashable, Sendable {
    /// The story; hints and the solution for whoever asks.
    case plain
    /// Beside them what is looked at, and the walls that stand in the way.
    case teach
    /// The task and nothing else: no hints, no solution, and nothing of what the lab host shows.
    case test
}

extension Exercise {
    /// What is read at the start of it.
    public func opening(in mode: LabMode) -> String {
        let story = contents(of: "story.md") ?? ""
        switch mode {
        case .plain: return story
        case .test: return Self.task(of: story)
        case .teach:
            var text = story + "\nThe attack has worked where:\n"
            for (key, wanted) in effect.reproduced.sorted(by: { $0.key < $1.key }) {
                text += "  \(key) is \(wanted.words)\n"
            }
            if !layers.isEmpty { text += "In its way by default:\n" }
            for layer in layers { text += "  \(layer.name)\n" }
            return text + "Hint 1 of \(hints.count): \(hints[0])\n"
        }
    }

    /// The paragraphs from the task on; all of a story that has none.
    static func task(of story: String) -> String {
        let lines = story.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("**Your task") }) else { return story }
        return lines[first...].joined(separator: "\n")
    }
}

extension Progress.Entry {
    /// A start; what was passed before stays so.
    public mutating func start(in mode: LabMode, at time: Int64) {
        started = started ?? time
        self.mode = mode
        isUnderTest = mode == .test
        // The first hint is told at the start.
        if mode == .teach { hints = max(hints, 1) }
    }

    /// An answer that was right, in the mode of the last start.
    public mutating func answer() {
        isAnswered = true
        isUnderTest = false
        passed.insert(mode)
    }
}
