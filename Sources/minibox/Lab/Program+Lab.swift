// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Lab

extension Program<GlobalOptions> {
    /// `minibox lab`: exercises about a container's walls.
    static var lab: Entry<GlobalOptions> {
        .group(
            "lab", section: "Security", "See container attacks happen, and what stops them",
            [
                .command(
                    "list", section: exercises, "List the exercises, and how far you are", LabListCommand.table,
                    perform: LabListCommand.perform),
                .command(
                    "show", section: exercises, "Show what an exercise is about", LabShowCommand.table,
                    perform: LabShowCommand.perform),
                .command(
                    "start", section: exercises, "Make the lab host of an exercise, and open a shell there",
                    LabStartCommand.table, perform: LabStartCommand.perform),
                .command(
                    "shell", section: exercises, "Open a shell in the lab host of an exercise", LabShellCommand.table,
                    perform: LabShellCommand.perform),
                .command(
                    "check", section: exercises, "Run an exercise's attack weak and default, and say what stops it",
                    LabCheckCommand.table, perform: LabCheckCommand.perform),
                .command(
                    "hint", section: exercises, "Say a little more about an exercise", LabHintCommand.table,
                    perform: LabHintCommand.perform),
                .command(
                    "answer", section: exercises, "Hand in the flag that you have read", LabAnswerCommand.table,
                    perform: LabAnswerCommand.perform),
                .command(
                    "solve", section: exercises, "Show the author's solution, step by step", LabSolveCommand.table,
                    perform: LabSolveCommand.perform),
                .command(
                    "stop", section: exercises, "Take lab hosts away", LabStopCommand.table,
                    perform: LabStopCommand.perform),
                .command(
                    "reset", section: exercises, "Take a lab host away, and forget how far you were",
                    LabStopCommand.resetTable, perform: LabStopCommand.reset),
                .command(
                    "gc", section: exercises, "Take away what commands of the lab have left that were killed",
                    LabCollectCommand.table, perform: LabCollectCommand.perform),
                .command(
                    "report", section: proof, "Show what checks have proven, also as HTML or JUnit",
                    LabReportCommand.table, perform: LabReportCommand.perform),
                .command(
                    "verify-all", section: proof, "Check every exercise, as a test of this runtime",
                    LabVerifyCommand.table, perform: LabVerifyCommand.perform),
                .command(
                    "map", section: proof, "Show which wall stops which call of the kernel", LabMapCommand.table,
                    perform: LabMapCommand.perform),
                .command(
                    "doctor", section: proof, "Show what the lab needs, and what this machine has of it",
                    LabDoctorCommand.table, perform: LabDoctorCommand.perform),
            ])
    }

    private static let exercises = "Exercises"
    private static let proof = "Proof"
}

extension GlobalOptions {
    /// Where the lab keeps what it has.
    var labPlaces: LabPlaces { LabPlaces(root: places.root, runRoot: places.runRoot) }
}
