// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension RunCommand {
    /// Docker's flags for what there is not: each says why, and what to write instead.
    static var refused: FlagGroup<Options> {
        FlagGroup("Refused", noNetworks + ofCgroupV1 + ofOthers)
    }

    private static var noNetworks: [Flag<Options>] {
        let reason = "belongs to what networks cannot do yet"
        return [
            .refused("link-local-ip", reason, "leave it out")
        ]
    }

    private static var ofCgroupV1: [Flag<Options>] {
        let reason = "is a limit of cgroup v1, which is not used"
        return [
            .fixed("oom-kill-disable", false, "cgroup v2 always ends something", "give it --oom-score-adj -1000"),
            .refused("memory-swappiness", reason, "limit swap with --memory-swap"),
            .refused("kernel-memory", reason, "--memory counts what the kernel uses for it, too"),
            .refused("cpu-rt-period", reason, "limit processors with --cpus"),
            .refused("cpu-rt-runtime", reason, "limit processors with --cpus"),
            .refused("blkio-weight-device", reason, "write --blkio-weight for all devices"),
        ]
    }

    private static var ofOthers: [Flag<Options>] {
        [
            .refused(
                "gpus", "asks a driver's hooks for devices, and there are none",
                "write --device /dev/dri, or each device of the driver's"),
            .refused("runtime", "is another runtime, and minibox is its own", "leave it out"),
            .fixed("use-api-socket", false, "there is no daemon with a socket", "leave it out"),
            .fixed("disable-content-trust", true, "images are known by their digests", "leave it out"),
            .refused("isolation", "is of Windows", "leave it out"),
            .refused("cpu-count", "is of Windows", "write --cpus"),
            .refused("cpu-percent", "is of Windows", "write --cpus"),
            .refused("io-maxbandwidth", "is of Windows", "write --device-read-bps and --device-write-bps"),
            .refused("io-maxiops", "is of Windows", "write --device-read-iops and --device-write-iops"),
        ]
    }
}
