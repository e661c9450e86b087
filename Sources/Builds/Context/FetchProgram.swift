// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox-fetch`, which fetches for contexts and for ADD what is at an address: as nobody, and in a directory of its own.
///
/// It is believed in nothing but the bytes, whose digest is made here. The address is who wrote the Dockerfile's choice, and
/// may be one of this machine; where a server sends on to, the rules are those for registries.
struct FetchProgram: URLFetcher {
    let engine: Engine

    /// The most that is taken.
    private static let sizeLimit: Int64 = 64 << 30

    func fetch(
        _ address: String, checksum: Digest?, into directory: borrowing Descriptor,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> Download {
        let name = Self.name(of: address)
        let file: FetchedAddress
        do throws(EngineError) {
            file = try engine.fetch(
                Self.encoded(address), limit: Self.sizeLimit, try RegistryEnvironment(), as: name, in: directory,
                interruptedBy: signals)
        } catch {
            if case .interrupted = error.code { throw BuildError(.interrupted, "\(error)") }
            throw BuildError(.missing, "\(error)")
        }
        if let checksum, checksum != file.digest {
            throw BuildError(
                .invalid,
                "\(address) has the checksum \(file.digest), and --checksum says \(checksum): it is another file")
        }
        return Download(name: name, digest: file.digest, modified: file.modified.flatMap(HTTPDate.init)?.time)
    }

    /// The address with what only people write in it as percent signs and digits.
    static func encoded(_ address: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in address.utf8 {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// What BuildKit calls it: the last part of the address's path, decoded; `__unnamed__` where there is none.
    static func name(of address: String) -> FileName {
        let bytes = Substring(address).utf8
        let afterScheme =
            bytes.split(separator: LexicalPath.slash, maxSplits: 2, omittingEmptySubsequences: false).last ?? bytes
        let path = decoded(afterScheme.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        guard let slash = path.firstIndex(of: LexicalPath.slash),
            let last = path[slash...].split(separator: LexicalPath.slash).last, let name = FileName(last),
            name != ".", name != "..", last.count <= 255
        else { return "__unnamed__" }
        return name
    }

    private static func decoded(_ text: Substring.UTF8View) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
