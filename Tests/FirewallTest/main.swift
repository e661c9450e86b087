// SPDX-License-Identifier: Apache-2.0
// Changes the firewall of the network namespace that it is started in, for tests that make namespaces with ip(8).
//   firewall-test COMMAND [ELEMENT...] [-- ELEMENT...]    what stands behind -- is there already, or lives
// The commands are in Commands.swift, what an ELEMENT may be in Elements.swift. Exits with 1 where it failed.
import Glibc

let words = Array(CommandLine.arguments.dropFirst())
guard let command = words.first, let body = commands[command] else {
    print("firewall-test: write firewall-test COMMAND [ELEMENT...]; commands: \(commands.keys.sorted())")
    exit(2)
}
do {
    let parts = words.dropFirst().split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)
    try body(Array(parts[0]), parts.count > 1 ? Array(parts[1]) : [])
} catch {
    print("failed: \(error)")
    exit(1)
}
