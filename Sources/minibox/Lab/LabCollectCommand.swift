// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab gc`, which the other commands of the lab do in passing.
enum LabCollectCommand {
    /// What its line says.
    struct Options: Sendable {}

    /// The table of `minibox lab gc`.
    static func table() -> Command<Options> {
        Command(
            "Take away what commands of the lab have left that were killed",
            discussion: ["Lab hosts that somebody works in stay. It ends with 1 where something is left."],
            options: Options())
    }

    /// Names what is gone, and what is left.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let remains = LabHost.reap(in: globals.labPlaces)
        for name in remains.gone { try Minibox.show("\(name) is gone\n") }
        for line in remains.left { Minibox.complain("left behind: \(line)") }
        return remains.left.isEmpty ? 0 : 1
    }

    /// Before another command: what is left is told, and no reason to do nothing.
    static func inPassing(in places: LabPlaces) {
        for line in LabHost.reap(in: places).left { Minibox.complain("left behind: \(line)") }
    }
}
