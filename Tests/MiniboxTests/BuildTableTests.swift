// SPDX-License-Identifier: Apache-2.0
import Arguments
import Engine
import OCI
import Testing

@testable import Builds
@testable import minibox

/// A value that each flag of `build` reads.
private let samples = [
    "file": "other", "target": "build", "build-arg": "A=1", "build-context": "a=./b", "platform": "linux/amd64",
    "call": "outline", "format": "json", "tag": "app:1", "label": "a=b", "output": "out", "sbom": "true",
    "provenance": "max", "attest": "type=sbom", "iidfile": "id", "metadata-file": "m", "secret": "id=a,src=b",
    "ssh": "default=/s", "network": "host", "add-host": "a:10.0.0.1", "allow": "network.host", "shm-size": "1m",
    "ulimit": "nofile=1024", "memory": "64m", "memory-swap": "-1", "cpu-shares": "512", "cpu-period": "50000",
    "cpu-quota": "-1", "cpuset-cpus": "0", "no-cache-filter": "a,b", "cache-from": "type=local,src=a",
    "cache-to": "type=local,dest=a", "progress": "plain", "jobs": "2", "lease": "812",
    "cgroup-parent": "/jobs",
]

@Suite struct BuildTableTests {
    private func build(_ words: [String]) throws -> BuildCommand.Options {
        guard case .options(let options) = try BuildCommand.table().parse(words, path: "minibox build") else {
            throw BuildError(.invalid, "read as help")
        }
        return options
    }
    private func request(_ words: [String], _ environment: [String: String] = [:]) throws -> BuildRequest {
        try build(words).request { environment[$0] }
    }

    @Test func givesEveryFlagAPropertyOfItsOwn() throws {
        var owners: [String: String] = [:]
        let table = BuildCommand.table()
        for flag in table.outline.shownFlags {
            let word = flag.value == .toggle ? "--\(flag.name)" : "--\(flag.name)=\(samples[flag.name] ?? "")"
            let changed = changes(try build([word, "."]), from: table.defaults)
            #expect(changed.count == 1, "--\(flag.name) changes \(changed)")
            for property in changed {
                #expect(owners[property] == nil, "--\(flag.name) and --\(owners[property] ?? "") change \(property)")
                owners[property] = flag.name
            }
        }
        let properties = Set(Mirror(reflecting: table.defaults).children.compactMap(\.label))
        #expect(properties.subtracting(owners.keys) == ["context"])
    }

    @Test(arguments: [
        "tag", "file", "build-arg", "target", "no-cache", "quiet", "iidfile", "label", "network", "platform",
        "progress",
        "secret", "cache-from", "add-host", "output", "load", "ssh", "cache-to", "build-context", "shm-size", "ulimit",
        "memory", "memory-swap", "cpu-shares", "cpu-period", "cpu-quota", "cpuset-cpus", "metadata-file", "allow",
        "attest", "sbom", "provenance", "call", "no-cache-filter", "debug", "check",
    ]) func hasTheFlagsThatDockersUsersWrite(name: String) {
        #expect(BuildCommand.table().outline.shownFlags.contains { $0.name == name })
    }

    @Test func makesARequestOfALine() throws {
        let request = try request(
            [
                "-t", "app:1", "-tapp:2", "-f", "d/Dockerfile", "--build-arg", "A=1", "--build-arg", "B", "--build-arg",
                "C",
                "--label", "k=v", "--secret", "id=T", "--network=host", "--add-host", "h:10.0.0.1", "-m", "1g",
                "--load",
                "-o", "out", "--attest", "type=provenance,mode=max", "--no-cache-filter", "a,b", "--no-cache-filter=c",
                "--build-context", "x=./y", "--jobs", "3", "src",
            ], ["B": "2", "T": "s"])
        #expect(request.context == .directory("src"))
        #expect(request.dockerfile == .path("d/Dockerfile"))
        #expect(request.tags.map(\.familiar) == ["app:1", "app:2"])
        #expect(request.arguments.map { "\($0.name)=\($0.value)" } == ["A=1", "B=2"])
        #expect(request.labels.map { "\($0.key)=\($0.value)" } == ["k=v"])
        #expect(request.secrets == [.init(id: "T", place: .variable("T"))])
        #expect(request.network == .mode(.host) && request.entitlements == [.hostNetwork])
        #expect(request.addedHosts == ["h:10.0.0.1"])
        #expect(request.limits.memory == ByteCount(1 << 30))
        #expect(request.outputs == [.local(path: "out", deletesOthers: false, .init()), .image(names: [], .init())])
        #expect(request.provenance == .max && !request.sbom)
        #expect(request.uncachedStages == ["a", "b", "c"])
        #expect(request.contexts == ["x": .directory("./y")])
        #expect(request.parallelism == 3)
    }

    @Test func loadAloneIsWhatIsDoneAnyhow() throws {
        #expect(try request(["--load", "."]).outputs == [])
        #expect(try request(["--load", "-o", "type=image", "."]).outputs.count == 1)
    }

    @Test(
        arguments: [
            (["."], nil), (["--pull=false", "--rm", "--force-rm=true", "--push=false", "."], nil),
            (
                ["--rm=false", "."],
                "--rm: 'false' is not possible, since nothing of a step is kept but its files: leave it out"
            ),
            (["--taag", "x", "."], "unknown flag: --taag (did you mean --tag?)"),
            (["-t", "UPPER", "."], "-t: 'UPPER' is no name for an image: "),
            (["-t", "a@sha256:" + String(repeating: "0", count: 64), "."], "-t: "),
            (
                ["--platform", "linux/amd64,linux/arm64", "."],
                "--platform: 'linux/amd64,linux/arm64' names several machines: "
            ),
            (["--jobs", "0", "."], "--jobs: '0' is no number of steps: "),
            (["--progress", "fancy", "."], "--progress: 'fancy' is no kind of progress: "),
            ([], "PATH|URL|- is missing (write: minibox build PATH|URL|-)"),
            (["a", "b"], "unexpected argument: b"),
        ] as [([String], String?)]) func saysWhatToWriteInstead(words: [String], message: String?)
    {
        do {
            _ = try build(words)
            #expect(message == nil)
        } catch {
            #expect("\(error)".hasPrefix(message ?? "?"), "\(error)")
        }
    }

    @Test(arguments: [
        (["-f", "-", "-"], "both the context and the Dockerfile are to come from standard input"),
        (["--ssh", "default", "."], "--ssh default: there is no agent, SSH_AUTH_SOCK is not set"),
        (["--ssh", "a=/etc/hostname", "."], "--ssh a: /etc/hostname is no agent's socket"),
        (["--ssh", "a=/missing", "."], "--ssh a: cannot use /missing"),
        (["--secret", "id=a,src=b", "--secret", "id=a,src=c", "."], "--secret id=a is given twice"),
        (["--build-context", "a=b", "--build-context", "a=c", "."], "--build-context a is given twice"),
    ]) func saysWhatDoesNotFit(words: [String], message: String) throws {
        #expect {
            try request(words)
        } throws: {
            "\($0)".hasPrefix(message)
        }
    }
}
