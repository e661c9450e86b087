// SPDX-License-Identifier: Apache-2.0
import Engine

@testable import Linux
@testable import Networks

/// What a person writes of networks: ports, addresses, options. The first byte chooses which; what is read is written so that it
/// reads as the same again.
@Sendable func fuzzNetworkWords(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    switch choice {
    case UInt8(ascii: "p"): readPorts(text)
    case UInt8(ascii: "a"):
        guard let address = InternetAddress(text) else { return }
        expect(InternetAddress("\(address)") == address, "the address \(address) is another after writing")
    case UInt8(ascii: "n"): readPrefix(text)
    case UInt8(ascii: "h"):
        guard let address = HardwareAddress(text) else { return }
        expect(HardwareAddress("\(address)") == address, "the address \(address) is another after writing")
    case UInt8(ascii: "w"): _ = try? NetworkArgument(parsing: text)
    default:
        var options = NetworkOptions()
        for line in text.split(separator: "\n") { try? options.set(String(line)) }
        expect(NetworkOptions(options.json) == options, "options are others after writing")
    }
}

private func readPorts(_ text: String) {
    guard let ports = try? PortMapping.parse(text) else { return }
    expect(!ports.isEmpty && ports.count <= 65535, "\(ports.count) ports")
    for port in [ports[0], ports[ports.count - 1]] {
        expect((try? PortMapping.parse("\(port)")) == [port], "the port \(port) is another after writing")
    }
}

private func readPrefix(_ text: String) {
    guard let prefix = AddressPrefix(text) else { return }
    expect(AddressPrefix("\(prefix)") == prefix, "the prefix \(prefix) is another after writing")
    expect(prefix.contains(prefix.first) && prefix.contains(prefix.last), "the ends of \(prefix) are not in it")
    expect(prefix.network.overlaps(prefix), "\(prefix) does not overlap itself")
}
