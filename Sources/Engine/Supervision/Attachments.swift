// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The commands that a supervisor talks with, each by its connection.
///
/// What a command does not take is kept, and its supervisor reads no more of the container's output until it has: an
/// output that is watched is not lost, and costs no memory. A command that went is forgotten.
struct Attachments: ~Copyable {
    /// What a command wants.
    struct Wish: OptionSet {
        let rawValue: UInt8
        /// The container's output.
        static let output = Wish(rawValue: 1)
        /// To write the container's input.
        static let input = Wish(rawValue: 2)
        /// To hear of the next end.
        static let end = Wish(rawValue: 4)
        /// To hear of the next start.
        static let start = Wish(rawValue: 8)
    }

    private var connections = DescriptorTable()
    private var wishes: [Wish] = []
    /// Packets that a command has not taken yet, the oldest first.
    private var pending: [[[UInt8]]] = []
    /// Whether some command has not taken all.
    private(set) var isBlocked = false

    init() {}

    /// How many places there are, empty ones included.
    var count: Int { wishes.count }

    /// Takes a connection over, which must not block; the answer is its place.
    mutating func add(_ connection: consuming Descriptor, wishing wish: Wish = []) -> Int {
        var place = 0
        while place < wishes.count, connections.has(place) { place += 1 }
        if place == wishes.count {
            wishes.append(wish)
            pending.append([])
        } else {
            wishes[place] = wish
        }
        connections.put(connection, in: place)
        return place
    }

    borrowing func has(_ place: Int) -> Bool { connections.has(place) }
    borrowing func wish(of place: Int) -> Wish { wishes[place] }
    mutating func add(_ wish: Wish, to place: Int) { wishes[place].formUnion(wish) }

    /// What was wished for has come to pass for all.
    mutating func forget(_ wish: Wish) { for place in wishes.indices { wishes[place].subtract(wish) } }

    /// Uses the connection at a place.
    borrowing func with<R: ~Copyable>(
        _ place: Int, _ body: (borrowing Descriptor) throws(SystemError) -> R
    ) throws(SystemError) -> R { try connections.with(place, body) }

    /// Whether there are packets that the command at a place has not taken.
    borrowing func isPending(_ place: Int) -> Bool { !pending[place].isEmpty }

    mutating func close(_ place: Int) {
        connections.close([place])
        wishes[place] = []
        pending[place] = []
        isBlocked = pending.contains { !$0.isEmpty }
    }

    /// Sends a packet to one, or keeps it; false where the command is gone.
    mutating func send(_ packet: ArraySlice<UInt8>, to place: Int) -> Bool {
        if pending[place].isEmpty {
            do throws(SystemError) {
                _ = try connections.with(place) { connection throws(SystemError) in try connection.writeSome(packet) }
                return true
            } catch {
                guard error.errno == .again else { return false }
            }
        }
        pending[place].append(Array(packet))
        isBlocked = true
        return true
    }

    /// Sends what was kept for one, as far as it takes it; false where the command is gone.
    mutating func flush(_ place: Int) -> Bool {
        while let packet = pending[place].first {
            do throws(SystemError) {
                _ = try connections.with(place) { connection throws(SystemError) in
                    try connection.writeSome(packet[...])
                }
                pending[place].removeFirst()
            } catch {
                guard error.errno == .again else { return false }
                return true
            }
        }
        isBlocked = pending.contains { !$0.isEmpty }
        return true
    }
}
