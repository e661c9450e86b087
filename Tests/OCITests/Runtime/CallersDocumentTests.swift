// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

/// Documents as engines write them are read whole, and nothing is found wrong with them.
@Suite struct CallersDocumentTests {
    static func read(_ text: String) throws -> RuntimeConfiguration {
        let configuration = try RuntimeConfiguration(parsing: Array(text.utf8))
        #expect(configuration.problems().map(\.description) == [])
        // Nothing that means something is lost: what is written again is what was read.
        #expect(try RuntimeConfiguration(parsing: configuration.json.bytes()).json == configuration.json)
        return configuration
    }

    @Test func dockers() throws {
        let configuration = try Self.read(DockerDocument.text)
        #expect(configuration.mounts.map(\.destination).last == "/etc/hosts")
        #expect(configuration.hooks.prestart.first?.arguments.first == "libnetwork-setkey")
        #expect(configuration.linux.resources?.cpu?.quota == 150000)
        #expect(configuration.linux.resources?.blockIO?.weight == 0)
        let seccomp = try #require(configuration.linux.seccomp)
        #expect(try seccomp.json()["syscalls"]?[1]?["args"]?[0]?["value"]?.uint64 == .max)
        #expect(seccomp.bytes.last == UInt8(ascii: "}"))
    }

    @Test func dockersProcessAndResources() throws {
        let process = try RuntimeConfiguration.Process(parsing: Array(DockerDocument.process.utf8))
        #expect(process.problems() == [])
        #expect(process.user.uid == 1000 && process.cwd == "/tmp" && process.capabilities?.effective == [])
        let resources = try RuntimeConfiguration.Resources(parsing: Array(DockerDocument.resources.utf8))
        #expect(resources.problems() == [])
        #expect(resources.memory?.limit == 134_217_728 && resources.memory?.reservation == 0)
        #expect(resources.cpu?.cpus == nil && resources.cpu?.shares == 512)
        #expect(resources.pids == .init(limit: nil))
    }

    @Test func containerds() throws {
        let configuration = try Self.read(ContainerdDocument.plain)
        #expect(configuration.linux.seccomp == nil && configuration.hostname == nil)
        #expect(
            configuration.linux.resources?.devices[8] == .init(allow: true, type: .character, major: 136, access: "rwm")
        )
        #expect(configuration.process?.noNewPrivileges == true)
    }

    @Test func kubernetesPods() throws {
        let configuration = try Self.read(ContainerdDocument.pod)
        #expect(configuration.linux.namespace(.user)?.path == "/proc/999/ns/user")
        #expect(configuration.mounts.last?.uidMappings == configuration.linux.uidMappings)
        #expect(configuration.annotations["io.kubernetes.cri.container-name"] == "server")
    }

    @Test func podmans() throws {
        let configuration = try Self.read(PodmanDocument.text)
        #expect(configuration.process?.user.umask == 0o22)
        #expect(configuration.linux.rootfsPropagation == .slave)
        #expect(configuration.linux.devices.first?.fileMode == 0o20666)
        #expect(configuration.linux.uidMappings == [.init(containerID: 0, hostID: 1, size: 1024)])
    }
}
