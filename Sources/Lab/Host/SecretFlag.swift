// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux

/// What an attack is to read: `FLAG{slug-0123456789ab}`, another at each start.
public enum SecretFlag {
    /// The flag of an exercise: HMAC-SHA256 (RFC 2104) of its slug and of what is new at each start.
    public static func text(slug: String, nonce: String, key: [UInt8]) -> String {
        let digest = authenticationCode(of: Array("\(slug)|\(nonce)".utf8), key: key)
        return "FLAG{\(slug)-\(hexadecimal(digest.prefix(6)))}"
    }

    /// HMAC-SHA256: RFC 2104. That of libcrypto stands on its EVP interface, which decision 3 keeps out: it would make each
    /// static program 3.6 MB larger.
    static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? SHA256.digest(of: key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = SHA256.digest(of: block.map { $0 ^ 0x36 } + message)
        return SHA256.digest(of: block.map { $0 ^ 0x5C } + inner)
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The key of this machine's lab, made when it is first asked for.
    static func key(in places: LabPlaces) throws(LabError) -> [UInt8] {
        let directory = try LabPlaces.make(places.root)
        if let key = try? directory.contents(of: "key"), key.count == 32 { return key }
        let key = Randomness.bytes(32)
        do throws(SystemError) {
            try directory.replace("key", with: key, mode: 0o600, durable: true)
        } catch {
            throw LabError(.host, "cannot keep the key of the lab", cause: error)
        }
        return key
    }

    /// The flag of whoever has been given this seed: another for each student, and the same for the teacher who looks.
    static func ofSeed(_ seed: String, slug: String) -> String { text(slug: slug, nonce: seed, key: Array(seed.utf8)) }

    /// A flag for a start: of the machine's own key, or of a seed that a teacher has given out.
    static func fresh(slug: String, seed: String?, in places: LabPlaces) throws(LabError) -> String {
        if let seed { return ofSeed(seed, slug: slug) }
        return text(slug: slug, nonce: hexadecimal(Randomness.bytes(16)), key: try key(in: places))
    }
}
