// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension ContextLoader {
    /// More is no Dockerfile, and perhaps a device without an end.
    private static let limit = 64 << 20
    /// What it is called where nobody says; the second where there is no first.
    private static let names = ["Dockerfile", "dockerfile"]

    /// The Dockerfile of the machine that `-f` names.
    func dockerfile(at path: String, context: String) throws(BuildError) -> [UInt8] {
        do throws(SystemError) {
            return try read(try Descriptor.open(path, [.readOnly, .noControllingTerminal]))
        } catch {
            guard error.errno == .noEntry || error.errno == .notDirectory else { throw failure(path, error) }
            var words = "there is no Dockerfile \(path)"
            let inside = Self.join(context, path)
            if inside != path, (try? Descriptor.contents(of: inside)) != nil {
                words += ": -f is a path from here, not from the context: write -f \(inside)"
            }
            throw BuildError(.missing, words)
        }
    }

    /// The Dockerfile `name` of a context, or the usual one. Links stay in the context. `shown` names the context.
    func dockerfile(
        in root: borrowing Descriptor, named name: String?, _ shown: String
    ) throws(BuildError) -> (name: String, bytes: [UInt8]) {
        for candidate in name.map({ [$0] }) ?? Self.names {
            do throws(SystemError) {
                let file = try root.open(
                    candidate, [.readOnly, .nonBlocking, .noControllingTerminal], resolve: .container)
                if try file.status().kind == .regular { return (candidate, try read(file)) }
            } catch {
                guard error.errno == .noEntry || error.errno == .notDirectory else { throw failure(candidate, error) }
                continue
            }
            throw BuildError(.missing, "\(candidate) in \(shown) is no file")
        }
        guard name == nil else { throw BuildError(.missing, "there is no Dockerfile \(name ?? "") in \(shown)") }
        var words = "there is no Dockerfile in \(shown)"
        let others = ((try? root.names()) ?? []).map(\.description).filter {
            let lower = $0.lowercased()
            return (lower.hasPrefix("dockerfile") || lower.hasSuffix(".dockerfile") || lower.hasPrefix("containerfile"))
                && !lower.hasSuffix(".dockerignore")
        }
        words += others.first.map { ": did you mean -f \(Self.join(shown, $0))?" } ?? ": name another file with -f"
        throw BuildError(.missing, words)
    }

    /// All that comes on standard input, a Dockerfile.
    func standardInput(_ signals: borrowing SignalQueue) throws(BuildError) -> [UInt8] {
        let task = "read the Dockerfile from standard input"
        var input = try InputFile(openInput)
        var bytes: [UInt8] = []
        while let part = try input.next(to: task, interruptedBy: signals) {
            guard bytes.count + part.count <= Self.limit else {
                throw BuildError(.file, "cannot \(task)", cause: SystemError("read", .overflow))
            }
            bytes += part
        }
        guard !bytes.isEmpty else {
            throw BuildError(.missing, "there is no Dockerfile on standard input: nothing came")
        }
        return bytes
    }

    func read(_ file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        let bytes = try file.readAll(limit: Self.limit + 1)
        guard bytes.count <= Self.limit else { throw SystemError("read", .overflow) }
        return bytes
    }

    private func failure(_ path: String, _ cause: SystemError) -> BuildError {
        BuildError(.missing, "cannot read the Dockerfile \(path)", cause: cause)
    }
}
