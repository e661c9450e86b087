// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@testable import Engine

/// What happens where the store cannot have mapped owners: the probe's answer is put in its place beforehand.
@Suite struct DegradeTests {
    private let scratch = Scratch()
    private let tree = CgroupTree(mount: "/sys/fs/cgroup", controllers: [])

    private func engine(canMap: Bool) throws -> Engine {
        let directory = try Descriptor.makeDirectories(scratch.path + "/host")
        try directory.replace(
            FileSystemAnswer.name(of: "idmap", directory),
            with: Array("\(FileSystemAnswer.key(of: directory))\(canMap ? "yes" : "no")\n".utf8), durable: false)
        return Engine(places: Engine.Places(root: scratch.path, runRoot: scratch.path))
    }

    @Test func aStoreThatCannotBeMappedMeansTheHostsUsersAndALineThatSaysSo() throws {
        var notes: [String] = []
        let users = try engine(canMap: false).degrade(.own(isRequired: false), tree: tree, notes: &notes)
        #expect(users == .host)
        #expect(notes.count == 1)
        #expect(notes[0].hasSuffix("this container has the host's users, and root in it is root of the host"))
    }

    @Test func privateIsRefusedThere() throws {
        var notes: [String] = []
        let error = try #require(throws: EngineError.self) {
            try engine(canMap: false).degrade(.own(isRequired: true), tree: tree, notes: &notes)
        }
        #expect(error.description.hasPrefix("--userns private: the file system of \(scratch.path) cannot show layers"))
        #expect(notes.isEmpty)
    }

    @Test func nothingChangesWhereTheStoreCanBeMappedOrNobodyAsked() throws {
        var notes: [String] = []
        let own = UserNamespaceChoice.own(isRequired: true)
        #expect(try engine(canMap: true).degrade(own, tree: tree, notes: &notes) == own)
        #expect(try engine(canMap: false).degrade(.host, tree: tree, notes: &notes) == .host)
        #expect(notes.isEmpty)
    }

    @Test func withoutACgroupTreeALineSaysWhatIsMissing() throws {
        var notes: [String] = []
        _ = try engine(canMap: true).degrade(.host, tree: nil, notes: &notes)
        #expect(notes.count == 1 && notes[0].contains("no limits and no device filter"))
    }
}
