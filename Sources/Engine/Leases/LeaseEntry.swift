// SPDX-License-Identifier: Apache-2.0

/// What a lease has: a thing that goes when its owner ends.
enum LeaseEntry: Hashable, Sendable {
    /// A command that makes something for long, as a build: its number and when it started.
    case command(Int32, start: UInt64)
    /// A container, by its id.
    case container(String)
    /// A volume that was made under the lease.
    case volume(String)

    /// The name of its link in the lease's directory: the same for the same thing.
    var linkName: String {
        switch self {
        case .command(let process, let start): "command-\(process)-\(start)"
        case .container(let id): "container-\(id)"
        case .volume(let name): Self.fitting("volume-\(name)")
        }
    }

    /// What the link leads to: the whole of it, in one step on disk.
    var target: String {
        switch self {
        case .command(let process, let start): "command \(process) \(start)"
        case .container(let id): "container \(id)"
        case .volume(let name): "volume \(name)"
        }
    }

    /// An entry as ``target`` wrote it; nil for what is none.
    init?(target: String) {
        let words = target.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("command", 3):
            guard let process = Int32(words[1]), let start = UInt64(words[2]) else { return nil }
            self = .command(process, start: start)
        case ("container", 2): self = .container(words[1])
        case ("volume", 2): self = .volume(words[1])
        default: return nil
        }
    }

    /// Who goes first: who makes things, then who uses them.
    var rank: Int {
        switch self {
        case .command: 0
        case .container: 1
        case .volume: 2
        }
    }

    /// A name of a file cannot have a slash, nor more than 255 bytes.
    private static func fitting(_ text: String) -> String {
        let name = String(text.map { $0 == "/" ? "+" : $0 })
        guard name.utf8.count > 240 else { return name }
        // FNV-1a, so that two long names that begin alike are two.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(decoding: name.utf8.prefix(200), as: UTF8.self) + "+" + String(hash, radix: 16)
    }
}
