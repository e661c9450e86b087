// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite struct CgroupTreeTests {
    private static let hybrid = Array(
        """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:7 master:2 - cgroup cgroup rw,cpu,cpuacct
        38 31 0:35 / /sys/fs/cgroup/block\\040io rw,relatime - cgroup cgroup rw,blkio
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        42 31 0:38 / /mnt/other ro,relatime - cgroup2 cgroup2 rw
        43 broken
        """.utf8)
    private static let table = Array(
        """
        #subsys_name\thierarchy\tnum_cgroups\tenabled
        cpu\t1\t1\t1
        blkio\t7\t1\t1
        memory\t0\t1\t0
        pids\t9\t1\t1

        """.utf8)

    private func holder(_ controller: String, nested: Bool = false) -> ControllerHolder {
        CgroupTree.holder(of: controller, mounts: Self.hybrid, table: Self.table, isNested: nested)
    }

    @Test func mountsAreReadWithEscapesAndOptionalFields() {
        let entries = MountTable.entries(ofTypes: ["cgroup", "cgroup2"], in: Self.hybrid)
        #expect(entries.map(\.point).prefix(2) == ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/block io"])
        #expect(entries.map(\.superOptions).first == "rw,cpu,cpuacct")
        #expect(entries.map(\.isReadOnly) == [false, false, false, false, true])
        #expect(MountTable.entries(ofTypes: ["proc"], in: Self.hybrid).isEmpty)
    }

    @Test func sayWhatHoldsAController() {
        #expect(holder("cpu") == .hierarchy(path: "/sys/fs/cgroup/cpu"))
        #expect(holder("io") == .hierarchy(path: "/sys/fs/cgroup/block io"), "the first version calls it blkio")
        #expect(holder("memory") == .disabled)
        #expect(holder("pids") == .hiddenHierarchy)
        #expect(holder("misc") == .absent)
        #expect(holder("misc", nested: true) == .parent)
        #expect(holder("cpu").description == "a cgroup v1 hierarchy mounted at /sys/fs/cgroup/cpu holds it")
    }

    @Test func theHostsTreeHasWhatItsOwnFilesSay() throws {
        guard let tree = try CgroupTree.find() else { return }
        #expect(tree.base.hasPrefix(tree.mount))
        #expect(tree.parent == tree.base + "/minibox")
        let root = try Descriptor.open(tree.mount, [.directory])
        #expect(try root.fileSystemMagic() == .cgroup2)
        for controller in tree.controllers { #expect(try tree.holder(of: controller) == nil) }
        if !tree.controllers.contains("memory") { #expect(try tree.holder(of: "memory") != nil) }
    }

    @Test func aContainerWithoutACgroupNamespaceKeepsToItsOwnCgroup() {
        func group(_ path: String) -> String? { CgroupTree.containerGroup(in: Array("5:cpu:/\n0::\(path)\n".utf8)) }
        #expect(group("/docker/1234") == "/docker/1234")
        #expect(group("/docker/1234/init") == "/docker/1234", "its processes were moved to a leaf")
        #expect(group("/lxc/a/init.scope") == "/lxc/a", "systemd did that")
        #expect(group("/") == nil)
        #expect(group("/init") == nil)
        #expect(group("/../../other") == nil, "outside of the namespace")
        #expect(CgroupTree.containerGroup(in: Array("5:cpu:/docker\n".utf8)) == nil)
    }

    @Test(.enabled(if: hasCgroupTree, "needs root and a cgroup2 mount"))
    func aCgroupIsFreedOfItsProcesses() async {
        await #expect(processExitsWith: .success) {
            let tree = try #require(try CgroupTree.find())
            let top = try Descriptor.open(tree.mount, [.directory])
            let name = "minibox-free-test-\(CurrentProcess.id)"
            try top.makeDirectory(name)
            let root = try top.open(name, [.directory])
            #expect(CgroupTree(mount: "\(tree.mount)/\(name)", controllers: []).isNested)
            try root.write("0", to: "cgroup.procs")
            try CgroupTree.moveProcesses(of: root, to: "init")
            #expect(try root.contents(of: "cgroup.procs").isEmpty)
            let moved = CgroupTree.words(try root.contents(of: "init/cgroup.procs"))
            #expect(moved.contains("\(CurrentProcess.id)"))
            // Once more is no error: several commands may find the same.
            try CgroupTree.moveProcesses(of: root, to: "init")
            try top.write("0", to: "cgroup.procs")
            try root.remove("init", directory: true)
            try top.remove(name, directory: true)
        }
    }

    /// In a cgroup that has a controller and processes, as the root of a private cgroup namespace does.
    @Test(.enabled(if: passedDown != nil, "needs a controller that the cgroup2 tree passes down"))
    func controllersArePassedDownFromACgroupThatHasProcesses() async {
        await #expect(processExitsWith: .success) {
            let (tree, controller) = (try #require(try CgroupTree.find()), try #require(passedDown))
            let top = try Descriptor.open(tree.mount, [.directory])
            let name = "minibox-pass-test-\(CurrentProcess.id)"
            try top.makeDirectory(name)
            let root = try top.open(name, [.directory])
            try root.write("0", to: "cgroup.procs")
            let nested = CgroupTree(mount: "\(tree.mount)/\(name)", controllers: [controller])
            #expect(throws: SystemError.self) { try root.write("+\(controller)", to: "cgroup.subtree_control") }
            try nested.passDown([controller])
            #expect(CgroupTree.words(try root.contents(of: "cgroup.subtree_control")) == [controller])
            try top.write("0", to: "cgroup.procs")
            try root.remove("init", directory: true)
            try top.remove(name, directory: true)
        }
    }

    @Test func aControllerThatTheTreeLacksIsNamedWhenItCannotBePassedDown() {
        let error = #expect(throws: CgroupError.self) {
            try CgroupTree(mount: "/nowhere", controllers: []).passDown(["memory"])
        }
        #expect(
            error?.description
                == "cannot pass memory down in /nowhere/cgroup.subtree_control: no such file or directory")
    }
}

private let hasCgroupTree = CurrentProcess.effectiveUser == 0 && (try? CgroupTree.find()) != nil

/// A controller that a cgroup below the root has, without anything being changed for it.
private let passedDown: String? = {
    guard hasCgroupTree, let tree = try? CgroupTree.find(),
        let bytes = try? Descriptor.contents(of: tree.mount + "/cgroup.subtree_control")
    else { return nil }
    return CgroupTree.words(bytes).first
}()
