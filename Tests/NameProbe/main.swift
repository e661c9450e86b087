// SPDX-License-Identifier: Apache-2.0
// Asks for names where a container does, and answers as a server of the machine's does, for tests.
//   name-probe ask PID NAME TYPE [tcp] [SIZE]    asks 127.0.0.11 in the network namespace of PID; prints the code, then records
//   name-probe rate PID NAME COUNT               asks one after the other; prints the median time and how many in a second
//   name-probe serve ADDRESS...                  answers by script, see Script.swift; prints what it is asked
import Linux
import Names

let words = Array(CommandLine.arguments.dropFirst())
do {
    switch (words.first, words.count) {
    case ("ask"?, 4...): try ask(Array(words.dropFirst()))
    case ("rate"?, 4): try rate(Array(words.dropFirst()))
    case ("serve"?, 2...): try serve(words.dropFirst().compactMap { InternetAddress($0) })
    default:
        print("name-probe: write ask PID NAME TYPE [tcp] [SIZE], rate PID NAME COUNT or serve ADDRESS...")
        CurrentProcess.exitImmediately(2)
    }
} catch {
    print("failed: \(error)")
    CurrentProcess.exitImmediately(1)
}
