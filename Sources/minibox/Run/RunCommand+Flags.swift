// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

extension RunCommand {
    /// The table of `minibox run`.
    static func table() -> Command<Options> {
        Command(
            "Create and run a new container from an image",
            discussion: ["Flags end at IMAGE: every word after it belongs to COMMAND."],
            options: Options(),
            positionals: [
                .required("IMAGE") { $0.image = $1 },
                .verbatim("[COMMAND] [ARG...]") { $0.command.append($1) },
            ],
            groups: [life] + sharedGroups + [plan])
    }

    /// What says how a container is made: the same for `create`.
    static var sharedGroups: [FlagGroup<Options>] {
        [container, process, files, networks, names, namespaces, rights, limits, health, refused]
    }

    private static var life: FlagGroup<Options> {
        FlagGroup(
            "This command",
            [
                .toggle("detach", short: "d", "Print the container's id, and leave it alone") { $0.isDetached = $1 },
                AttachFlags.streamFlag(at: \.attach),
            ] + AttachFlags.flags(at: \.attach))
    }

    private static var container: FlagGroup<Options> {
        FlagGroup(
            "Container",
            [
                .value("name", "NAME", "Call the container NAME", ContainerName.init(parsing:)) { $0.name = $1 },
                .value("platform", "OS/ARCH", "Insist on an image for this platform", ownPlatform) { $0.platform = $1 },
                .value(
                    "pull", "always|missing|never", "When to ask the image's registry (missing)",
                    PullPolicy.init(parsing:)
                ) {
                    $0.provision.policy = $1
                },
                .toggle("quiet", short: "q", "Do not show how the image comes") { $0.provision.isQuiet = $1 },
                .value("cidfile", "FILE", "Write the container's id to FILE", nonEmptyPath) {
                    $0.containerIDFile = $1
                },
                .list("label", short: "l", "KEY[=VALUE]", "Keep a word about it", LabelArgument.init(parsing:)) {
                    $0.labels.append($1)
                },
                .list("label-file", "FILE", "Keep the words that the lines of FILE are", nonEmptyPath) {
                    $0.labelFiles.append($1)
                },
                .list(
                    "annotation", "KEY[=VALUE]", "Keep a word about it for 'inspect' alone",
                    LabelArgument.init(parsing:)
                ) { $0.annotations.append($1) },
                LeaseFlag.flag(at: \.lease),
                .toggle("print-spec", "Print the config.json of the OCI runtime specification, and make nothing") {
                    $0.printsSpecification = $1
                },
            ] + LifeOptions.flags(at: \.life))
    }

    private static var health: FlagGroup<Options> { FlagGroup("Health", HealthFlags.flags(at: \.life.health)) }

    private static var process: FlagGroup<Options> {
        FlagGroup(
            "Process",
            [
                .toggle("interactive", short: "i", "Keep standard input open") { $0.isInteractive = $1 },
                .toggle("tty", short: "t", "Give it a terminal") { $0.hasTerminal = $1 },
                .toggle("init", "Run a small init as process 1 that reaps and forwards signals") { $0.hasInit = $1 },
                .text("entrypoint", "PROGRAM", "Run PROGRAM instead of the image's entry point") {
                    $0.entrypoint = $1
                },
                .list(
                    "env", short: "e", "NAME[=VALUE]", "Set a variable, without =VALUE to what it is here",
                    EnvironmentArgument.init(parsing:)
                ) { $0.environment.append($1) }.keeping(.behindEquals),
                .list("env-file", "FILE", "Set the variables that the lines of FILE name", nonEmptyPath) {
                    $0.environmentFiles.append($1)
                },
                .value(
                    "user", short: "u", "USER[:GROUP]", "Run as USER, a name of the image or an id",
                    UserArgument.init(parsing:)
                ) { $0.user = $1 },
                .list("group-add", "GROUP", "Be a member of GROUP as well", GroupArgument.init(parsing:)) {
                    $0.additionalGroups.append($1)
                },
                .value(
                    "workdir", short: "w", "DIR", "Start in DIR, which is made where it is missing",
                    ContainerPath.init(parsing:)
                ) { $0.workingDirectory = $1 },
                .value("umask", "MODE", "Mask of the modes of new files (022)", FileModeMask.init(parsing:)) {
                    $0.fileModeMask = $1
                },
            ])
    }

