// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

/// Maps of users, and kernel settings: what belongs to a namespace needs it.
@Suite struct OwnerProblemTests {
    typealias Mapping = RuntimeConfiguration.IDMapping

    static func problems(
        users: [Mapping], groups: [Mapping], namespace: RuntimeConfiguration.Namespace?,
        user: RuntimeConfiguration.User = .init()
    ) -> [String] {
        var configuration = RuntimeConfiguration(
            ociVersion: "1.0.0", root: .init(path: "/"), process: .init(args: ["a"], cwd: "/"))
        configuration.process?.user = user
        configuration.linux.uidMappings = users
        configuration.linux.gidMappings = groups
        if let namespace { configuration.linux.namespaces = [namespace] }
        return configuration.problems().map { "\($0.path): \($0.message)" }
    }

    static let line = Mapping(containerID: 0, hostID: 1000, size: 10)

    @Test func aMapAndItsNamespaceNeedEachOther() {
        #expect(Self.problems(users: [Self.line], groups: [Self.line], namespace: .init(type: .user)) == [])
        #expect(
            Self.problems(users: [], groups: [Self.line], namespace: nil) == [
                "linux.gidMappings: user namespace mappings specified, but user namespace isn't enabled in the config"
            ])
        #expect(
            Self.problems(users: [], groups: [], namespace: .init(type: .user)) == [
                "linux.uidMappings: user namespaces enabled, but no namespace path to join nor mappings to apply "
                    + "specified"
            ])
        #expect(
            Self.problems(users: [Self.line], groups: [], namespace: .init(type: .user)) == [
                "linux.gidMappings: there is no map"
            ])
        #expect(Self.problems(users: [], groups: [], namespace: .init(type: .user, path: "/x")) == [])
    }

    @Test func theUserHasToBeInTheMap() {
        #expect(
            Self.problems(
                users: [Self.line], groups: [Self.line], namespace: .init(type: .user),
                user: .init(uid: 10, gid: 11, additionalGids: [9, 12])) == [
                    "process.user.uid: user 10 is not in linux.uidMappings",
                    "process.user.gid: group 11 is not in linux.gidMappings",
                    "process.user.additionalGids[1]: group 12 is not in linux.gidMappings",
                ])
    }

    @Test func refusesWhatTheKernelRefusesOfAMap() {
        func judged(_ lines: [Mapping]) -> [String] {
            Self.problems(users: lines, groups: [Self.line], namespace: .init(type: .user, path: "/x"))
        }
        #expect(judged([.init(containerID: 0, hostID: 0, size: .max)]) == [])
        #expect(
            judged([.init(containerID: 1, hostID: 0, size: .max)]) == [
                "linux.uidMappings[0]: 4294967295 ids from 1 on go beyond the last one"
            ])
        #expect(
            judged([.init(containerID: 5, hostID: 0, size: 5), .init(containerID: 0, hostID: 10, size: 6)]) == [
                "linux.uidMappings: two lines have the id 5"
            ])
        #expect(
            judged([.init(containerID: 5, hostID: 3, size: 5), .init(containerID: 0, hostID: 0, size: 4)]) == [
                "linux.uidMappings: two lines have the id 3"
            ])
        let many = (0..<341).map { Mapping(containerID: $0, hostID: $0, size: 1) }
        #expect(judged(many) == ["linux.uidMappings: it has 341 lines"])
        #expect(judged(Array(many.dropLast())) == [])
    }

    /// A configuration whose only setting is that one.
    static func sysctl(
        _ key: String, _ kinds: [RuntimeConfiguration.Namespace.Kind], value: String = "1"
    ) -> String {
        var configuration = RuntimeConfiguration(
            ociVersion: "1.0.0", root: .init(path: "/"), process: .init(args: ["a"], cwd: "/"))
        configuration.linux.sysctl = [.init(key: key, value: value)]
        configuration.linux.namespaces = kinds.map { .init(type: $0) }
        return configuration.problems().map(\.message).joined(separator: " | ")
    }

    @Test(
        arguments: [
            ("net.ipv4.ip_forward", .network), ("net/ipv4/conf/eth0.1/forwarding", .network), ("kernel.msgmax", .ipc),
            ("kernel.sem", .ipc), ("kernel/shmmax", .ipc), ("kernel.shm_rmid_forced", .ipc),
            ("fs.mqueue.msg_max", .ipc),
            ("kernel.domainname", .uts),
        ] as [(String, RuntimeConfiguration.Namespace.Kind)])
    func aSysctlNeedsTheNamespaceThatItBelongsTo(_ key: String, _ kind: RuntimeConfiguration.Namespace.Kind) {
        #expect(Self.sysctl(key, [kind]) == "")
        #expect(Self.sysctl(key, [.mount]).contains("is not allowed in the host's \(kind) namespace"))
    }

    @Test func aSysctlOfTheMachineIsRefused() {
        for key in ["kernel.core_pattern", "vm.swappiness", "fs.file-max", "kernel.msgmaxx", "netx.a", "user.x"] {
            #expect(
                Self.sysctl(key, [.network, .ipc, .uts]) == "sysctl \"\(key)\" is not in a separate kernel namespace")
        }
        #expect(
            Self.sysctl("kernel.hostname", [.uts])
                == #"sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field"#)
    }

    @Test func aSysctlCannotLeadElsewhere() {
        for key in [
            "net", "", "net..x", "net.ipv4/../../kernel.core_pattern", "net.//", ".net.x", "net/../kernel/x", "net.x.",
            "/net/x", "net.x/\u{301}", "net.x y", "net.x\n", "net.\u{e9}",
        ] {
            #expect(Self.sysctl(key, [.network]).hasSuffix("is no name of a sysctl"), "\(key)")
        }
    }

    /// CVE-2022-0811: a value of two lines was two settings, of which only the first was looked at.
    @Test func cve_2022_0811_aValueIsOneLine() {
        let evil = "1\nkernel.core_pattern=|/evil"
        #expect(Self.sysctl("kernel.shm_rmid_forced", [.ipc], value: evil) == "the value must be one line")
        #expect(Self.sysctl("net.ipv4.ip_forward", [.network], value: "1\r") == "the value must be one line")
        #expect(Self.sysctl("net.ipv4.tcp_rmem", [.network], value: "4096 131072\t6291456") == "")
    }
}
