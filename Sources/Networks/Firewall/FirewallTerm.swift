// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One part of a rule: a condition, or what is done where all in front of it hold. nft(8), STATEMENTS.
enum FirewallTerm: Hashable, Sendable {
    /// What a field is compared with.
    struct Constant: Hashable, Sendable {
        let text: String
        /// Of fewer bytes than the field has, the field begins with them.
        let bytes: [UInt8]

        init(_ text: String, _ bytes: [UInt8]) {
            self.text = text
            self.bytes = bytes
        }
    }

    case equal(FirewallField, Constant)
    case differs(FirewallField, Constant)
    /// The fields together are in a set, or are not.
    case among([FirewallField], FirewallSet)
    case absent([FirewallField], FirewallSet)
    /// One of the bits is set, in the machine's order.
    case anyBit(FirewallField, String, UInt32)
    /// The bits of the mask are these.
    case masked(FirewallField, mask: Constant, Constant)
    /// The destination is an address of the machine, or of the interface that the packet came by.
    case isLocal(ofInterface: Bool)
    case counter
    case accept, drop, `return`
    case jump(String)
    case go(to: String)
    case reject(NetfilterExpression.Refusal)
    /// The destination becomes what the map has for these fields; the rule is left where it has nothing.
    case translate(InternetAddress.Family, [FirewallField], FirewallSet)
    case masquerade
    /// The packet gets these bits of its mark, in the machine's order.
    case mark(Constant)

    /// As nft(8) writes it.
    var text: String {
        func together(_ fields: [FirewallField]) -> String { fields.map(\.text).joined(separator: " . ") }
        switch self {
        case .equal(let field, let value): return "\(field.text) \(value.text)"
        case .differs(let field, let value): return "\(field.text) != \(value.text)"
        case .among(let fields, let set): return "\(together(fields)) @\(set)"
        case .absent(let fields, let set): return "\(together(fields)) != @\(set)"
        case .anyBit(let field, let words, _): return "\(field.text) \(words)"
        case .masked(let field, let mask, let value): return "\(field.text) & \(mask.text) == \(value.text)"
        case .isLocal(let ofInterface): return ofInterface ? "fib daddr . iif type local" : "fib daddr type local"
        case .counter: return "counter"
        case .accept: return "accept"
        case .drop: return "drop"
        case .return: return "return"
        case .jump(let chain): return "jump \(chain)"
        case .go(let chain): return "goto \(chain)"
        case .reject(.noSuchPort): return "reject"
        case .reject(.reset): return "reject with tcp reset"
        case .reject(.prohibited): return "reject with icmpx admin-prohibited"
        case .translate(let family, let fields, let map):
            return "dnat \(family == .v4 ? "ip" : "ip6") to \(together(fields)) map @\(map)"
        case .masquerade: return "masquerade"
        case .mark(let bits): return "meta mark set meta mark | \(bits.text)"
        }
    }

    private var fields: [FirewallField] {
        switch self {
        case .equal(let field, _), .differs(let field, _), .anyBit(let field, _, _), .masked(let field, _, _): [field]
        case .among(let fields, _), .absent(let fields, _), .translate(_, let fields, _): fields
        default: []
        }
    }

    /// What the kernel carries out. `known` is what the rule has found out before.
    func expressions(
        in family: NetfilterTable.Family, knowing known: inout Set<FirewallField.Fact>
    ) -> [NetfilterExpression] {
        fields.flatMap(\.facts).filter { known.insert($0).inserted }.flatMap { $0.expressions(for: family) } + work
    }

    private var work: [NetfilterExpression] {
        switch self {
        case .equal(let field, let value):
            [field.load(into: 0, first: value.bytes.count), .compare(0, value.bytes, equal: true)]
        case .differs(let field, let value):
            [field.load(into: 0, first: value.bytes.count), .compare(0, value.bytes, equal: false)]
        case .among(let fields, let set): Self.load(fields) + [.lookup(0, set: set.rawValue)]
        case .absent(let fields, let set): Self.load(fields) + [.lookup(0, set: set.rawValue, isAbsent: true)]
        case .anyBit(let field, _, let bits):
            [field.load(into: 0), .mask(0, Self.bytes(bits)), .compare(0, Self.bytes(0), equal: false)]
        case .masked(let field, let mask, let value):
            [field.load(into: 0), .mask(0, mask.bytes), .compare(0, value.bytes, equal: true)]
        case .isLocal(let ofInterface):
            [
                .destinationType(ofInterface: ofInterface, into: 0),
                .compare(0, Self.bytes(2 /* RTN_LOCAL */), equal: true),
            ]
        case .counter: [.counter]
        case .accept: [.verdict(.accept)]
        case .drop: [.verdict(.drop)]
        case .return: [.verdict(.return)]
        case .jump(let chain): [.verdict(.jump(chain))]
        case .go(let chain): [.verdict(.go(to: chain))]
        case .reject(let refusal): [.reject(refusal)]
        case .translate(let family, let fields, let map):
            Self.load(fields) + [
                .lookup(0, set: map.rawValue, into: 0),
                .translate(family, address: 0, port: family == .v4 ? 1 : 4),
            ]
        case .masquerade: [.masquerade]
        case .mark(let bits): [.meta(.mark, into: 0), .set(0, bits.bytes), .setMark(from: 0)]
        }
    }

    /// Fields one behind the other, as a key of several is.
    private static func load(_ fields: [FirewallField]) -> [NetfilterExpression] {
        var register = 0
        return fields.map { field in
            defer { register += (field.width + 3) / 4 }
            return field.load(into: register)
        }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
    }
}
