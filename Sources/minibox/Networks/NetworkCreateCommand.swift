// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux
internal import Networks

/// `minibox network create`.
enum NetworkCreateCommand {
    /// What its line says.
    struct Options: Sendable {
        var name = ""
        var subnets: [AddressPrefix] = []
        var gateways: [InternetAddress] = []
        var ranges: [AddressPrefix] = []
        var hasIPv6 = false
        var isInternal = false
        var labels: [LabelArgument] = []
        var options: [String] = []
        var driver = NetworkDriver.bridge
    }

    /// The table of `minibox network create`.
    static func table() -> Command<Options> {
        Command(
            "Make a network",
            discussion: [
                "Containers are on it with 'minibox run --network NAME', and reach each other there.",
                "Options: icc=on|off, whether they do; masquerade=on|off, whether what leaves it has the host's address; "
                    + "host-access=on|off, whether they reach services of the host; metadata=on|off, whether they reach "
                    + "169.254.0.0/16; antispoof=on|off, whether they can send with their own addresses alone; mtu=BYTES; "
                    + "bridge-name=NAME.",
                "A macvlan is beside an interface of this machine, -o parent=INTERFACE, on whose link its containers have "
                    + "addresses of their own; -o macvlan-mode=bridge|private|vepa|passthru says whether they reach each "
                    + "other. No firewall of this machine stands before them.",
            ],
            options: Options(), positionals: [.required("NAME") { $0.name = $1 }],
            flags: [
                .value("driver", short: "d", "bridge|macvlan", "Kind of network (bridge)", driver) { $0.driver = $1 },
                .list("subnet", "PREFIX", "Its addresses, as in 10.9.0.0/24; one of IPv4 and one of IPv6", prefix) {
                    $0.subnets.append($1)
                },
                .list("gateway", "ADDRESS", "The host's address on it (the first)", address) { $0.gateways.append($1) },
                .list("ip-range", "PREFIX", "Of which containers get theirs (all)", prefix) { $0.ranges.append($1) },
                .toggle("ipv6", "Give it addresses of IPv6, too") { $0.hasIPv6 = $1 },
                .toggle("internal", "Let nothing out of it") { $0.isInternal = $1 },
                .list("label", "KEY[=VALUE]", "Keep a word about it", LabelArgument.init(parsing:)) {
                    $0.labels.append($1)
                },
                .list("opt", short: "o", "KEY=VALUE", "See above", { $0 }) { $0.options.append($1) },
                .toggle("attachable", "Docker's, for swarms: always so", hidden: true) { _, _ in },
            ])
    }

    /// Makes it, and prints its id.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        guard options.name != NetworkName.bridge.description else {
            throw SyntaxError(options.name, "is built in", "take another name")
        }
        var wish = NetworkStore.Wish(try NetworkName(options.name))
        wish.subnets = options.subnets
        wish.gateways = options.gateways
        wish.ranges = options.ranges
        wish.hasIPv6 = options.hasIPv6
        wish.isInternal = options.isInternal
        wish.driver = options.driver
        for label in options.labels { wish.labels[label.key] = label.value }
        for option in options.options { try wish.options.set(option) }
        try Minibox.show(try globals.engine.createNetwork(wish).id + "\n")
        if let parent = wish.options.parent {
            Minibox.complain(
                "warning: no firewall of this machine stands before containers on \(options.name): what they listen on is "
                    + "open to the link of \(parent), and they can send with addresses of others")
        }
        return 0
    }

    private static func driver(_ text: String) throws(SyntaxError) -> NetworkDriver {
        guard let driver = NetworkDriver.made.first(where: { $0.rawValue == text }) else {
            throw SyntaxError(text, "is no driver of networks here", "write bridge or macvlan")
        }
        return driver
    }

    private static func prefix(_ text: String) throws(SyntaxError) -> AddressPrefix {
        guard let prefix = AddressPrefix(text) else {
            throw SyntaxError(text, "is no network", "write ADDRESS/LENGTH, as in 10.9.0.0/24")
        }
        return prefix
    }

    private static func address(_ text: String) throws(SyntaxError) -> InternetAddress {
        guard let address = InternetAddress(text) else {
            throw SyntaxError(text, "is no address", "write one as in 10.9.0.1")
        }
        return address
    }
}
