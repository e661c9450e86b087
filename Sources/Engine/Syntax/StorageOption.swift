// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Words

/// `--storage-opt`: how much a container may write into its root.
public enum StorageOption: Hashable, Sendable, CustomStringConvertible {
    /// Bytes; 0 for as much as the host has.
    case size(ByteCount)
    /// Files, directories and links.
    case inodes(UInt64)

    /// Reads `size=16m` or `inodes=1000`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw SyntaxError(text, "has no value", "write size=BYTES or inodes=NUMBER") }
        switch parts[0] {
        case "size": self = .size(parts[1] == "0" ? ByteCount(0) : try ByteCount(parsing: parts[1]))
        case "inodes":
            guard let number = UInt64(parts[1]), number >= Self.fewest, number <= UInt64(UInt32.max) else {
                throw SyntaxError(text, "is no number of files", "write \(Self.fewest) or more")
            }
            self = .inodes(number)
        default:
            throw SyntaxError(
                text, "is no option of what it writes to",
                nearestWord(to: parts[0], among: ["size", "inodes"]).map { "did you mean \($0)?" }
                    ?? "write size=BYTES or inodes=NUMBER")
        }
    }

    /// What overlayfs needs for itself.
    static let fewest: UInt64 = 16
    /// How many bytes there are for each of the files that it may make where that was not said.
    static let bytesOfFile: UInt64 = 16 << 10

    var key: String {
        switch self {
        case .size: "size"
        case .inodes: "inodes"
        }
    }

    var value: String {
        switch self {
        case .size(let size): "\(size.bytes)"
        case .inodes(let number): "\(number)"
        }
    }

    public var description: String { "\(key)=\(value)" }
}

extension ContainerRequest {
    /// How much it may write, where that was limited.
    func writableLimit() throws(EngineError) -> WritableLimit? {
        var (size, inodes): (UInt64?, UInt64?)
        for option in storage {
            switch option {
            case .size(let asked): size = asked.bytes == 0 ? nil : asked.bytes
            case .inodes(let asked): inodes = asked
            }
        }
        guard let size else {
            if inodes == nil { return nil }
            throw EngineError(
                .invalid, "--storage-opt inodes= needs to know how many bytes as well: write size=BYTES, too")
        }
        guard removesItself else {
            throw EngineError(
                .invalid,
                "--storage-opt size= keeps what is written in memory, which is gone when the container ends: write --rm beside "
                    + "it")
        }
        let least: UInt64 = 64 << 10
        guard size >= least else {
            throw EngineError(.invalid, "--storage-opt size=\(size) is too little to write to: write 64k or more")
        }
        return WritableLimit(
            bytes: size, inodes: inodes ?? max(1024, size / StorageOption.bytesOfFile))
    }
}
