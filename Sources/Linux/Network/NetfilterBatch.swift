// SPDX-License-Identifier: Apache-2.0

/// Changes of nf_tables that the kernel makes all together or not at all: nfnetlink's batches.
public struct NetfilterBatch: Sendable {
    /// What one message of a batch is about.
    public enum Subject: Hashable, Sendable, CustomStringConvertible {
        case table(NetfilterTable)
        case chain(String, NetfilterTable)
        case rule(of: String, NetfilterTable)
        case set(String, NetfilterTable)
        case element(of: String, NetfilterTable)

        public var description: String {
            switch self {
            case .table(let table): "table \(table.family) \(table.name)"
            case .chain(let name, let table): "chain \(name) of \(table.family) \(table.name)"
            case .rule(let chain, let table): "a rule of chain \(chain) of \(table.family) \(table.name)"
            case .set(let name, let table): "set \(name) of \(table.family) \(table.name)"
            case .element(let set, let table): "an element of set \(set) of \(table.family) \(table.name)"
            }
        }
    }

    /// What each message is about, in order. The sequence number of a message is its place and 1.
    public private(set) var subjects: [Subject] = []
    private var writer: NetlinkWriter
    private var last = 0
    /// Where the number of the generation is in what begins a batch: behind the header, the family and the attribute's header.
    private static let generationOffset = 24

    /// An empty one, with room for about `count` messages.
    public init(reserving count: Int = 16) {
        writer = NetlinkWriter(reserving: 64 + 128 * count)
        subjects.reserveCapacity(count)
        writer.message(type: 16 /* NFNL_MSG_BATCH_BEGIN */, flags: 1 /* NLM_F_REQUEST */, sequence: 0) { writer in
            writer.append(netfilter: 0, resource: 10 /* NFNL_SUBSYS_NFTABLES */)
            writer.attribute(1 /* NFNL_BATCH_GENID */, network: 0)
        }
    }

    public var isEmpty: Bool { subjects.isEmpty }

    /// What is sent: all messages, the last of which is acknowledged, made only in that generation of the rules, where it is
    /// not 0.
    func bytes(generation: UInt32) -> [UInt8] {
        var whole = writer
        whole.put(network: generation, at: Self.generationOffset)
        if !isEmpty { whole.add(flags: 4 /* NLM_F_ACK */, toMessageAt: last) }
        whole.message(type: 17 /* NFNL_MSG_BATCH_END */, flags: 1, sequence: UInt32(subjects.count + 1)) {
            $0.append(netfilter: 0, resource: 10)
        }
        return whole.bytes
    }

    private mutating func append(
        _ type: UInt16, flags: UInt16, _ table: NetfilterTable, _ subject: Subject,
        _ body: (inout NetlinkWriter) -> Void
    ) {
        subjects.append(subject)
        last = writer.message(
            type: 10 << 8 | type, flags: 1 /* NLM_F_REQUEST */ | flags, sequence: UInt32(subjects.count)
        ) { writer in
            writer.append(netfilter: table.family.rawValue, resource: 0)
            writer.attribute(1 /* NFTA_TABLE_NAME and the like */, table.name)
            body(&writer)
        }
    }
}

extension NetfilterBatch {
    private static let create: UInt16 = 0x400  // NLM_F_CREATE

    /// Makes a table, where it is not there.
    public mutating func make(_ table: NetfilterTable) {
        append(0 /* NFT_MSG_NEWTABLE */, flags: Self.create, table, .table(table)) { _ in }
    }

    /// Deletes a table with all that is in it.
    public mutating func delete(_ table: NetfilterTable) {
        append(2 /* NFT_MSG_DELTABLE */, flags: 0, table, .table(table)) { _ in }
    }

    /// Makes a chain; one that packets come to by themselves accepts what no rule decides.
    public mutating func make(chain name: String, at hook: NetfilterHook? = nil, in table: NetfilterTable) {
        append(3 /* NFT_MSG_NEWCHAIN */, flags: Self.create, table, .chain(name, table)) { writer in
            writer.attribute(3 /* NFTA_CHAIN_NAME */, name)
            guard let hook else { return }
            writer.nest(4 /* NFTA_CHAIN_HOOK */) { writer in
                writer.attribute(1 /* NFTA_HOOK_HOOKNUM */, network: hook.place.rawValue)
                writer.attribute(2 /* NFTA_HOOK_PRIORITY */, network: UInt32(bitPattern: hook.priority))
            }
            writer.attribute(5 /* NFTA_CHAIN_POLICY */, network: 1 /* NF_ACCEPT */)
            writer.attribute(7 /* NFTA_CHAIN_TYPE */, hook.kind.rawValue)
        }
    }

