// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Builds

@Suite struct CacheKeyTests {
    @Test func `parts are hashed behind their lengths, so that no two lists are written alike`() {
        var one = CacheKey()
        one.add("a", "bc")
        var other = CacheKey()
        other.add("ab", "c")
        #expect(one.digest != other.digest)

        var split = CacheKey()
        split.add("a", "b")
        split.add("c", "d")
        var joined = CacheKey()
        joined.add("a", "b1:c1:d")
        #expect(split.digest != joined.digest)
    }

    @Test func `the same parts are the same key`() {
        #expect(key(.run(run())).content([]).digest == key(.run(run())).content([]).digest)
    }

    @Test(arguments: changes())
    func `everything that changes a RUN changes its key`(_ change: Change) {
        var changed = run()
        change.apply(&changed)
        #expect(key(.run(changed)).content([]).digest != key(.run(run())).content([]).digest, "\(change.name)")
    }

    @Test(arguments: ["\u{C9}=a", "\u{2116}\u{2116}=a", "A=\u{301}a"])
    func `of a variable all of the value counts, whatever its letters`(entry: String) {
        var one = run(), other = run()
        one.environment = [entry + "b"]
        other.environment = [entry.dropLast() + "bb"]
        #expect(key(.run(one)).content([]).digest != key(.run(other)).content([]).digest)
    }

    @Test func `proxies and what a secret or a cache holds are not part of a RUN's key`() {
        var changed = run()
        changed.hiddenEnvironment = ["HTTP_PROXY=http://proxy"]
        #expect(key(.run(changed)).content([]).digest == key(.run(run())).content([]).digest)

        func cache(_ sharing: RunMount.Sharing) -> RunOperation {
            var run = run()
            run.mounts = [
                RunMount(
                    kind: .cache(
                        id: "go", sharing: sharing, seed: .empty, source: "/", mode: 0o755, user: 0, group: 0,
                        isReadOnly: false), target: "/cache")
            ]
            return run
        }
        #expect(key(.run(cache(.locked))).content([]).digest == key(.run(cache(.shared))).content([]).digest)
    }

    @Test func `of a copied path its last part counts, not where it stands`() {
        let one = copy("/a/file", to: "/x"), other = copy("/b/file", to: "/x"), third = copy("/a/other", to: "/x")
        #expect(key(.copy(one)).content([]).digest == key(.copy(other)).content([]).digest)
        #expect(key(.copy(one)).content([]).digest != key(.copy(third)).content([]).digest)
        let accented = copy("/a/\u{301}file", to: "/x"), elsewhere = copy("/b/\u{301}file", to: "/x")
        #expect(key(.copy(accented)).content([]).digest == key(.copy(elsewhere)).content([]).digest)
    }

    @Test func `a context has no identity, so there is no key before its files were looked at`() {
        #expect(key(.copy(copy("/a", to: "/x"))).definition { _ in nil } == nil)
        let stage = CopyOperation(sources: [.path("/a", of: .step(3))], destination: "/x")
        let digest = CacheKey().digest
        #expect(key(.copy(stage)).definition { _ in digest } != nil)
    }

    @Test func `a definition key is no content key, whatever is in it`() {
        let stage = CopyOperation(sources: [.path("/a", of: .step(3))], destination: "/x")
        let digest = CacheKey().digest
        let key = key(.copy(stage))
        let content = key.content([SelectedContent(label: "what is read (0)", digest: digest)])
        #expect(key.definition { _ in digest }?.digest != content.digest)
    }

    @Test func `what a linked copy stands on does not count`() {
        var copy = copy("/a", to: "/x")
        #expect(step(.copy(copy)).dependsOnParent)
        copy.isLink = true
        #expect(!step(.copy(copy)).dependsOnParent)
        // The code of BuildKit copies in the ordinary way then.
        copy.mode = "600"
        #expect(step(.copy(copy)).dependsOnParent)
    }

    // MARK: What is keyed

    struct Change: Sendable, CustomTestStringConvertible {
        var name: String
        var apply: @Sendable (inout RunOperation) -> Void
        var testDescription: String { name }
    }

    static func changes() -> [Change] {
        [
            Change(name: "arguments") { $0.arguments.append("x") },
            Change(name: "a variable") { $0.environment.append("A=1") },
            Change(name: "a variable's value") { $0.environment[0] = "PATH=/other" },
            Change(name: "directory") { $0.workingDirectory = "/srv" },
            Change(name: "user") { $0.user = "1000" },
            Change(name: "network") { $0.network = .host },
            Change(name: "no network") { $0.network = .none },
            Change(name: "security") { $0.isInsecure = true },
            Change(name: "host name") { $0.hostname = "other" },
            Change(name: "script") { $0.script = InlineFile(name: "EOF", contents: "#!/bin/sh") },
            Change(name: "tmpfs") { $0.mounts.append(RunMount(kind: .tmpfs(size: nil), target: "/t")) },
            Change(name: "secret") {
                $0.mounts.append(
                    RunMount(
                        kind: .secret(
                            id: "s", variable: nil, isRequired: false, mode: 0o400, user: 0, group: 0),
                        target: "/run/secrets/s"))
            },
        ]
    }

    private func run() -> RunOperation {
        RunOperation(arguments: ["/bin/sh", "-c", "make"], environment: ["PATH=/bin"], workingDirectory: "/")
    }

    private func copy(_ source: String, to destination: String) -> CopyOperation {
        CopyOperation(sources: [.path(source, of: .context(""))], destination: destination)
    }

    private func step(_ operation: BuildStep.Operation) -> BuildStep {
        BuildStep(
            id: 0, stage: "", number: 1, count: 1, text: "", range: nil, parent: .empty, operation: operation)
    }

    private func key(_ operation: BuildStep.Operation) -> StepKey {
        StepKey(step: step(operation), parent: nil, surroundings: [])
    }
}
