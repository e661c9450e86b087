// SPDX-License-Identifier: Apache-2.0

/// Which connections of those that the kernel keeps track of: include/uapi/linux/netfilter/nfnetlink_conntrack.h.
public enum TrackedConnections: Hashable, Sendable {
    /// Those that this address answers with this port, whoever was asked.
    case answered(by: InternetAddress, port: UInt16)
    /// Those that were sent to this port of whichever address, and nobody has answered.
    case unanswered(InternetAddress.Family, port: UInt16)
}

extension NetfilterSocket {
    /// Lets the kernel forget connections, so that the next packet of each is a first one again; says how many there were.
    /// - Parameter transport: the number of the protocol in the header of IP, of one that has ports.
    @discardableResult
    public borrowing func forget(
        _ connections: TrackedConnections, of transport: UInt8
    ) throws(NetfilterError) -> Int {
        let family = connections.family.rawValue
        let listed = try ask(1 /* IPCTNL_MSG_CT_GET */, family, lists: true, of: 1 /* NFNL_SUBSYS_CTNETLINK */) {
            connections.write(transport, to: &$0)
        }
        var count = 0
        for answer in listed {
            let attributes = answer.attributes(after: 4)
            // A kernel may know no such filter.
            guard connections.include(attributes, of: transport),
                let original = attributes.first(1 /* CTA_TUPLE_ORIG */)
            else { continue }
            do throws(NetfilterError) {
                _ = try ask(2 /* IPCTNL_MSG_CT_DELETE */, family, lists: false, of: 1) { writer in
                    writer.nest(1) { $0.append(raw: original) }
                    // CTA_ID, CTA_ZONE
                    for kind: UInt16 in [12, 18] {
                        if let value = attributes.first(kind) { writer.attribute(kind, Array(value)) }
                    }
                }
                count += 1
            } catch {
                // It has ended by itself.
                if !error.isMissing { throw error }
            }
        }
        return count
    }
}

extension TrackedConnections {
    fileprivate var family: InternetAddress.Family {
        switch self {
        case .answered(let address, _): address.family
        case .unanswered(let family, _): family
        }
    }

    /// The filter of the list: `struct nf_conntrack_tuple` in attributes, and which of it counts.
    fileprivate func write(_ transport: UInt8, to writer: inout NetlinkWriter) {
        // CTA_FILTER_F_ of net/netfilter/nf_internals.h.
        let (sourceAddress, transportNumber, sourcePort, destinationPort): (UInt32, UInt32, UInt32, UInt32) =
            (1 << 0, 1 << 3, 1 << 4, 1 << 5)
        func ports(_ kind: UInt16, _ port: UInt16, _ writer: inout NetlinkWriter) {
            writer.nest(2 /* CTA_TUPLE_PROTO */) { writer in
                writer.attribute(1 /* CTA_PROTO_NUM */, [transport])
                writer.attribute(kind, Self.bytes(port))
            }
        }
        let (flags, kind): (UInt32, UInt16)
        switch self {
        case .answered(let address, let port):
            writer.nest(2 /* CTA_TUPLE_REPLY */) { writer in
                writer.nest(1 /* CTA_TUPLE_IP */) {
                    $0.attribute(Self.source(address.family), address.bytes)
                }
                ports(2 /* CTA_PROTO_SRC_PORT */, port, &writer)
            }
            (flags, kind) = (sourceAddress | transportNumber | sourcePort, 2 /* CTA_FILTER_REPLY_FLAGS */)
        case .unanswered(_, let port):
            writer.nest(1 /* CTA_TUPLE_ORIG */) { ports(3 /* CTA_PROTO_DST_PORT */, port, &$0) }
            (flags, kind) = (transportNumber | destinationPort, 1 /* CTA_FILTER_ORIG_FLAGS */)
        }
        writer.nest(25 /* CTA_FILTER */) {
            $0.attribute(kind, (0..<4).map { UInt8(truncatingIfNeeded: flags >> ($0 * 8)) })
        }
    }

    /// Whether one that is listed is among them.
    fileprivate func include(_ attributes: NetlinkAttributes, of transport: UInt8) -> Bool {
        func part(_ tuple: UInt16, _ part: UInt16, _ field: UInt16) -> [UInt8]? {
            attributes.first(tuple).flatMap { NetlinkAttributes($0).first(part) }
                .flatMap { NetlinkAttributes($0).first(field) }.map(Array.init)
        }
        switch self {
        case .answered(let address, let port):
            return part(2, 2, 1) == [transport] && part(2, 2, 2) == Self.bytes(port)
                && part(2, 1, Self.source(address.family)) == address.bytes
        case .unanswered(_, let port):
            // IPS_SEEN_REPLY
            let isAnswered = (attributes.number(3 /* CTA_STATUS */) ?? 2) & 2 != 0
            return part(1, 2, 1) == [transport] && part(1, 2, 3) == Self.bytes(port) && !isAnswered
        }
    }

    private static func bytes(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }

    /// CTA_IP_V4_SRC or CTA_IP_V6_SRC.
    private static func source(_ family: InternetAddress.Family) -> UInt16 { family == .v4 ? 1 : 3 }
}
