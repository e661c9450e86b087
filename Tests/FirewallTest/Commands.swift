// SPDX-License-Identifier: Apache-2.0
import Glibc
import Networks

/// Each with the elements that it is about and those that there are.
let commands: [String: @Sendable ([String], [String]) throws -> Void] = [
    "add": { new, all in try Firewall().add(elements(new), to: known(all)) },
    "restore": { _, all in try Firewall().restore(known(all)) },
    "remove": { old, _ in try Firewall().remove(elements(old)) },
    "collect": { _, live in print(try Firewall().collect(live: known(live))) },
    "intact": { _, _ in print(try Firewall().isIntact()) },
    "show": { named, _ in for element in try elements(named) { print(element) } },
    "explain": { _, _ in print(Firewall.explanation, terminator: "") },
    "time": time, "churn": churn,
]

/// Handed to what asks for all that there is.
private func known(_ words: [String]) -> () throws(NetworkError) -> [FirewallElement] {
    { () throws(NetworkError) in
        do { return try elements(words) } catch { throw NetworkError(.invalid, "test", "\(error)") }
    }
}

/// How long processors work to add one container with two ports where the rules are there: the median of many, in
/// microseconds. What others do meanwhile does not count.
@Sendable private func time(_ named: [String], _ all: [String]) throws {
    var times: [Int] = []
    for round in 0..<(Int(named.first ?? "") ?? 200) {
        let new = try container(round)
        // In microseconds: clock(3).
        let start = clock()
        try Firewall().add(new, to: known([]))
        times.append(clock() - start)
    }
    times.sort()
    print(times[times.count / 2])
}

/// Adds and takes away containers of its own for a while, as many processes do at once: NUMBER ROUNDS.
@Sendable private func churn(_ named: [String], _ all: [String]) throws {
    guard let number = Int(named.first ?? ""), let rounds = Int(named.last ?? "") else { return }
    for round in 0..<rounds {
        let new = try container(number * 1000 + round)
        try Firewall().add(new, to: known(all))
        if round % 8 == 7 { try Firewall().remove(new) }
    }
}

/// A container with an address of each family and two published ports.
private func container(_ number: Int) throws -> [FirewallElement] {
    let digits = String(number, radix: 16)
    let name = "mbv" + String(repeating: "0", count: 12 - digits.count) + digits
    let low = number % 60000 + 2
    let four = "10.77.\(low >> 8).\(low & 255)"
    return try elements([
        "port,\(name),br0,02:42:0a:4d:\(pair(low >> 8)):\(pair(low & 255)),\(four),fd00:77::\(String(low, radix: 16))",
        "publish,tcp,\(low),\(four),80", "publish,udp,\(low),\(four),53",
    ])
}

private func pair(_ number: Int) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }
