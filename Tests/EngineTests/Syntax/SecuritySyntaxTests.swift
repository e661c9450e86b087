// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

@Suite struct SecurityOptionTests {
    @Test(
        arguments: [
            ("seccomp=unconfined", .seccomp(.unconfined)), ("seccomp=builtin", .seccomp(.builtin)),
            ("seccomp=/etc/p.json", .seccomp(.file("/etc/p.json"))), ("seccomp:unconfined", .seccomp(.unconfined)),
            ("no-new-privileges", .noNewPrivileges(true)), ("no-new-privileges=false", .noNewPrivileges(false)),
            ("no-new-privileges:true", .noNewPrivileges(true)), ("unmask=ALL", .unmaskAll), ("unmask=all", .unmaskAll),
            ("systempaths=unconfined", .unmaskAll), ("apparmor=unconfined", .appArmor(nil)),
            ("apparmor:unconfined", .appArmor(nil)), ("apparmor=docker-default", .appArmor("docker-default")),
            ("apparmor=one//&two", .appArmor("one//&two")), ("label=disable", .withoutLabel),
            ("label:disable", .withoutLabel),
        ] as [(String, SecurityOption)]) func readsDockersAndPodmansOptions(text: String, option: SecurityOption) throws
    {
        #expect(try SecurityOption(parsing: text) == option)
    }

    @Test func readsPathsWithColonsBetweenThem() throws {
        let first = try ContainerPath(parsing: "/proc/acpi")
        let second = try ContainerPath(parsing: "/proc/scsi")
        #expect(try SecurityOption(parsing: "mask=/proc/acpi:/proc/scsi") == .mask([first, second]))
        #expect(try SecurityOption(parsing: "unmask=/proc/acpi") == .unmask([first]))
    }

    @Test(arguments: [
        ("seccomp", "names no filter"), ("seccomp=", "names no filter"), ("mask", "names no path"),
        ("mask=proc", "is not an absolute path"), ("mask=", "is not an absolute path"),
        ("unmask=/a:", "is not an absolute"), ("no-new-privileges=maybe", "where true or false belongs"),
        ("systempaths=masked", "write systempaths=unconfined"), ("label=type:x", "asks for an SELinux label"),
        ("apparmor", "names no AppArmor profile"), ("apparmor=", "names no AppArmor profile"),
        ("apparmor=one\nexec two", "names no AppArmor profile"), ("secomp=unconfined", "did you mean seccomp?"),
        ("", "is no security option"), ("writable-cgroups=true", "is no security option"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, SecurityOption.init(parsing:))?.contains(message) == true)
    }
}

@Suite struct CapabilityArgumentTests {
    @Test(
        arguments: [
            ("NET_ADMIN", .netAdmin), ("CAP_NET_ADMIN", .netAdmin), ("cap_net_admin", .netAdmin), ("kill", .kill),
            ("KILL,chown", [.kill, .chown]),
        ] as [(String, CapabilitySet)]) func readsNamesInAnyForm(text: String, capabilities: CapabilitySet) throws
    {
        let argument = try CapabilityArgument(parsing: text)
        #expect(argument.capabilities == capabilities)
        #expect(!argument.isAll)
    }

    @Test func readsAllOfThem() throws {
        #expect(try CapabilityArgument(parsing: "all").isAll)
        #expect(try CapabilityArgument(parsing: "ALL").capabilities == .named)
    }

    @Test(arguments: [
        ("NET_ADMN", "'NET_ADMN' is no capability: did you mean NET_ADMIN?"),
        ("CAP_SYS_ADMN", "'CAP_SYS_ADMN' is no capability: did you mean SYS_ADMIN?"),
        ("QWERTYUI", "'QWERTYUI' is no capability: write a name such as NET_ADMIN, or ALL"),
        ("KILL,", "'' is no capability: write a name such as NET_ADMIN, or ALL"),
    ]) func namesTheNearest(text: String, message: String) {
        #expect(refusal(text, CapabilityArgument.init(parsing:)) == message)
    }
}

@Suite struct NamespaceModeTests {
    @Test(arguments: NamespaceMode.Kind.allCases) func readsEveryChoiceOfAKind(kind: NamespaceMode.Kind) throws {
        for choice in kind.choices { _ = try NamespaceMode(parsing: choice, for: kind) }
    }

    @Test func readsModes() throws {
        #expect(try NamespaceMode(parsing: "host", for: .pid) == .host)
        #expect(try NamespaceMode(parsing: "container:web", for: .ipc) == .container("web"))
        #expect(try NamespaceMode(parsing: "auto", for: .user) == .automatic)
        #expect(try NamespaceMode(parsing: "none", for: .network) == .bare)
        #expect(try NamespaceMode(parsing: "none", for: .ipc) == .bare)
        #expect(try NamespaceMode(parsing: "shareable", for: .ipc) == .shareable)
        #expect(try NamespaceMode(parsing: "default", for: .network) == .network("bridge"))
        #expect(try NamespaceMode(parsing: "name=lab,ip=10.9.0.2", for: .network) == .network("lab"))
        #expect(try NamespaceMode(parsing: "private", for: .cgroup) == .private)
    }

    @Test(
        arguments: [
            ("auto", .pid, "'auto' is no mode of the pid namespace: write private, host or container:NAME"),
            ("none", .uts, "'none' is no mode of the uts namespace: write private, host or container:NAME"),
            ("shareable", .pid, "'shareable' is no mode of the pid namespace: write private, host or container:NAME"),
            (
                "auto", .ipc,
                "'auto' is no mode of the ipc namespace: write private, shareable, none, host or container:NAME"
            ),
            ("container:", .uts, "'container:' names no container: write container:NAME"),
            ("container:x", .user, "'container:x' is no mode of the user namespace: write auto, private or host"),
            (
                "a b", .network,
                "'a b' is no name of a network: write none, host, container:NAME or the name of a network"
            ),
            ("", .cgroup, "'' is no mode of the cgroup namespace: write private, host or container:NAME"),
        ] as [(String, NamespaceMode.Kind, String)])
    func refusesWhatAKindDoesNotHave(text: String, kind: NamespaceMode.Kind, message: String) {
        #expect(refusal(text) { text throws(SyntaxError) in try NamespaceMode(parsing: text, for: kind) } == message)
    }
}
