// SPDX-License-Identifier: Apache-2.0

extension AuditCheck {
    /// The exercise of the lab that shows what happens where this wall is open: `minibox lab show NAME`; nil where none does.
    public var exercise: String? { Self.exercises[id] }

    private static let exercises: [String: String] = [
        "A01": "03-pid-signals", "A02": "11-chroot-pivot", "A03": "08-net-private", "A04": "07-ipc-shm",
        "A05": "06-uts-name", "A06": "09-names-views", "A07": "10-user-map", "A09": "10-user-map",
        "A10": "05-pid-neighbour", "A11": "10-user-map", "A13": "18-cap-table", "A14": "50-no-ssh",
        "A17": "23-nnp-setuid", "A18": "25-sc-default", "A19": "25-sc-default", "A20": "26-sc-userns",
        "A21": "25-sc-default", "A22": "11-chroot-pivot", "A23": "17-layer-private", "A24": "17-layer-private",
        "A25": "13-proc-mask", "A26": "33-mask-source", "A27": "40-side-channels", "A28": "31-release-agent",
        "A29": "12-mount-prop", "A30": "14-host-bind", "A31": "16-leaked-fd", "A32": "16-leaked-fd",
        "A33": "30-self-exe", "A34": "32-control-socket", "A35": "14-host-bind", "A36": "23-nnp-setuid",
        "A37": "14-host-bind", "A38": "21-dev-mknod", "A39": "21-dev-mknod", "A40": "21-dev-mknod",
        "A41": "35-oom", "A42": "34-fork-bomb", "A43": "36-cpu-throttle", "A44": "38-dirty-io",
        "A45": "34-fork-bomb", "A46": "31-release-agent", "A47": "35-oom", "A50": "24-keyring",
        "A51": "28-sc-tiocsti", "A52": "48-syscall-outside", "A53": "08-net-private", "A54": "20-cap-netraw-arp",
        "A55": "42-metadata", "A56": "20-cap-netraw-arp", "A57": "50-no-ssh", "A58": "41-bridge-policy",
        "A59": "41-bridge-policy", "A61": "40-side-channels", "A62": "45-secrets", "A63": "46-digest-tag",
        "A64": "45-secrets", "A65": "04-pid1-stop", "A66": "50-no-ssh", "A67": "18-cap-table",
    ]
}
