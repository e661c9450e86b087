// SPDX-License-Identifier: Apache-2.0
public import ContainerRuntime
public import Linux

/// Finds out what the planner has to know about the host. It is on the path of every start: some twenty-five short
/// system calls and two small files.
public enum HostProbe {
    /// Where answers that were costly to find are kept, each with the kernel that it is true of.
    static func directory(below runRoot: String) -> String { runRoot + "/host" }

    /// The facts. `runRoot` keeps what is costly to find out; `limits` names the limits that the container sets, the
    /// only ones of which the planner asks.
    public static func facts(
        runRoot: String, tree: CgroupTree?, limits: some Sequence<Resource> = EmptyCollection<Resource>()
    ) throws(HostError) -> HostFacts {
        let (bounding, known) = ProcessCapabilities.boundingAndKnown()
        let permitted: CapabilitySet
        let kernel: KernelRelease
        var current: [LimitChoice] = []
        do throws(SystemError) {
            permitted = try ProcessCapabilities.permittedOfCaller()
            kernel = try KernelRelease.current()
            for resource in limits {
                current.append(LimitChoice(resource: resource, limit: try ResourceLimit.current(resource)))
            }
        } catch {
            throw HostError(.file, "cannot find out what this process may do", cause: error)
        }
        return HostFacts(
            overlayTakesDescriptors: try OverlayProbe.takesDescriptors(runRoot: runRoot, kernel: kernel),
            controllers: tree?.controllers ?? [], capabilities: permitted.intersection(bounding),
            knownCapabilities: known, limits: current)
    }
}
