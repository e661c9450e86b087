// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

/// overlay BASE descriptors|names COUNT: stacks that many layers, of which each has a file of its own and one that all
/// have, and prints what the container sees.
func overlayCase(_ place: Place, _ arguments: [String]) throws {
    guard arguments.count == 2, let count = Int(arguments[1]), count > 0 else {
        throw CaseError("write a route and a count")
    }
    var layers: [String] = []
    for number in 1..<count {
        let path = "\(place.base)/layers/\(number)"
        let layer = try Descriptor.makeDirectories(path + "/layers")
        try layer.replace("only-\(number)", with: [], durable: false)
        try layer.replace("all", with: Array("\(number)\n".utf8), durable: false)
        layers.append(path)
    }
    var configuration = try place.configuration(
        .usual,
        ["sh", "-c", "ls /layers | wc -l; cat /layers/all; touch /layers/new && stat -c %u /layers/new /layers/all"])
    configuration.root.source = .layers(
        LayeredRoot(layers: layers + [place.base + "/root"], writable: place.base + "/w", isTemporary: true))
    var host = HostFacts.usual
    host.overlayTakesDescriptors = arguments[0] == "descriptors"
    let outcome = try run(try Planner(configuration: configuration, host: host).plan(), in: place)
    print(outcome.output.split(separator: "\n").joined(separator: " "))
    let left = try place.leftovers().filter { !$0.hasPrefix("mount ") || arguments[0] == "descriptors" }
    guard outcome.status == .exited(0), left.isEmpty else { throw CaseError("\(outcome.status) \(left)") }
}

/// devices BASE [unfiltered]: makes and opens device nodes in a container that has the right to make them, with the
/// filter or without it, and prints what the kernel answered.
func devicesCase(_ place: Place, _ arguments: [String]) throws {
    var configuration = try place.configuration(.host, ["devices", "/tmp"])
    configuration.devices.rules = ContainerDevices.standard(makingNodes: true)
    if arguments.first == "unfiltered" { configuration.devices.rules = [] }
    let outcome = try run(try Planner(configuration: configuration, host: .usual).plan(), in: place)
    print(outcome.output, terminator: "")
    print("exit \(outcome.status.code)")
}
