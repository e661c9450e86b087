// SPDX-License-Identifier: Apache-2.0
// Runs one case on the live kernel, in a process with one thread, which a test process is not: a Swift child of a parent
// with threads hangs.
//   kernel-test CASE BASE [ARG...]    BASE/root holds the `probe` fixture; what a case makes is below BASE
// The exit code is 0 where the case went through; what it found is on standard output, for the test to judge.

let words = Array(CommandLine.arguments.dropFirst())
let cases: [String: (Place, [String]) throws -> Void] = [
    "run": runCase, "without": withoutCase, "marked": markedCase, "overlay": overlayCase, "devices": devicesCase,
    "kill": killCase, "explain": explainCase, "join": joinCase,
]

guard words.count >= 2, let body = cases[words[0]] else {
    print(
        "kernel-test: write kernel-test CASE BASE [ARG...]; the cases are \(cases.keys.sorted().joined(separator: " "))"
    )
    exitNow(2)
}
do {
    try body(try Place(words[1]), Array(words.dropFirst(2)))
} catch {
    print("failed: \(error)")
    exitNow(1)
}
