// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Registry
internal import Words

/// A program `docker-credential-NAME`: docker-credential-helpers, `get`, `store` and `erase`, each with what it is about on
/// its input.
struct CredentialHelper {
    private let name: String

    /// A user who is none: what comes with it is a token, not a password.
    private static let tokenUser = "<token>"
    /// What a program says that knows nobody; on its output, with the code 1.
    private static let unknown = "credentials not found in native keychain"
    private static let patience = 60_000
    /// All that it gets of the environment: where its own things are, and who it asks.
    private static let environment = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "GNUPGHOME", "GPG_TTY", "PASSWORD_STORE_DIR",
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "AZURE_CONFIG_DIR", "AZURE_CLIENT_ID", "AZURE_TENANT_ID",
        "AZURE_CLIENT_SECRET", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    ]

    init(_ name: String) { self.name = name }

    /// Who asks the registry; nil where nobody has logged in.
    func get(_ key: String) throws(EngineError) -> RegistryCredential? {
        guard let output = try run("get", Array("\(key)\n".utf8), mayNotKnow: true) else { return nil }
        guard let json = try? JSON(parsing: output), let user = json["Username"]?.string,
            let secret = json["Secret"]?.string
        else { throw failure("its answer is not what it should be") }
        if secret.isEmpty { return nil }
        return user == Self.tokenUser ? .identityToken(secret) : .password(user: user, password: secret)
    }

    func store(_ credential: RegistryCredential, for key: String) throws(EngineError) {
        let (user, secret) =
            switch credential {
            case .password(let user, let password): (user, password)
            case .identityToken(let token), .registryToken(let token): (Self.tokenUser, token)
            }
        let json: JSON = ["ServerURL": .string(key), "Username": .string(user), "Secret": .string(secret)]
        _ = try run("store", json.bytes() + [UInt8(ascii: "\n")])
    }

    func erase(_ key: String) throws(EngineError) { _ = try run("erase", Array("\(key)\n".utf8), mayNotKnow: true) }

    private func failure(_ words: String) -> EngineError {
        EngineError(.invalid, "cannot ask docker-credential-\(plainText(name)): \(words)")
    }

    /// What it writes; nil where it knows nobody.
    private func run(
        _ verb: String, _ input: [UInt8], mayNotKnow: Bool = false
    ) throws(EngineError) -> [UInt8]? {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw failure("that is no name of a program")
        }
        guard let path = HostProgram.find("docker-credential-\(name)") else {
            throw failure("it is not in PATH, and config.json names it: install it, or take it out of there")
        }
        let environment = Self.environment.compactMap { name in
            Linux.Environment.value(of: name).map { "\(name)=\($0)" }
        }
        let result: RunningProgram.Result?
        do throws(SystemError) {
            let running = try HostProgram(path, [verb], environment: environment)
                .start(in: try Descriptor.open("/", [.readOnly, .directory]), input: input)
            result = try running.finish(limit: 1 << 20, within: Self.patience)
        } catch {
            throw EngineError(.missing, "cannot run \(path)", cause: error)
        }
        guard let result else { throw failure("it did not end within \(Self.patience / 1000) seconds") }
        if result.status == .exited(0) { return result.output }
        let said = String(decoding: result.output + result.error, as: UTF8.self)
        if mayNotKnow, said.hasPrefix(Self.unknown) { return nil }
        throw failure(plainText(said.split(separator: "\n").first.map(String.init) ?? "it failed"))
    }
}
