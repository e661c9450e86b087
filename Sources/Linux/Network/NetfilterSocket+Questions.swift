// SPDX-License-Identifier: Apache-2.0

extension NetfilterSocket {
    /// The number of the rules as they are: each batch that is made, by whomever, makes it another.
    public borrowing func generation() throws(NetfilterError) -> UInt32 {
        let answers = try ask(16 /* NFT_MSG_GETGEN */, 0, lists: false) { _ in }
        guard let number = answers.first?.attributes(after: 4).number(1 /* NFTA_GEN_ID */) else {
            throw NetfilterError(SystemError("netlink", .inputOutput))
        }
        return number
    }

    /// Whether there is a set or map of that name.
    public borrowing func has(set name: String, in table: NetfilterTable) throws(NetfilterError) -> Bool {
        do throws(NetfilterError) {
            _ = try ask(10 /* NFT_MSG_GETSET */, table.family.rawValue, lists: false) { writer in
                writer.attribute(1 /* NFTA_SET_TABLE */, table.name)
                writer.attribute(2 /* NFTA_SET_NAME */, name)
            }
            return true
        } catch {
            if error.isMissing { return false }
            throw error
        }
    }

    /// The elements of a set or map.
    public borrowing func elements(
        of set: String, in table: NetfilterTable
    ) throws(NetfilterError) -> [NetfilterElement] {
        try ask(13 /* NFT_MSG_GETSETELEM */, table.family.rawValue, lists: true) { writer in
            writer.attribute(1 /* NFTA_SET_ELEM_LIST_TABLE */, table.name)
            writer.attribute(2 /* NFTA_SET_ELEM_LIST_SET */, set)
        }.flatMap(NetfilterElement.reading)
    }

    /// How many rules each chain of a table has.
    public borrowing func rules(of table: NetfilterTable) throws(NetfilterError) -> [String: Int] {
        let answers = try ask(7 /* NFT_MSG_GETRULE */, table.family.rawValue, lists: true) { writer in
            writer.attribute(1 /* NFTA_RULE_TABLE */, table.name)
        }
        var counts: [String: Int] = [:]
        for answer in answers {
            let attributes = answer.attributes(after: 4)
            guard attributes.text(1 /* NFTA_RULE_TABLE */) == table.name,
                let chain = attributes.text(2 /* NFTA_RULE_CHAIN */)
            else { continue }
            counts[chain, default: 0] += 1
        }
        return counts
    }
}

extension NetfilterElement {
    /// What a message lists: NFT_MSG_NEWSETELEM.
    static func reading(_ answer: NetlinkAnswer) -> [NetfilterElement] {
        guard let list = answer.attributes(after: 4).first(3 /* NFTA_SET_ELEM_LIST_ELEMENTS */) else { return [] }
        return NetlinkAttributes(list).compactMap { entry in
            let attributes = NetlinkAttributes(entry.value)
            func bytes(_ type: UInt16) -> [UInt8]? {
                attributes.first(type).flatMap { NetlinkAttributes($0).first(1 /* NFTA_DATA_VALUE */) }.map(Array.init)
            }
            guard let key = bytes(1 /* NFTA_SET_ELEM_KEY */) else { return nil }
            return NetfilterElement(
                key: key, end: bytes(10 /* NFTA_SET_ELEM_KEY_END */), value: bytes(2 /* NFTA_SET_ELEM_DATA */))
        }
    }
}
