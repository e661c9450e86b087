// SPDX-License-Identifier: Apache-2.0

/// One instruction of a rule, as the kernel carries them out: include/uapi/linux/netfilter/nf_tables.h. What loads something
/// puts it into registers of four bytes; what compares leaves the rule where it does not hold.
public enum NetfilterExpression: Hashable, Sendable {
    /// Of the packet, but not in it.
    public enum Meta: UInt32, Hashable, Sendable {
        case protocolOfLink = 1
        case mark = 3
        case inputName = 6
        case outputName = 7
        case family = 15
        case transport = 16
    }

    /// From where the bytes of a packet are counted.
    public enum Base: UInt32, Hashable, Sendable {
        case link, network, transport
    }

    /// Of the connection that the packet belongs to.
    public enum Connection: UInt32, Hashable, Sendable {
        case state = 0
        case status = 2
        /// Where its first packet went to, before it was translated.
        case originalDestination4 = 20
        case originalDestination6 = 22
    }

    public enum Verdict: Hashable, Sendable {
        case accept, drop, `return`
        case jump(String)
        case go(to: String)
    }

    /// What the sender is told: an ICMP message of the packet's family, or that the connection is reset.
    public enum Refusal: UInt8, Hashable, Sendable {
        case noSuchPort = 1
        case prohibited = 3
        /// Of TCP alone.
        case reset = 255
    }

    case meta(Meta, into: Int)
    case payload(Base, offset: UInt32, length: UInt32, into: Int)
    case connection(Connection, into: Int)
    /// The type of the destination address (RTN_ of linux/rtnetlink.h), of those of the machine or of those of the interface
    /// that the packet came by.
    case destinationType(ofInterface: Bool, into: Int)
    case compare(Int, [UInt8], equal: Bool)
    /// Keeps the bits of `mask`.
    case mask(Int, [UInt8])
    /// Sets these bits, and keeps the others.
    case set(Int, [UInt8])
    /// Gives the packet the mark that is in the register.
    case setMark(from: Int)
    /// Leaves the rule where the key at the register is not in the set, or where it is. A map's value goes to `into`.
    case lookup(Int, set: String, into: Int? = nil, isAbsent: Bool = false)
    case verdict(Verdict)
    case counter
    case reject(Refusal)
    /// Gives the destination address and port that are in these registers.
    case translate(InternetAddress.Family, address: Int, port: Int)
    /// Gives the source address of the interface that the packet leaves by.
    case masquerade
}

extension NetfilterExpression {
    /// NFTA_EXPR_NAME.
    private var name: String {
        switch self {
        case .meta, .setMark: "meta"
        case .payload: "payload"
        case .connection: "ct"
        case .destinationType: "fib"
        case .compare: "cmp"
        case .mask, .set: "bitwise"
        case .lookup: "lookup"
        case .verdict: "immediate"
        case .counter: "counter"
        case .reject: "reject"
        case .translate: "nat"
        case .masquerade: "masq"
        }
    }

    func write(to writer: inout NetlinkWriter) {
        writer.nest(1 /* NFTA_LIST_ELEM */) { writer in
            writer.attribute(1 /* NFTA_EXPR_NAME */, name)
            writer.nest(2 /* NFTA_EXPR_DATA */, data)
        }
    }

