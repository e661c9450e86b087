// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
public import OCI

/// The program `curl`, which fetches for contexts and for ADD: as nobody, without rights to gain, and with no
/// configuration of this machine or of its user.
///
/// What it gives is taken from a pipe, so that it writes nowhere. It is believed in nothing but the bytes: their digest is
/// made here.
public struct CurlProgram: URLFetcher, Sendable {
    /// The most that is taken.
    private static let sizeLimit: Int64 = 64 << 30

    public init() {}

    public func fetch(
        _ address: String, checksum: Digest?, into directory: borrowing Descriptor,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> Download {
        let program = try Self.program(for: address)
        let name = Self.name(of: address)
        var digest: Digest
        let result: RunningProgram.Result
        do throws(SystemError) {
            let file = try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            let running = try program.start(in: directory)
            digest = try Self.take(running.output, to: file, signals)
            result = try running.finish(interruptedBy: signals)
        } catch {
            throw BuildError(.file, "cannot fetch \(address)", cause: error)
        }
        if let signal = result.interrupt { throw BuildError(.interrupted, "stopped by \(signal) while fetching") }
        let answer = Answer(result.error)
        guard result.status == .exited(0) else {
            throw BuildError(.missing, "cannot fetch \(address): curl says: \(answer.words)")
        }
        if let checksum, checksum != digest {
            throw BuildError(
                .invalid, "\(address) has the checksum \(digest), and --checksum says \(checksum): it is another file")
        }
        return Download(name: name, digest: digest, modified: answer.modified)
    }

    private static func program(for address: String) throws(BuildError) -> HostProgram {
        guard let curl = HostProgram.find("curl"), let setpriv = HostProgram.find("setpriv") else {
            throw BuildError(
                .missing,
                "cannot fetch \(address): the program curl is not here: install the package curl, or fetch the file and "
                    + "copy it from the context")
        }
        var environment = ["LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin"]
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
            for name in [name, name.lowercased()] {
                if let value = Linux.Environment.value(of: name) { environment.append("\(name)=\(value)") }
            }
        }
        return HostProgram(
            setpriv,
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--bounding-set=-all", curl,
                "--disable", "--silent", "--show-error", "--fail", "--globoff", "--location", "--max-redirs", "10",
                "--proto", "=http,https", "--proto-redir", "=http,https", "--connect-timeout", "30",
                "--speed-limit", "1", "--speed-time", "60", "--max-filesize", "\(sizeLimit)",
                "--write-out", "%{stderr}\n%{header_json}", "--output", "-", "--url", address,
            ], environment: environment)
    }

    /// Copies what comes into a file, and returns its digest.
    private static func take(
        _ output: borrowing Descriptor, to file: borrowing Descriptor, _ signals: borrowing SignalQueue
    ) throws(SystemError) -> Digest {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        var size: Int64 = 0
        while true {
            var set = PollSet()
            let place = set.add(output, .reading)
            let signal = set.add(signals.descriptor, .reading)
            try set.wait()
            // Whoever waits for the end sees the signal too.
            if set.isReady(signal) { break }
            guard set.isReady(place) else { continue }
            let count: Int
            do throws(SystemError) { count = try output.read(into: &buffer) } catch {
                if error.errno == .again { continue }
                throw error
            }
            if count == 0 { break }
            size += Int64(count)
            guard size <= sizeLimit else { throw SystemError("write", .overflow) }
            hash.update(buffer[..<count])
            try file.write(buffer[..<count])
        }
        return Digest(sha256: hash.digest())
    }

    /// The last part of the address's path.
    static func name(of address: String) -> FileName {
        let bytes = Substring(address).utf8
        let afterScheme =
            bytes.split(separator: LexicalPath.slash, maxSplits: 2, omittingEmptySubsequences: false).last ?? bytes
        let path = afterScheme.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard path.last != LexicalPath.slash, let last = Substring(path).pathParts.dropFirst().last, last != ".",
            last != "..", last.utf8.count <= 255
        else { return "__unnamed__" }
        return FileName(String(last))
    }

    /// What curl wrote beside the file: why it failed, and the headers of the answer as JSON.
    private struct Answer {
        var words: String
        var modified: FileTime?

        init(_ bytes: [UInt8]) {
            let text = String(decoding: bytes, as: UTF8.self)
            words = text.split(separator: "\n").first { $0.hasPrefix("curl: ") }.map { String($0.dropFirst(6)) } ?? ""
            if words.isEmpty { words = "nothing" }
            guard let start = bytes.firstIndex(of: UInt8(ascii: "{")),
                let json = try? JSON(parsing: Array(bytes[start...]))
            else { return }
            modified = json["last-modified"]?[0]?.string.flatMap(HTTPDate.init)?.time
        }
    }
}