    private static var files: FlagGroup<Options> {
        FlagGroup(
            "Files",
            [
                .list(
                    "volume", short: "v", "[SOURCE:]TARGET[:OPTIONS]",
                    "Show a volume, or a path of the host, at TARGET; options are ro, rw, nocopy, rslave and such",
                    VolumeArgument.init(parsing:)
                ) { $0.volumes.append($1) },
                .list(
                    "mount", "KEY=VALUE,...", "Mount by keys: type=volume|bind|tmpfs|image, source=, target=, readonly",
                    MountArgument.init(parsing:)
                ) { $0.mounts.append($1) },
                .list(
                    "volumes-from", "CONTAINER[:ro]", "Show the volumes and paths that another container shows",
                    VolumesFromArgument.init(parsing:)
                ) { $0.volumesFrom.append($1) },
                .toggle("allow-sensitive", "Show it /, /etc, /proc, /run and such, which hand the host over") {
                    $0.allowsSensitive = $1
                },
                .value("volume-driver", "local", "Kind of the volumes that are made (local)", localDriver) {
                    $0.volumeDriver = $1
                },
                .list(
                    "tmpfs", "DIR[:OPTIONS]", "Mount an empty file system in memory at DIR, as in /run:size=64m",
                    TmpfsArgument.init(parsing:)
                ) { $0.temporaryFileSystems.append($1) },
                .toggle("read-only", "Let nobody write to the root file system") { $0.isReadOnly = $1 },
                .value("shm-size", "BYTES", "Size of /dev/shm (64m)", ByteCount.init(parsing:)) {
                    $0.sharedMemorySize = $1
                },
                .list(
                    "device", "PATH[:TARGET][:rwm]", "Let it use a device of the host",
                    DeviceArgument.init(parsing:)
                ) { $0.devices.append($1) },
                .list(
                    "device-cgroup-rule", "RULE", "Let it use devices by their numbers, as in 'c 10:200 rwm'",
                    DeviceRuleArgument.init(parsing:)
                ) { $0.deviceRules.append($1) },
                .list(
                    "storage-opt", "KEY=VALUE", "Let it write so much: size=BYTES, inodes=NUMBER; in memory, with --rm",
                    StorageOption.init(parsing:)
                ) { $0.storage.append($1) },
                .value(
                    "rootfs-propagation", "rprivate|private|rslave|slave|rshared|shared",
                    "How its mounts and others spread to each other", RootPropagation.init(parsing:)
                ) { $0.rootPropagation = $1 },
            ])
    }

    private static var plan: FlagGroup<Options> {
        FlagGroup(
            "Plan",
            [
                .optional(
                    "explain", "text|json", "Print each step, its system call and what it protects from",
                    Explanation.init(parsing:)
                ) { $0.explanation = $1 },
                .toggle("dry-run", "Print the plan and stop there") { $0.isDryRun = $1 },
                .toggle("trace", "Print how long each step took") { $0.tracesSteps = $1 },
                .value("pause-before", "STEP", "Stop (SIGSTOP) before a step, by number, to look around", stepNumber) {
                    $0.pauseBefore = $1
                },
            ])
    }
}

/// Reads a platform, which can be this machine's alone: nothing translates another's instructions.
private func ownPlatform(_ text: String) throws(SyntaxError) -> Platform {
    let platform = try Platform(parsing: text)
    let own = Platform.current
    guard platform == own else { throw SyntaxError(text, "cannot run here", "this machine is \(own)") }
    return platform
}

/// Reads the number of a step.
private func stepNumber(_ text: String) throws(SyntaxError) -> Int {
    guard let number = Int(text), number > 0 else {
        throw SyntaxError(text, "is no step", "write a number that --explain prints")
    }
    return number
}
