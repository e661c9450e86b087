// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// The members of a JSON object, in the order in which they were written.
    ///
    /// A key occurs once; of duplicates the last value wins, at the place of the first. Two objects with the same
    /// members in another order are equal, as JSON says that order means nothing.
    public struct Object: Sendable {
        private var members: [(key: String, value: JSON)]
        /// The places of the keys, kept only where looking through the members one by one would be slow.
        private var places: [String: Int]?
        private static let linear = 16

        /// An object without members.
        public init() { members = [] }

        /// An object of these members, in this order.
        public init(_ members: some Sequence<(String, JSON)>) {
            self.init()
            for (key, value) in members { self[key] = value }
        }

        private func place(of key: String) -> Int? {
            if let places { return places[key] }
            for index in members.indices where members[index].key == key { return index }
            return nil
        }

        /// The value of `key`. Setting nil removes the member.
        public subscript(key: String) -> JSON? {
            get { place(of: key).map { members[$0].value } }
            set {
                switch (place(of: key), newValue) {
                case (let place?, let value?): members[place].value = value
                case (nil, let value?):
                    members.append((key, value))
                    if places != nil {
                        places?[key] = members.count - 1
                    } else if members.count > Self.linear {
                        index()
                    }
                case (let place?, nil):
                    members.remove(at: place)
                    if places != nil { index() }
                case (nil, nil): break
                }
            }
        }

        private mutating func index() {
            var result: [String: Int] = [:]
            result.reserveCapacity(members.count * 2)
            for (place, member) in members.enumerated() { result[member.key] = place }
            places = result
        }

        /// The keys, in order.
        public var keys: [String] { members.map(\.key) }
    }
}

extension JSON.Object: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { members.count }
    public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}

extension JSON.Object: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}
