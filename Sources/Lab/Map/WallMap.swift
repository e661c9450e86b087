// SPDX-License-Identifier: Apache-2.0

/// Which wall stops which call: some seventy questions to the kernel, asked with all walls, with none, with each gone, and
/// with each alone.
public struct WallMap: Hashable, Sendable {
    /// A call, and what came of it.
    public struct Row: Hashable, Sendable {
        /// As `mount`, or a file that is opened for writing.
        public var call: String
        /// The capability that it needs; `-` where it needs none, ``WallMap/file`` where it is a file that is opened.
        public var needs: String
        /// With all walls: `OK`, or the error.
        public var standard: String
        /// With none of them.
        public var bare: String
        public var attribution: Attribution

        /// Whether a default run may do it, and whether this machine can show that it may not.
        public var standing: Standing {
            // A call that finds no file has got past the wall; a file that is not there is no question.
            if WallMap.outcome(of: bare) != .reproduced || (needs == file && bare == "ENOENT") { return .unseen }
            return WallMap.outcome(of: standard) == .blocked ? .stopped : .open
        }

        /// Which walls stop it, in words.
        public var blockedBy: String {
            switch standing {
            case .stopped: attribution.words
            case .open: "nothing: a default run may"
            case .unseen: "not shown here: \(bare) without any wall"
            }
        }
    }

    /// What a default run has of a call.
    public enum Standing: String, Hashable, Sendable {
        case stopped, open
        /// It is refused without any wall too: by what keeps the lab host from the machine, or by a kernel that has no
        /// such call.
        case unseen
    }

    /// What a wall does about a call.
    public enum Part: String, Hashable, Sendable, CaseIterable {
        /// It stops it alone, and nothing else does.
        case only
        /// It stops it alone, and so does another.
        case stops
        /// It does not stop it alone, and the others not without it.
        case part
        case none = "-"
    }

    /// What stands for a capability where a file of the kernel's is opened for writing.
    public static let file = "file"

    public var walls: [String]
    public var rows: [Row]
    public init(walls: [String], rows: [Row]) {
        self.walls = walls
        self.rows = rows
    }

    /// What each wall does about a call, in their order.
    public func parts(of row: Row) -> [Part] {
        row.attribution.layers.map { layer in
            guard row.standing == .stopped else { return .none }
            switch (layer.alone == .blocked, layer.without == .reproduced) {
            case (true, true): return .only
            case (true, false): return .stops
            case (false, true): return .part
            case (false, false): return .none
            }
        }
    }

    /// What an answer of the probe says. A kernel without the call, and a filter that says so, answer the same; what tells
    /// them apart is the run without walls.
    static func outcome(of result: String) -> Outcome {
        switch result {
        case "EPERM", "EACCES", "EROFS", "ENOSYS", "ECONNREFUSED", "SIGSYS": .blocked
        case "", "NOFORK": .unclear
        default: .reproduced
        }
    }
}
