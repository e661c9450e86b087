// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Engine

@Suite struct ContainerFilterTests {
    private func record(_ name: String, _ created: String = "2026-11-21T10:00:00Z") -> ContainerRecord {
        var volume = MountPoint(kind: .volume, source: "/x", destination: "/data")
        volume.name = "files"
        var record = ContainerRecord(
            id: name == "web" ? "abc123" : "def456", name: name, image: "busybox:1.36", imageID: "sha256:feed01",
            command: ["sh"],
            created: created, labels: ["a": "1", "b": ""],
            state: .exited(code: 3, finished: created, outOfMemory: false),
            details: .null)
        record.mounts = [volume]
        record.request = ["NetworkMode": "host"]
        return record
    }

    @Test(arguments: [
        (["id=abc"], true), (["id=c1"], false), (["name=we"], true), (["name=eb"], true), (["name=^eb"], false),
        (["name=^/web$"], true), (["name=^web$"], true), (["name=we$"], false), (["name=x"], false),
        (["name=x|^web$"], true), (["name=^eb|x"], false),
        (["name=x", "name=web"], true), (["label=a"], true), (["label=a=1"], true), (["label=a=2"], false),
        (["label=a", "label=b"], true), (["label=a", "label=c"], false), (["exited=3"], true), (["exited=0"], false),
        (["status=exited"], true), (["status=running"], false), (["status=running", "status=exited"], true),
        (["ancestor=busybox:1.36"], true), (["ancestor=busybox"], false), (["ancestor=feed"], true),
        (["ancestor=sha256:feed01"], true), (["volume=files"], true), (["volume=/data"], true), (["volume=x"], false),
        (["network=host"], true), (["network=bridge"], false), (["publish=80"], false), (["expose=80"], true),
        (["expose=79-81/tcp"], true), (["expose=80/udp"], false), (["health=none"], true), (["health=healthy"], false),
        (["is-task=false"], true), (["is-task=true"], false), (["before=db"], true), (["since=db"], false),
        (["name=web", "status=running"], false),
    ]) func matches(texts: [String], passes: Bool) throws {
        let filters = try texts.map(ContainerFilter.init(parsingForList:))
        let others = [record("web"), record("db", "2026-11-22T10:00:00Z")]
        #expect(record("web").matches(filters, among: others, exposed: ["80/tcp"]) == passes)
    }

    @Test(arguments: [
        (["until=2026-11-22"], true), (["until=2026-11-20"], false), (["label!=c"], true), (["label!=a"], false),
        (["label!=a=2"], true), (["label=a", "until=2026-11-20"], false),
    ]) func choosesWhatIsPruned(texts: [String], passes: Bool) throws {
        let filters = try texts.map(ContainerFilter.init(parsingForPrune:))
        #expect(record("web").matches(filters, among: []) == passes)
    }

    @Test(arguments: [
        ("nam=x", "'nam=x' has the unknown key 'nam': did you mean name?"),
        ("name", "'name' is no filter: write KEY=VALUE"),
        (
            "status=up",
            "'status=up' has the unknown word 'up': write one of created, restarting, running, removing, paused, exited, dead"
        ),
        ("exited=x", "'exited=x' has no exit code: write exited=0"),
        (
            "name=a*b",
            "'a*b' is a pattern: write a part of a name, with ^ for its beginning and $ for its end, and | between several"
        ),
        ("publish=x", "'publish=x' has no port: write a port as 80/tcp, or several as 80-90/tcp"),
    ]) func refuses(text: String, message: String) {
        #expect(refusal(text, ContainerFilter.init(parsingForList:)) == message)
    }

    @Test func readsLabelFiles() throws {
        let file = try LabelFile(parsing: Array("# words\na=1\nb\n\nc=d=e\n".utf8), name: "labels")
        #expect(file.labels.map(\.description) == ["a=1", "b=", "c=d=e"])
        #expect(throws: SyntaxError.self) { try LabelFile(parsing: Array("=x".utf8), name: "labels") }
    }
}
