// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// `/dev/fuse[:/dev/x][:rwm]`: a device of the host's that a container may use.
public struct DeviceArgument: Hashable, Sendable, CustomStringConvertible {
    /// The device, or a directory of devices, on the host.
    public let source: String
    /// Where it is in the container.
    public let target: ContainerPath
    /// What may be done with it.
    public let access: Access

    /// What a device may be used for: the letters of `devices.allow`.
    public struct Access: Hashable, Sendable {
        /// Whether it may be read.
        public var reads = false
        /// Whether it may be written.
        public var writes = false
        /// Whether nodes of it may be made.
        public var makesNodes = false

        /// Each letter of `rwm` at most once, at least one.
        init?(_ letters: String) {
            for letter in letters {
                switch letter {
                case "r" where !reads: reads = true
                case "w" where !writes: writes = true
                case "m" where !makesNodes: makesNodes = true
                default: return nil
                }
            }
            if letters.isEmpty { return nil }
        }

        /// All of them.
        init() { (reads, writes, makesNodes) = (true, true, true) }

        /// `rwm`, or fewer letters.
        public var letters: String { (reads ? "r" : "") + (writes ? "w" : "") + (makesNodes ? "m" : "") }
    }

    /// Reads one to three parts with colons between them.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let advice = "write /dev/NAME[:/dev/OTHER][:rwm]"
        if text.contains("="), !text.isRooted {
            throw SyntaxError(text, "names a device of a vendor", "these (CDI) come later: \(advice)")
        }
        guard (1...3).contains(parts.count), parts[0].isRooted else {
            throw SyntaxError(text, "is not a device", advice)
        }
        source = parts[0]
        var target = parts[0]
        var access = Access()
        if parts.count == 2, let given = Access(parts[1]) {
            access = given
        } else if parts.count > 1 {
            target = parts[1]
        }
        if parts.count == 3 {
            guard let given = Access(parts[2]) else {
                throw SyntaxError(text, "has '\(parts[2])' where r, w and m belong", advice)
            }
            access = given
        }
        guard target.hasPrefix("/dev/") else {
            throw SyntaxError(text, "puts the device at '\(target)', outside of /dev", advice)
        }
        self.target = try ContainerPath(parsingTarget: target)
        guard self.target.description.hasPrefix("/dev/") else {
            throw SyntaxError(text, "puts the device at '\(self.target)', outside of /dev", advice)
        }
        self.access = access
    }

    /// All three parts.
    public var description: String { "\(source):\(target):\(access.letters)" }
}

/// `/dev/sda:10mb`: how fast a device may be used, in bytes or operations a second.
public struct DeviceRate: Hashable, Sendable, CustomStringConvertible {
    /// The block device on the host.
    public let path: String
    /// Bytes or operations in a second.
    public let rate: UInt64

    /// Reads a device and a size.
    public init(parsingBytes text: String) throws(SyntaxError) {
        let advice = "write DEVICE:SIZE, as in /dev/sda:10mb"
        let (path, number) = try Self.parts(of: text, advice)
        self.path = path
        rate = try ByteCount(parsing: number).bytes
        if rate == 0 { throw SyntaxError(text, "has the rate 0", advice) }
    }

    /// Reads a device and a whole number.
    public init(parsingOperations text: String) throws(SyntaxError) {
        let advice = "write DEVICE:NUMBER, as in /dev/sda:1000"
        let (path, number) = try Self.parts(of: text, advice)
        guard let value = UInt64(digits: number), value > 0 else {
            throw SyntaxError(text, "has '\(number)', which is no rate", advice)
        }
        self.path = path
        rate = value
    }

    /// The device and the rate in digits.
    public var description: String { "\(path):\(rate)" }

    private static func parts(of text: String, _ advice: String) throws(SyntaxError) -> (String, String) {
        guard let colon = text.lastIndex(of: ":") else { throw SyntaxError(text, "has no rate", advice) }
        let path = String(text[..<colon])
        guard path.hasPrefix("/dev/") else { throw SyntaxError(text, "does not begin with a device", advice) }
        return (path, String(text[text.index(after: colon)...]))
    }
}