    /// Puts a rule at the end of a chain. `comment` is what nft(8) shows of it, of at most 127 bytes.
    public mutating func append(
        rule: [NetfilterExpression], comment: String? = nil, to chain: String, in table: NetfilterTable
    ) {
        let flags = Self.create | 0x800  // NLM_F_APPEND
        append(6 /* NFT_MSG_NEWRULE */, flags: flags, table, .rule(of: chain, table)) { writer in
            writer.attribute(2 /* NFTA_RULE_CHAIN */, chain)
            writer.nest(4 /* NFTA_RULE_EXPRESSIONS */) { writer in
                for expression in rule { expression.write(to: &writer) }
            }
            guard let comment else { return }
            let text = comment.utf8.prefix(127)
            // NFTNL_UDATA_RULE_COMMENT, of libnftnl/udata.h: a type and a length of one byte each.
            writer.attribute(7 /* NFTA_RULE_USERDATA */, [0, UInt8(text.count + 1)] + text + [0])
        }
    }

    /// Makes a set or a map.
    public mutating func make(_ set: NetfilterSet, in table: NetfilterTable) {
        let number = UInt32(subjects.count + 1)
        append(9 /* NFT_MSG_NEWSET */, flags: Self.create, table, .set(set.name, table)) { writer in
            writer.attribute(2 /* NFTA_SET_NAME */, set.name)
            // NFT_SET_INTERVAL, NFT_SET_MAP, NFT_SET_CONCAT
            let flags = (set.hasRanges ? 4 | 0x80 : 0) | (set.value.isEmpty ? 0 : 8)
            writer.attribute(3 /* NFTA_SET_FLAGS */, network: UInt32(flags))
            writer.attribute(4 /* NFTA_SET_KEY_TYPE */, network: set.keyType)
            writer.attribute(5 /* NFTA_SET_KEY_LEN */, network: NetfilterSet.width(set.key))
            if !set.value.isEmpty {
                writer.attribute(6 /* NFTA_SET_DATA_TYPE */, network: set.valueType)
                writer.attribute(7 /* NFTA_SET_DATA_LEN */, network: NetfilterSet.width(set.value))
            }
            writer.attribute(10 /* NFTA_SET_ID */, network: number)
            if set.isInMachineOrder {
                // NFTNL_UDATA_SET_KEYBYTEORDER, of libnftnl/udata.h.
                writer.attribute(13 /* NFTA_SET_USERDATA */, [0, 4, 1, 0, 0, 0])
            }
            guard set.hasRanges else { return }
            writer.nest(9 /* NFTA_SET_DESC */) { writer in
                writer.nest(2 /* NFTA_SET_DESC_CONCAT */) { writer in
                    for field in set.key {
                        writer.nest(1 /* NFTA_LIST_ELEM */) {
                            $0.attribute(1 /* NFTA_SET_FIELD_LEN */, network: UInt32(field))
                        }
                    }
                }
            }
        }
    }

    /// Adds an element. One that is there already is no error, but for a map that has another value for it: EEXIST, or EBUSY.
    public mutating func add(_ element: NetfilterElement, to set: String, in table: NetfilterTable) {
        append(12 /* NFT_MSG_NEWSETELEM */, flags: Self.create, table, .element(of: set, table)) {
            element.write(set: set, to: &$0)
        }
    }

    /// Removes the element of that key. It is an error where there is none: ENOENT.
    public mutating func remove(_ element: NetfilterElement, from set: String, in table: NetfilterTable) {
        append(14 /* NFT_MSG_DELSETELEM */, flags: 0, table, .element(of: set, table)) {
            NetfilterElement(key: element.key, end: element.end).write(set: set, to: &$0)
        }
    }
}

extension NetfilterElement {
    fileprivate func write(set: String, to writer: inout NetlinkWriter) {
        writer.attribute(2 /* NFTA_SET_ELEM_LIST_SET */, set)
        writer.nest(3 /* NFTA_SET_ELEM_LIST_ELEMENTS */) { writer in
            writer.nest(1 /* NFTA_LIST_ELEM */) { writer in
                writer.nest(1 /* NFTA_SET_ELEM_KEY */) { $0.attribute(1 /* NFTA_DATA_VALUE */, key) }
                if let end { writer.nest(10 /* NFTA_SET_ELEM_KEY_END */) { $0.attribute(1, end) } }
                if let value { writer.nest(2 /* NFTA_SET_ELEM_DATA */) { $0.attribute(1, value) } }
            }
        }
    }
}

extension NetlinkWriter {
    /// `struct nfgenmsg`.
    mutating func append(netfilter family: UInt8, resource: UInt16) {
        append(raw: [family, 0])
        append(network: resource)
    }
}
