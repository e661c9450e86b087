// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

let args = Array(CommandLine.arguments.dropFirst())
let base = args[0]
let cgroup: String? = args[1] == "-" ? nil : args[1]
let map = args[2] == "host" ? nil : IDMap(extents: [IDExtent(inside: 0, outside: 1_100_000_000, count: 65536)])
var own: Namespaces = [.mount, .pid, .network, .ipc, .uts]
if cgroup != nil { own.insert(.cgroup) }
if map != nil { own.insert(.user) }
let config = ContainerConfiguration(
    id: "test", hostname: "box",
    root: RootFileSystem(layers: [base + "/root"], writable: base + "/w", isTemporary: false, isReadOnly: false),
    process: ProcessConfiguration(
        arguments: Array(args.dropFirst(3)), environment: ["PATH=/usr/bin:/bin:/sbin"], workingDirectory: "/",
        user: .root,
        capabilities: [.chown, .setuid, .setgid, .kill], filter: .unconfined, streams: .pipes(input: false)),
    namespaces: NamespaceChoices(own: own), idMap: map,
    ownFiles: [OwnFile(path: base + "/own/hosts", contents: "127.0.0.1 localhost\n", target: "/etc/hosts")],
    devices: DeviceChoices(
        nodes: [
            DeviceNode(name: "null", number: DeviceNumber(1, 3)), DeviceNode(name: "zero", number: DeviceNumber(1, 5)),
            DeviceNode(name: "tty", number: DeviceNumber(5, 0)),
        ], rules: [DeviceRule(.character, 1, nil, .all)]),
    cgroup: CgroupConfiguration(path: cgroup), maskedPaths: KernelPaths.masked(processors: 2),
    readOnlyPaths: KernelPaths.readOnly, sharedMemorySize: 64 << 20, stage: base + "/stage")
let host = HostFacts(
    overlayTakesDescriptors: args[2] != "names", controllers: [], capabilities: [], knownCapabilities: [])
do {
    let plan = try Planner(configuration: config, host: host).plan()
    var kernel = LiveKernel(traces: true)
    CurrentProcess.setFileModeMask(0)
    let t0 = Clock.monotonic
    let interpreter = Interpreter(plan: plan)
    do { try interpreter.start(on: &kernel) } catch {
        print("failed:", error)
        try? interpreter.finish(on: &kernel)
        throw error
    }
    let t1 = Clock.monotonic
    let times = kernel.times
    let started = try kernel.takeStarted()
    let out = try started.streams.with(1) { stream throws(SystemError) in try stream.readAll() }
    let err = try started.streams.with(2) { stream throws(SystemError) in try stream.readAll() }
    let status = try started.process.wait()
    let t2 = Clock.monotonic
    try interpreter.finish(on: &kernel)
    print(String(decoding: out, as: UTF8.self), String(decoding: err, as: UTF8.self), status)
    for step in plan.steps {
        print(step.number, step.phase, step.step.summary, (times?.durations[step.number] ?? 0) / 1000)
    }
    print("start", (t1 - t0) / 1000, "end", (t2 - t1) / 1000)
} catch { print("error:", error) }
