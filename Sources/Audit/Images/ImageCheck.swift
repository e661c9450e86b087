// SPDX-License-Identifier: Apache-2.0

/// A claim about an image, and a function of what it holds to a verdict.
struct ImageCheck: Sendable {
    let check: AuditCheck
    let judge: @Sendable (ImageSubject) -> AuditCheck.Verdict

    init(
        _ id: String, _ group: AuditCheck.Group, _ severity: AuditCheck.Severity, _ claim: String, advice: String,
        _ judge: @escaping @Sendable (ImageSubject) -> AuditCheck.Verdict
    ) {
        check = AuditCheck(id, group, severity, claim, advice: advice) { _ in .untold("it is of images") }
        self.judge = judge
    }

    static let all = [
        ImageCheck(
            "I01", .identity, .medium, "its program is no root", advice: "USER NAME at the end of the Dockerfile"
        ) { image in
            let user = image.user.split(separator: ":").first.map(String.init) ?? ""
            return ["", "0", "root"].contains(user)
                ? .open("USER is \(user.isEmpty ? "not set" : user)") : .stands(user)
        },
        ImageCheck(
            "I02", .secrets, .high, "its environment holds no secret",
            advice: "--secret in a build, a file at the start"
        ) { image in
            list(image.environment.map { String($0.prefix { $0 != "=" }) }.filter(AuditCheck.isSecret), "no such name")
        },
        ImageCheck(
            "I03", .secrets, .high, "its history tells no secret",
            advice: "RUN --mount=type=secret in the place of ARG, ENV and words of a command; and change the secret"
        ) { image in
            list(Set(image.history.flatMap(secrets)).sorted(), "no word that looks like one")
        },
        ImageCheck(
            "I04", .secrets, .high, "no layer holds a key or credentials",
            advice: "never COPY them: what a later layer removes is in the image still; and change them"
        ) { image in list(image.secretFiles.sorted(), "no private key, no file of credentials") },
        ImageCheck(
            "I05", .files, .low, "no program gains rights by who owns it",
            advice: "chmod u-s,g-s in the build; minibox's containers do not heed it by default"
        ) { image in list(image.setIDFiles.sorted(), "no set-user-ID file") },
        ImageCheck(
            "I06", .files, .low, "no program gains capabilities of its file", advice: "setcap -r in the build"
        ) { image in list(image.capableFiles.sorted(), "no file has security.capability") },
        ImageCheck(
            "I07", .network, .low, "has no server that people log in to",
            advice: "'minibox exec' does what sshd is there for"
        ) { image in list(image.servers.sorted(), "no sshd") },
        ImageCheck(
            "I08", .record, .low, "is named by what it holds", advice: "write its digest: NAME@sha256:..."
        ) { image in
            if image.isPinned { return .stands("by a digest") }
            return .open("\(image.tag.map { "the tag \($0)" } ?? "no tag") may mean another one tomorrow")
        },
        ImageCheck(
            "I09", .files, .medium, "holds nothing that was fetched unseen",
            advice: "ADD --checksum=sha256:..., or COPY of what was looked at"
        ) { image in
            list(
                image.history.filter { line in
                    let words = line.split(separator: " ")
                    return words.first == "ADD"
                        && words.contains { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
                        && !words.contains { $0.hasPrefix("--checksum=") }
                }.map { String($0.prefix(100)) }, "no ADD of an address without a checksum")
        },
        ImageCheck("I10", .processes, .info, "says how it is asked whether it works", advice: "HEALTHCHECK") { image in
            image.hasHealthcheck ? .stands("HEALTHCHECK") : .open("no HEALTHCHECK")
        },
        ImageCheck(
            "I11", .files, .low, "keeps no list of packages from another day",
            advice: "update and install in one RUN: a list that is cached alone is old when the next one installs"
        ) { image in
            list(
                image.history.filter(onlyUpdates).map { String($0.prefix(100)) }, "no RUN that does nothing but update")
        },
    ]

    private static func list(_ found: [String], _ otherwise: String) -> AuditCheck.Verdict {
        found.isEmpty
            ? .stands(otherwise)
            : .open(found.prefix(6).joined(separator: ", ") + (found.count > 6 ? " and \(found.count - 6) more" : ""))
    }

    /// Whether a step fetches lists of packages, and does nothing with them.
    @Sendable private static func onlyUpdates(_ line: String) -> Bool {
        let words = Set(line.split { " \t\"';|&[],".contains($0) })
        return words.contains("update") && !words.isDisjoint(with: ["apt-get", "apt", "apk", "yum", "dnf"])
            && words.isDisjoint(with: ["install", "add", "upgrade", "dist-upgrade", "full-upgrade", "-y"])
    }

    /// The names in `NAME=value` that are those of secrets, where the value is not another variable's: never the value.
    @Sendable private static func secrets(in line: String) -> [String] {
        line.split { " \t\"';|&".contains($0) }.compactMap { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            if word.hasPrefix("AKIA"), word.utf8.count == 20 { return "an access key" }
            guard parts.count == 2, !parts[1].hasPrefix("$"), AuditCheck.isSecret(String(parts[0])) else { return nil }
            return String(parts[0])
        }
    }
}

extension AuditReport {
    /// Judges an image.
    public init(of image: ImageSubject) {
        self.init(
            named: image.name, rows: ImageCheck.all.map { Row(check: $0.check, verdict: $0.judge(image)) })
    }
}
