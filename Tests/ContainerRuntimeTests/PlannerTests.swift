// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite("The planner")
struct PlannerTests {
    private static func tmpfs(_ target: String) -> MountRequest {
        MountRequest(source: .tmpfs(options: []), target: target, attributes: .inert)
    }

    @Test(
        "refuses a target that would hide the kernel's files or leave the root",
        arguments: [
            ("/", "/: a mount cannot take the place of the root"),
            ("/proc", "/proc: nothing can be mounted on /proc or below it"),
            ("/proc/sys", "/proc/sys: nothing can be mounted on /proc or below it"),
        ])
    func refusesTarget(target: String, words: String) {
        let error = #expect(throws: PlanError.self) {
            try Plan.usual { $0.mounts = [Self.tmpfs(target)] }
        }
        #expect(error?.code == .target)
        #expect(error?.description == "cannot mount at \(words)")
    }

    @Test(
        "refuses every second spelling of a target",
        arguments: [
            "//proc", "/./proc", "/proc/", "/proc/.", "/a/../proc", "/..", "/a//b", "/a/", "data", "./data", "",
        ])
    func refusesSpelling(target: String) {
        let error = #expect(throws: PlanError.self) { try Plan.usual { $0.mounts = [Self.tmpfs(target)] } }
        #expect(
            error?.description
                == "cannot mount at \(target): write an absolute path without . or .. or a slash too many")
    }

    @Test(
        "takes a target whose name only begins like the kernel's", arguments: ["/process", "/data", "/a/proc", "/..a"])
    func takesTarget(target: String) throws {
        let plan = try Plan.usual { $0.mounts = [Self.tmpfs(target)] }
        #expect(plan.build.contains(.mount(NewFileSystem(type: "tmpfs"), attributes: .inert, target: target)))
    }

    @Test("says where a kernel that stacks layers by names keeps mounts from spreading", arguments: [false, true])
    func spreading(names: Bool) throws {
        let plan = try Plan.usual(host: .usual(names: names)) { configuration in
            configuration.mounts = [Propagation.shared, .slave, .private].enumerated().map { index, propagation in
                MountRequest(
                    source: .bind(
                        path: "/srv", isDirectory: true, isRecursive: true, isMapped: false, propagation: propagation),
                    target: "/m\(index)", attributes: [])
            }
        }
        let notes = plan.notes.filter { $0.hasPrefix("mounts do not spread between /srv and /m") }
        #expect(notes.count == (names ? 2 : 0), "\(plan.notes)")
    }

    @Test("names the controller that a limit needs and the host lacks")
    func refusesLimit() {
        let error = #expect(throws: PlanError.self) {
            try Plan.usual(host: .usual(controllers: ["pids"])) {
                $0.cgroup.settings = [
                    CgroupSetting(file: "pids.max", value: "1"), CgroupSetting(file: "memory.max", value: "1"),
                ]
            }
        }
        #expect(error?.code == .controller("memory"))
        #expect(error?.description == "cannot set memory.max: cgroup v2 has no memory controller on this host")
    }

    @Test("asks no controller for the cgroup's own files")
    func coreFiles() throws {
        let plan = try Plan.usual(host: .usual(controllers: [])) {
            $0.cgroup.settings = [CgroupSetting(file: "cgroup.max.depth", value: "4")]
        }
        #expect(plan.prepare.contains(.makeCgroup(NewCgroup(path: "/sys/fs/cgroup/minibox/c"))))
    }

    @Test("leaves out what is no limit where its controller is not there")
    func noLoss() throws {
        let plan = try Plan.usual(host: .usual(controllers: ["hugetlb"])) {
            $0.cgroup.settings = [
                CgroupSetting(file: "memory.max", value: "max", otherwise: []),
                CgroupSetting(file: "hugetlb.2MB.max", value: "0"),
            ]
            $0.cgroup.hasEveryController = true
            $0.cgroup.takesExisting = true
        }
        #expect(
            plan.prepare.prefix(2) == [
                .makeCgroup(
                    NewCgroup(
                        path: "/sys/fs/cgroup/minibox/c", controllers: ["hugetlb"], further: ["hugetlb"],
                        takesExisting: true)),
                .limit(CgroupSetting(file: "hugetlb.2MB.max", value: "0")),
            ])
    }

    @Test("lets the container's root have its cgroup where that is asked for and it is not the host's")
    func delegation() throws {
        let own = try Plan.usual { $0.cgroup.isDelegated = true }
        let owner = try #require(
            own.prepare.compactMap { if case .delegateCgroup(let id) = $0 { id } else { nil } }.first)
        #expect(owner != 0)
        let shared = try Plan.usual {
            $0.cgroup.isDelegated = true
            $0.namespaces.own.remove(.user)
            $0.idMap = nil
            $0.namespaces.own.remove(.user)
        }
        #expect(!shared.prepare.contains { if case .delegateCgroup = $0 { true } else { false } })
    }

    @Test("passes a hard limit on as it is where the runtime may raise it")
    func raisesLimit() throws {
        let choice = LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 8192, hard: 1 << 20))
        let host = HostFacts.usual(limits: [
            LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 4096))
        ])
        let plan = try Plan.usual(host: host) { $0.process.limits = [choice] }
        #expect(plan.confine.contains(.setLimit(choice)))
        #expect(plan.notes.isEmpty)
    }

    @Test(
        "clamps a limit to what the runtime has, and says so, where it may not raise it",
        arguments: [
            (ResourceLimit(soft: 8192, hard: 9000), ResourceLimit(soft: 4096, hard: 4096), true),
            (ResourceLimit(soft: 10, hard: .max), ResourceLimit(soft: 10, hard: 4096), true),
            (ResourceLimit(soft: 10, hard: 4096), ResourceLimit(soft: 10, hard: 4096), false),
        ])
    func clampsLimit(asked: ResourceLimit, given: ResourceLimit, isNoted: Bool) throws {
        let host = HostFacts.usual(
            capabilities: .named.subtracting(.sysResource),
            limits: [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 4096))])
        let plan = try Plan.usual(host: host) {
            $0.process.limits = [LimitChoice(resource: .openFiles, limit: asked)]
        }
        #expect(plan.confine.contains(.setLimit(LimitChoice(resource: .openFiles, limit: given))))
        #expect(plan.notes.isEmpty == !isNoted)
    }

    @Test("loads the filter last, and earlier only where no_new_privs is off and the right to load it is about to go")
    func filterPlace() throws {
        let usual = try Plan.usual()
        #expect(usual.launch.filter == .usual)
        #expect(!usual.confine.contains(.loadFilter(.usual)))
        let early = try Plan.usual { $0.process.noNewPrivileges = false }
        #expect(early.launch.filter == nil)
        let order = early.confine.map { AnyStep.confine($0).kind }
        #expect(order.firstIndex(of: "loadFilter") ?? 99 < order.firstIndex(of: "boundCapabilities") ?? 0)
    }

    @Test("loads the filter by itself, and not by the launcher, where other containers may see the process")
    func filterOfSeenProcess() throws {
        #expect(try !Plan.usual().launch.isSeen)
        let network = JoinedNamespaces(kinds: .network, process: 7, name: "web")
        #expect(
            try !Plan.usual {
                $0.namespaces.own.remove(.network)
                $0.namespaces.joined = [network]
            }.launch.isSeen)
        #expect(try Plan.usual { $0.namespaces.own.remove(.pid) }.launch.isSeen)
    }

    @Test("masks after it makes read-only, so that a path in both lists is hidden")
    func maskOrder() throws {
        let plan = try Plan.usual {
            $0.maskedPaths = ["/proc/kcore"]
            $0.readOnlyPaths = ["/proc/kcore"]
        }
        let (mask, lock) = (
            plan.inside.firstIndex(of: .mask("/proc/kcore")), plan.inside.firstIndex(of: .makeReadOnly("/proc/kcore"))
        )
        #expect(try #require(lock) < #require(mask))
    }

    @Test("writes sysctls before /proc/sys becomes unwritable")
    func sysctlOrder() throws {
        let sysctl = Sysctl(key: "net.ipv4.ip_forward", value: "1")
        let plan = try Plan.usual { $0.sysctls = [sysctl] }
        let (set, lock) = (
            plan.inside.firstIndex(of: .setSysctl(sysctl)), plan.inside.firstIndex(of: .makeReadOnly("/proc/sys"))
        )
        #expect(try #require(set) < #require(lock))
    }

    @Test("makes the root read-only after everything that is made in it")
    func readOnlyOrder() throws {
        let plan = try Plan.usual { $0.root.isReadOnly = true }
        #expect(plan.inside.dropLast().last == .makeRootReadOnly)
    }

    @Test("takes away in reverse what it makes, and nothing else")
    func journal() throws {
        for item in PlanCase.all {
            let plan = try Plan.usual(host: item.host, item.change)
            #expect(
                plan.after.compactMap { if case .undo(let undo) = $0 { undo } else { nil } }
                    == (plan.prepare + plan.beside).compactMap(\.undo).reversed())
            #expect(plan.after.allSatisfy { if case .undo = $0 { true } else { false } })
        }
    }
}

@Suite("An id map")
struct IDMapTests {
    private let map = IDMap(extents: [
        IDExtent(inside: 0, outside: 100_000, count: 65_536), IDExtent(inside: 70_000, outside: 7, count: 2),
        IDExtent(inside: 4_294_967_290, outside: 1_000_000, count: 4),
    ])

    @Test(
        "gives the id outside of one inside, and none for one that is not in it",
        arguments: [
            (0, 100_000), (65_535, 165_535), (65_536, nil), (69_999, nil), (70_000, 7), (70_001, 8), (70_002, nil),
            (4_294_967_289, nil), (4_294_967_290, 1_000_000), (4_294_967_293, 1_000_003), (4_294_967_294, nil),
            (.max, nil),
        ] as [(UInt32, UInt32?)])
    func outside(inside: UInt32, outside: UInt32?) {
        #expect(map.outside(of: inside) == outside)
    }

    @Test("is written as the kernel wants it")
    func text() { #expect(map.text == "0 100000 65536\n70000 7 2\n4294967290 1000000 4\n") }
}