    /// The attributes of each kind are numbered on their own.
    private func data(to writer: inout NetlinkWriter) {
        switch self {
        case .meta(let key, let register):
            writer.attribute(2 /* NFTA_META_KEY */, network: key.rawValue)
            writer.attribute(1 /* NFTA_META_DREG */, register: register)
        case .payload(let base, let offset, let length, let register):
            writer.attribute(1 /* NFTA_PAYLOAD_DREG */, register: register)
            writer.attribute(2 /* NFTA_PAYLOAD_BASE */, network: base.rawValue)
            writer.attribute(3 /* NFTA_PAYLOAD_OFFSET */, network: offset)
            writer.attribute(4 /* NFTA_PAYLOAD_LEN */, network: length)
        case .connection(let key, let register):
            writer.attribute(2 /* NFTA_CT_KEY */, network: key.rawValue)
            writer.attribute(1 /* NFTA_CT_DREG */, register: register)
            if key == .originalDestination4 || key == .originalDestination6 {
                writer.attribute(3 /* NFTA_CT_DIRECTION */, [0 /* IP_CT_DIR_ORIGINAL */])
            }
        case .destinationType(let ofInterface, let register):
            writer.attribute(1 /* NFTA_FIB_DREG */, register: register)
            writer.attribute(2 /* NFTA_FIB_RESULT */, network: 3 /* NFT_FIB_RESULT_ADDRTYPE */)
            // NFTA_FIB_F_DADDR, NFTA_FIB_F_IIF
            writer.attribute(3 /* NFTA_FIB_FLAGS */, network: ofInterface ? 2 | 8 : 2)
        case .compare(let register, let bytes, let equal):
            writer.attribute(1 /* NFTA_CMP_SREG */, register: register)
            writer.attribute(2 /* NFTA_CMP_OP */, network: equal ? 0 : 1)
            writer.nest(3 /* NFTA_CMP_DATA */) { $0.attribute(1 /* NFTA_DATA_VALUE */, bytes) }
        case .mask(let register, let mask):
            Self.combine(register, mask: mask, exclusive: mask.map { _ in 0 }, to: &writer)
        case .set(let register, let bits): Self.combine(register, mask: bits.map { ~$0 }, exclusive: bits, to: &writer)
        case .setMark(let register):
            writer.attribute(2 /* NFTA_META_KEY */, network: Meta.mark.rawValue)
            writer.attribute(3 /* NFTA_META_SREG */, register: register)
        case .lookup(let register, let set, let into, let isAbsent):
            writer.attribute(1 /* NFTA_LOOKUP_SET */, set)
            writer.attribute(2 /* NFTA_LOOKUP_SREG */, register: register)
            if let into { writer.attribute(3 /* NFTA_LOOKUP_DREG */, register: into) }
            if isAbsent { writer.attribute(5 /* NFTA_LOOKUP_FLAGS */, network: 1 /* NFT_LOOKUP_F_INV */) }
        case .verdict(let verdict):
            writer.attribute(1 /* NFTA_IMMEDIATE_DREG */, network: 0 /* NFT_REG_VERDICT */)
            writer.nest(2 /* NFTA_IMMEDIATE_DATA */) { $0.nest(2 /* NFTA_DATA_VERDICT */, verdict.write) }
        case .counter: break
        case .reject(.reset):
            writer.attribute(1 /* NFTA_REJECT_TYPE */, network: 1 /* NFT_REJECT_TCP_RST */)
        case .reject(let refusal):
            writer.attribute(1 /* NFTA_REJECT_TYPE */, network: 2 /* NFT_REJECT_ICMPX_UNREACH */)
            writer.attribute(2 /* NFTA_REJECT_ICMP_CODE */, [refusal.rawValue])
        case .translate(let family, let address, let port):
            writer.attribute(1 /* NFTA_NAT_TYPE */, network: 1 /* NFT_NAT_DNAT */)
            writer.attribute(2 /* NFTA_NAT_FAMILY */, network: UInt32(family.rawValue))
            writer.attribute(3 /* NFTA_NAT_REG_ADDR_MIN */, register: address)
            writer.attribute(5 /* NFTA_NAT_REG_PROTO_MIN */, register: port)
        case .masquerade: break
        }
    }
}

extension NetfilterExpression {
    /// The bits of the mask, and then those that differ.
    private static func combine(
        _ register: Int, mask: [UInt8], exclusive: [UInt8], to writer: inout NetlinkWriter
    ) {
        writer.attribute(1 /* NFTA_BITWISE_SREG */, register: register)
        writer.attribute(2 /* NFTA_BITWISE_DREG */, register: register)
        writer.attribute(3 /* NFTA_BITWISE_LEN */, network: UInt32(mask.count))
        writer.nest(4 /* NFTA_BITWISE_MASK */) { $0.attribute(1, mask) }
        writer.nest(5 /* NFTA_BITWISE_XOR */) { $0.attribute(1, exclusive) }
    }
}

extension NetfilterExpression.Verdict {
    fileprivate func write(to writer: inout NetlinkWriter) {
        let (code, chain): (Int32, String?) =
            switch self {
            case .drop: (0, nil)
            case .accept: (1, nil)
            case .jump(let chain): (-3, chain)
            case .go(let chain): (-4, chain)
            case .return: (-5, nil)
            }
        writer.attribute(1 /* NFTA_VERDICT_CODE */, network: UInt32(bitPattern: code))
        if let chain { writer.attribute(2 /* NFTA_VERDICT_CHAIN */, chain) }
    }
}

extension NetlinkWriter {
    /// NFT_REG32_00 and those behind it.
    fileprivate mutating func attribute(_ type: UInt16, register: Int) {
        attribute(type, network: UInt32(8 + register))
    }
}
