// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import OCI

extension BuildCommand {
    /// The table of `minibox build`.
    static func table() -> Command<Options> {
        Command(
            "Build an image from a Dockerfile",
            discussion: [
                "PATH is the context: the directory that COPY and ADD take files from. URL is that of an archive or a "
                    + "repository, and - reads an archive or a Dockerfile from standard input.",
                "The words logs, ls and prune are commands; a directory of that name is written ./logs.",
                "It ends with 1 where the Dockerfile, a step or a check fails, with 125 where the command line or "
                    + "minibox itself does, and with 130 where it is interrupted.",
            ],
            options: Options(),
            positionals: [
                .required("PATH|URL|-", BuildRequest.ContextSource.init(parsing:)) { $0.context = $1 }
            ],
            groups: [dockerfile, result, steps, limits, cache, view, others])
    }

    private static var dockerfile: FlagGroup<Options> {
        FlagGroup(
            "Dockerfile",
            [
                .value("file", short: "f", "FILE", "Dockerfile, or - for standard input (PATH/Dockerfile)", dockerfile)
                {
                    $0.dockerfile = $1
                },
                .value("target", "STAGE", "Build up to this stage, by name or number", stageName) { $0.target = $1 },
                .list(
                    "build-arg", "NAME[=VALUE]", "Set an ARG, without =VALUE to what the variable is here",
                    EnvironmentArgument.init(parsing:)
                ) { $0.arguments.append($1) }.keeping(.behindEquals),
                .list(
                    "build-context", "NAME=SOURCE",
                    "Name a further context: a directory, URL, docker-image://, oci-layout:// or target:",
                    NamedContextArgument.init(parsing:)
                ) { $0.contexts.append($1) },
                .value("platform", "PLATFORM", "Machine to build for: this one's", platformName) { $0.platform = $1 },
                .toggle("check", "Check the Dockerfile and build nothing: --call=check") { $0.onlyChecks = $1 },
                .value(
                    "call", "build|check|outline|targets",
                    "Build, or only show what checks find, what the target takes, or the stages",
                    Call.init(parsing:)
                ) { $0.call = $1 },
                .value("format", "table|json", "How --check and --call print", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    private static var result: FlagGroup<Options> {
        FlagGroup(
            "Result",
            [
                .list("tag", short: "t", "NAME[:TAG]", "Name the image", tagName) { $0.tags.append($1) },
                .list("label", "KEY[=VALUE]", "Keep a word about the image", LabelArgument.init(parsing:)) {
                    $0.labels.append($1)
                },
                .list(
                    "output", short: "o", "TARGET",
                    "Write it to DIR, - (tar), or type=local|tar|oci|docker|image,dest=PATH",
                    OutputChoice.init(parsing:)
                ) { $0.outputs.append($1) },
                .toggle("push", "Send the image to the registries of its names") { $0.sendsImage = $1 },
                .toggle("load", "Keep the image in the store as well as in --output") { $0.keepsImage = $1 },
                .optional(
                    "sbom", "true|false", "List the packages of the image", AttestationArgument.init(parsingSBOM:)
                ) {
                    $0.sbom = $1
                },
                .optional(
                    "provenance", "min|max|false", "Say where the image comes from",
                    AttestationArgument.init(parsingProvenance:)
                ) { $0.provenance = $1 },
                .list(
                    "attest", "KEY=VALUE,...", "The same as type=sbom or type=provenance,mode=max",
                    AttestationArgument.init(parsing:)
                ) { $0.attestations.append($1) },
                .value("iidfile", "FILE", "Write the image's id to FILE", nonEmptyPath) { $0.imageIDFile = $1 },
                .value("metadata-file", "FILE", "Write what came out to FILE, as JSON", nonEmptyPath) {
                    $0.metadataFile = $1
                },
                LeaseFlag.flag(at: \.lease),
            ])
    }

    private static var steps: FlagGroup<Options> {
        FlagGroup(
            "Steps",
            [
                .list(
                    "secret", "id=ID[,src=PATH|env=NAME]", "Show a file or variable to RUN --mount=type=secret,id=ID",
                    SecretArgument.init(parsing:)
                ) { $0.secrets.append($1) },
                .list(
                    "ssh", "ID[=SOCKET]", "Show an ssh agent to RUN --mount=type=ssh; default is $SSH_AUTH_SOCK",
                    BuildRequest.AgentSource.init(parsing:)
                ) { $0.agents.append($1) },
                .value(
                    "network", "none|host|NAME",
                    "Network of RUN: the loopback alone, the host's, or one of 'network ls' (bridge)",
                    BuildRequest.network(parsing:)
                ) { $0.network = $1 },
                .list("add-host", "NAME:ADDRESS", "Add a line to /etc/hosts", HostArgument.init(parsing:)) {
                    $0.hosts.append($1)
                },
                .list(
                    "allow", "network.host|security.insecure", "Let RUN ask for this by --network or --security",
                    BuildRequest.Entitlement.init(parsing:)
                ) { $0.entitlements.append($1) },
                .value("shm-size", "BYTES", "Size of /dev/shm (64m)", ByteCount.init(parsing:)) {
                    $0.sharedMemorySize = $1
                },
                .list(
                    "ulimit", "NAME=SOFT[:HARD]", "Limit a resource, as in nofile=1024:2048",
                    UlimitArgument.init(parsing:)
                ) { $0.ulimits.append($1) },
            ])
    }

    private static var limits: FlagGroup<Options> {
        FlagGroup(
            "Limits of each step",
            [
                .value("memory", short: "m", "BYTES", "Most memory it may use", ByteCount.init(parsing:)) {
                    $0.memory = $1
                },
                .value(
                    "memory-swap", "BYTES", "Most memory and swap together, -1 for any", ByteLimit.init(parsing:)
                ) { $0.memorySwap = $1 },
                .value(
                    "cpu-shares", short: "c", "NUMBER", "Weight among others (1024)", CPUShares.init(parsing:)
                ) { $0.cpuShares = $1 },
                .value("cpu-period", "MICROSECONDS", "Period of --cpu-quota (100000)", CPUPeriod.init(parsing:)) {
                    $0.cpuPeriod = $1
                },
                .value(
                    "cpu-quota", "MICROSECONDS", "Most processor time in each period, -1 for any",
                    CPUQuota.init(parsing:)
                ) { $0.cpuQuota = $1 },
                .value("cpuset-cpus", "LIST", "Processors it may use, as in 0-3,5", CPUList.init(parsing:)) {
                    $0.cpuList = $1
                },
                .value(
                    "cgroup-parent", "PATH", "Make its cgroup below this one, which is made where it is missing",
                    CgroupParentArgument.init(parsing:)
                ) { $0.cgroupParent = $1 },
            ])
    }

    private static var cache: FlagGroup<Options> {
        FlagGroup(
            "Cache",
            [
                .toggle("no-cache", "Do each step, whatever was done before") { $0.ignoresCache = $1 },
                .list("no-cache-filter", "STAGE,...", "Do each step of these stages", stageNames) {
                    $0.uncachedStages += $1
                },
                .toggle("explain-cache", "Say of each step why it came from the cache, or did not") {
                    $0.explainsCache = $1
                },
                .list(
                    "cache-from", "type=local,src=DIR|type=registry,ref=NAME",
                    "Look there as well; a name alone is one in a registry",
                    BuildRequest.CacheSource.init(parsing:)
                ) { $0.cacheSources.append($1) },
                .list(
                    "cache-to", "type=local,dest=DIR|type=registry,ref=NAME|type=inline",
                    "Write the steps there, with ,mounts=true cache mounts as well; inline is into the image",
                    BuildRequest.CacheTarget.init(parsing:)
                ) { $0.cacheTargets.append($1) },
            ])
    }

    private static var view: FlagGroup<Options> {
        FlagGroup(
            "View",
            [
                .value(
                    "progress", "auto|plain|tty|json|rawjson|quiet",
                    "How it is shown: auto is tty on a terminal, else plain",
                    Progress.init(parsing:)
                ) { $0.progress = $1 },
                .toggle("pull", "Ask registries for newer bases") { $0.alwaysPulls = $1 },
                .toggle("quiet", short: "q", "Print the image's id alone") { $0.isQuiet = $1 },
                .toggle("debug", short: "D", "Open a shell where a step failed") { $0.opensShell = $1 },
                .value("jobs", aliases: ["max-parallelism"], "NUMBER", "Most steps at once (processors)", jobCount) {
                    $0.parallelism = $1
                },
            ])
    }

    /// What docker's users write and what can only be said no to, or is so anyhow.
    private static var others: FlagGroup<Options> {
        FlagGroup(
            "Others",
            [
                .fixed("rm", true, "nothing of a step is kept but its files", "leave it out"),
                .fixed("force-rm", true, "nothing of a step is kept but its files", "leave it out"),
            ])
    }
}
