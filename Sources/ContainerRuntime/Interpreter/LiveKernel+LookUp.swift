// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Who `choice` is, by the container's own `/etc/passwd` and `/etc/group`, read as bytes: no name service of the
    /// host's or of the image's is asked (CVE-2019-14271).
    borrowing func lookUp(
        _ choice: UserChoice, additionalGroups: [String], ids: IDMap?
    ) throws(StepError) -> Identity {
        let identity = try UserDatabase(users: read("etc/passwd"), groups: read("etc/group"))
            .identity(of: choice, additionalGroups: additionalGroups)
        return try checked(identity, ids)
    }

    /// A user by numbers, with the home that the container's own `/etc/passwd` gives it.
    borrowing func lookUp(_ user: NumericUser, ids: IDMap?) throws(StepError) -> Identity {
        let home = UserDatabase(users: try read("etc/passwd"), groups: []).home(of: user.user)
        return try checked(
            Identity(user: user.user, group: user.group, groups: user.groups, home: home ?? "/"), ids)
    }

    private borrowing func checked(_ identity: Identity, _ ids: IDMap?) throws(StepError) -> Identity {
        if let ids {
            for (word, id, outside) in [("user", identity.user, ids.outside(of: identity.user))]
                + ([identity.group] + identity.groups).map({ ("group", $0, ids.outside(ofGroup: $0)) })
            where outside == nil {
                throw StepError(
                    cause: SystemError("setresuid", .invalid),
                    detail: "\(word) id \(id) is in no range of this container; run it with --userns host")
            }
        }
        return identity
    }

    private borrowing func read(_ path: String) throws(StepError) -> [UInt8] {
        var contents: [UInt8] = []
        do throws(SystemError) {
            try table.with(Slot.root.number) { root throws(SystemError) in
                let file = try root.open(path, [.readOnly, .nonBlocking], resolve: .container)
                guard try file.status().kind == .regular else { return }
                contents = try file.readAll(limit: 4 << 20)
            }
        } catch {
            // An image without the file has no names.
            guard error.errno == .noEntry || error.errno == .notDirectory else { throw StepError(error) }
        }
        return contents
    }

    /// The path of the program `name`: as execvp(3) looks it up, but in the container's root whatever links there are.
    borrowing func lookUp(
        program name: String, in searchPath: [String], from workingDirectory: String
    ) throws(StepError) -> String {
        if name.isEmpty {
            throw StepError(cause: SystemError("execve", .noEntry), detail: "no command: write one after the image")
        }
        if name.contains("/") {
            let path = name.isRooted ? name : workingDirectory + "/" + name
            if let error = executionError(of: path) {
                // runc's words, which begin as Go's do where there is no file to ask about.
                let call = error == .noEntry || error == .notDirectory ? "stat \(name): " : ""
                throw StepError(cause: SystemError("execve", error), detail: "exec: \"\(name)\": \(call)\(error)")
            }
            return path
        }
        var denied: Errno?
        for directory in searchPath {
            let path = (directory.isRooted ? directory : workingDirectory + "/" + directory) + "/" + name
            guard let error = executionError(of: path) else { return path }
            if error != .noEntry && error != .notDirectory { denied = denied ?? error }
        }
        throw StepError(
            cause: SystemError("execve", denied ?? .noEntry),
            detail: denied.map { "exec: \"\(name)\": \($0)" } ?? "exec: \"\(name)\": executable file not found in $PATH"
        )
    }

    /// Why the file at `path` cannot be executed, as far as its kind and mode tell.
    private borrowing func executionError(of path: String) -> Errno? {
        do throws(SystemError) {
            return try table.with(Slot.root.number) { root throws(SystemError) in
                let status = try root.open(String(path.drop { $0 == "/" }), [.path], resolve: .container).status()
                if status.isDirectory { return .isDirectory }
                return status.kind == .regular && status.permissions & 0o111 != 0 ? nil : .access
            }
        } catch {
            return error.errno
        }
    }
}
