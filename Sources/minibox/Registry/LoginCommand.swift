// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import Registry

/// `minibox login` and `minibox logout`.
enum LoginCommand {
    /// What the line of `login` says.
    struct Options: Sendable {
        var server = ""
        var user: String?
        var password: String?
        var readsPassword = false
        var registry = RegistryOptions()
    }

    /// The table of `minibox login`.
    static func table() -> Command<Options> {
        Command(
            "Log in to a registry",
            discussion: [
                "Asks the registry whether it knows the user, and keeps it in the file that docker keeps it in, or with the "
                    + "program that this file names. Without HOST it is docker.io."
            ],
            options: Options(), positionals: [.optional("HOST[:PORT]") { $0.server = $1 }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .text("username", short: "u", "NAME", "Who asks") { $0.user = $1 },
                        .text(
                            "password", short: "p", "PASSWORD",
                            "The password, which others can see in the list of processes"
                        ) {
                            $0.password = $1
                        }.keeping(.everything),
                        .toggle("password-stdin", "Read the password from standard input") { $0.readsPassword = $1 },
                    ]), FlagGroup("Registries", RegistryFlags.flags(at: \.registry)),
            ])
    }

    /// Logs in.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let registry = try name(of: options.server)
        let environment = try RegistryEnvironment(options.registry)
        let signals = try SignalQueue(of: SignalQueue.ending)
        let engine = try globals.engine
        let known =
            options.user == nil && options.password == nil && !options.readsPassword
            ? try environment.credentials.find(registry) : nil
        if let known {
            try Minibox.show("Authenticating with existing credentials...\n")
            do throws(EngineError) {
                _ = try check(known, registry, engine, environment, signals)
                try? Minibox.show("Login Succeeded\n")
                return 0
            } catch {
                if case .interrupted = error.code { throw error }
                Minibox.complain("\(error)")
            }
        }
        let credential = try credential(options, signals)
        let token = try check(credential, registry, engine, environment, signals)
        let isInFile = try environment.credentials.store(token.map { .identityToken($0) } ?? credential, for: registry)
        engine.record(Action("login", .image, name: registry))
        if isInFile {
            Minibox.complain(
                "the password is in \(environment.credentials.path), for everybody who can read that: a credsStore in it "
                    + "names a program that keeps it better")
        }
        try Minibox.show("Login Succeeded\n")
        return 0
    }

    /// The token that is to be kept, if there is one.
    private static func check(
        _ credential: RegistryCredential, _ registry: String, _ engine: Engine, _ environment: RegistryEnvironment,
        _ signals: borrowing SignalQueue
    ) throws(EngineError) -> String? {
        let client = try engine.client(environment, registry: registry, as: credential, interruptedBy: signals)
        do throws(ImageError) { return try client.check(registry) } catch { throw EngineError(registry: error) }
    }

    private static func credential(
        _ options: Options, _ signals: borrowing SignalQueue
    ) throws -> RegistryCredential {
        if options.readsPassword {
            guard options.password == nil else {
                throw EngineError(.invalid, "--password and --password-stdin exclude each other: leave one of them out")
            }
            guard let user = options.user, !user.isEmpty else {
                throw EngineError(.invalid, "--password-stdin needs to know who it is: write --username NAME")
            }
            var bytes = try Descriptor.standardInput().readAll(limit: longestPassword)
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            guard !bytes.isEmpty else { throw EngineError(.invalid, "there is no password on standard input") }
            return .password(user: user, password: String(decoding: bytes, as: UTF8.self))
        }
        if options.password != nil {
            Minibox.complain("--password can be seen in the list of processes: use --password-stdin")
        }
        let user = try options.user ?? ask("Username: ", isSecret: false, signals)
        guard !user.isEmpty else { throw EngineError(.invalid, "nobody cannot log in: write --username NAME") }
        let password = try options.password ?? ask("Password: ", isSecret: true, signals)
        guard !password.isEmpty else { throw EngineError(.invalid, "there is no password: nobody is logged in") }
        return .password(user: user, password: password)
    }

    private static let longestPassword = 1 << 16

    /// A line that somebody types.
    private static func ask(_ question: String, isSecret: Bool, _ signals: borrowing SignalQueue) throws -> String {
        guard StandardStream.input.isTerminal else {
            throw EngineError(
                .invalid,
                "cannot ask for the password, since the input is no terminal: write --username NAME "
                    + "--password-stdin")
        }
        let input = try Descriptor.standardInput()
        try StandardStream.error.duplicate().write(question)
        if isSecret {
            let silence = try TerminalMode.silent(input)
            defer { withExtendedLifetime(silence) {} }
            return try line(of: input, signals)
        }
        return try line(of: input, signals)
    }

    private static func line(of input: borrowing Descriptor, _ signals: borrowing SignalQueue) throws -> String {
        var line: [UInt8] = []
        while line.count < longestPassword {
            var set = PollSet()
            let signal = set.add(signals.descriptor, .reading)
            let place = set.add(input, .reading)
            try set.wait()
            if set.isReady(signal), let received = try signals.next() {
                throw EngineError(.interrupted(received.rawValue), "stopped by \(received)")
            }
            guard set.isReady(place) else { continue }
            let part = try input.read(upTo: 1)
            guard let byte = part.first, byte != 0x0A else { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// A registry as references name it, of what somebody has written, which may be an address.
    static func name(of text: String) throws(EngineError) -> String {
        var rest = text[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        let name = String(rest.prefix { $0 != "/" })
        if name.isEmpty && text.isEmpty || ["index.docker.io", "registry-1.docker.io"].contains(name) {
            return "docker.io"
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw EngineError(.invalid, "\(text) is no registry: write HOST[:PORT]")
        }
        return name
    }
}

enum LogoutCommand {
    /// What the line of `logout` says.
    struct Options: Sendable {
        var server = ""
    }

    /// The table of `minibox logout`.
    static func table() -> Command<Options> {
        Command(
            "Forget who asks a registry", options: Options(),
            positionals: [.optional("HOST[:PORT]") { $0.server = $1 }])
    }

    /// Forgets.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let registry = try LoginCommand.name(of: options.server)
        let known = try RegistryEnvironment().credentials.erase(registry)
        if known, CurrentProcess.effectiveUser == 0 {
            try globals.engine.record(Action("logout", .image, name: registry))
        }
        try Minibox.show(known ? "Removing login credentials for \(registry)\n" : "Not logged in to \(registry)\n")
        return 0
    }
}
