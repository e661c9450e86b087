// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Debian's docker-registry on this machine, with storage in a folder of the test's; ended by ``stop()``, or with this.
public final class RegistryServer {
    /// Who may do what.
    public enum Access: Sendable {
        /// Everybody everything.
        case open
        /// Who says the password (`htpasswd`).
        case password
        /// Who has a token, which a token server beside it gives for the password; for `public/…` anybody may pull.
        case token
    }

    public static let user = "minibox", password = "geheim"
    /// That password, by crypt(3) with bcrypt, which is all that the registry reads.
    private static let encrypted = "$2y$05$abcdefghijklmnopqrstuuVWu8RjbNovPZWAMRdd7iqaaG0mI53Uu"

    /// Where the program is: of `scripts/setup`, or installed.
    public static let program: String? = {
        let places = [TestMachine.top + "/.build/registry/usr/bin/docker-registry", "/usr/bin/docker-registry"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// What registries of this name are called in references: `localhost:5000`.
    public let name: String
    /// `https://localhost:5000`.
    public let address: String
    /// The file of the certificate, in PEM, of who has signed that of the registry; nil without TLS.
    public let authority: String?
    /// The files of a client's certificate that this authority has signed, and of its key; nil without TLS.
    public let client: (certificate: String, key: String)?
    /// As in `address`.
    public let port: UInt16
    private var programs: [RunningProgram] = []
    private let reserved: [Reservation]

    /// Starts one and waits until it answers.
    /// - Parameter folder: for its files, below which nothing else may be called `registry-…`.
    /// - Parameter asksClient: whether, with TLS, nobody is let in without a certificate.
    public init(folder: String, access: Access = .open, hasTLS: Bool = false, asksClient: Bool = false) throws {
        guard let program = Self.program else {
            throw RunningProgram.StartError(program: "docker-registry", errno: ENOENT)
        }
        let reservation = try Reservation()
        let tokens = try access == .token ? Reservation() : nil
        reserved = [reservation] + (tokens.map { [$0] } ?? [])
        let port = reservation.port
        let home = "\(folder)/registry-\(port)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        name = "localhost:\(port)"
        address = "\(hasTLS ? "https" : "http")://localhost:\(port)"
        if hasTLS || access == .token { try Self.makeCertificates(in: home) }
        authority = hasTLS ? "\(home)/ca.pem" : nil
        client = hasTLS ? ("\(home)/client.pem", "\(home)/client.key") : nil
        self.port = port

        var configuration = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(home)/data}, delete: {enabled: true}}
            http:
              addr: 127.0.0.1:\(port)

            """
        if hasTLS {
            let clients = asksClient ? ", clientcas: [\(home)/ca.pem]" : ""
            configuration += "  tls: {certificate: \(home)/server.pem, key: \(home)/server.key\(clients)}\n"
        }
        configuration += "validation: {manifests: {urls: {allow: ['^http://layers[.]test:']}}}\n"
        switch access {
        case .open: break
        case .password:
            try "\(Self.user):\(Self.encrypted)\n".write(toFile: "\(home)/htpasswd", atomically: false, encoding: .utf8)
            configuration += "auth: {htpasswd: {realm: minibox-tests, path: \(home)/htpasswd}}\n"
        case .token:
            let tokenPort = tokens?.port ?? 0
            let realm = "\(hasTLS ? "https" : "http")://localhost:\(tokenPort)/token"
            configuration +=
                "auth: {token: {realm: '\(realm)', service: registry, issuer: minibox-tests, rootcertbundle: \(home)/ca.pem}}\n"
            let words =
                [
                    "python3", TestMachine.top + "/Tests/Servers/token_server.py", "\(tokenPort)", "\(home)/server.key",
                    "\(home)/server.pem", Self.user, Self.password,
                ] + (hasTLS ? ["tls"] : [])
            try start(words, log: "\(home)/token.log", port: tokenPort)
        }
        try configuration.write(toFile: "\(home)/config.yml", atomically: false, encoding: .utf8)
        try start([program, "serve", "\(home)/config.yml"], log: "\(home)/registry.log", port: port)
    }

    deinit { stop() }

    public func stop() {
        for program in programs { program.stop() }
        programs = []
    }

    private func start(_ words: [String], log: String, port: UInt16) throws {
        let line = "log=$1; shift; exec \"$@\" >\"$log\" 2>&1"
        let started = try RunningProgram(
            ["/bin/sh", "-c", line, "sh", log] + words, environment: ProcessInfo.processInfo.environment)
        programs.append(started)
        guard Clock.wait(seconds: 20, until: { Self.answers(port) }) else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw RunningProgram.StartError(program: "\(words[0]): \(said)", errno: 0)
        }
    }

    /// An authority, and what it has signed: a certificate for `localhost`, `registry.test` and 127.0.0.1, and a client's.
    private static func makeCertificates(in home: String) throws {
        let script = """
            set -e
            cd "$1"
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=minibox tests" \
                -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,digitalSignature
            openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
            printf 'subjectAltName=DNS:localhost,DNS:registry.test,IP:127.0.0.1\\n' >server.ext
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile server.ext
            openssl req -newkey rsa:2048 -nodes -keyout client.key -out client.csr -subj "/CN=client"
            printf 'extendedKeyUsage=clientAuth\\n' >client.ext
            openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out client.pem -days 2 -extfile client.ext
            """
        let made = try RunningProgram(
            ["/bin/sh", "-c", script, "sh", home], environment: ProcessInfo.processInfo.environment
        ).wait(seconds: 30)
        guard made.status == 0 else { throw RunningProgram.StartError(program: "openssl: \(made.errors)", errno: 0) }
    }

    /// A port of 127.0.0.1 that is a server's to listen at, and until this goes nobody else's: one that is bound is given to no
    /// connection, and a server that may use an address again (SO_REUSEADDR) binds it as well, as long as this does not listen.
    private final class Reservation: Sendable {
        let port: UInt16
        private let descriptor: Int32

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            var address = loopback(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let listener = descriptor
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(listener, pointer, length) == 0 && getsockname(listener, pointer, &length) == 0
                }
            }
            guard isBound else { throw RunningProgram.StartError(program: "bind", errno: errno) }
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }
    }

    /// Whether anybody listens there.
    static func answers(_ port: UInt16) -> Bool {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = loopback(port)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(client, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
