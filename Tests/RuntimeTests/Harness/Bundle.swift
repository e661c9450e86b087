// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A bundle on disk: a root file system, and a configuration that a test changes.
struct Bundle {
    let path: String
    var rootfs: String { path + "/rootfs" }
    var config: Document

    /// Makes one at `path`, with a copy of a test image as its root and the configuration ``plain``.
    /// - Parameter image: a name of `scripts/fixtures`.
    init(path: String, image: String = "busybox") throws {
        self.path = path
        config = Self.plain
        try FileManager.default.createDirectory(atPath: path + "/rootfs", withIntermediateDirectories: true)
        let unpacked = try RunningProgram(
            [
                "/bin/tar", "-xpf", TestMachine.archive(image), "-C", path + "/rootfs", "--numeric-owner", "--xattrs",
                "--xattrs-include=*",
            ], environment: ["PATH": "/usr/bin:/bin"]
        ).wait()
        if unpacked.status != 0 { throw Failure(words: "cannot unpack the image \(image): \(unpacked)") }
    }

    struct Failure: Error { let words: String }

    /// Writes `config.json`.
    func write() throws { try config.text.write(toFile: path + "/config.json", atomically: true, encoding: .utf8) }

    /// What an engine asks for by default, cut to what a test of a runtime needs: all namespaces but a user's, the usual
    /// mounts, masks and three capabilities, no filter, no limit but the devices. It runs `true`.
    static let plain: Document = [
        "ociVersion": "1.0.2",
        "process": [
            "terminal": false, "user": ["uid": 0, "gid": 0], "args": ["true"], "cwd": "/",
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            "capabilities": [
                "bounding": ["CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
                "effective": ["CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
                "permitted": ["CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
            ],
            "rlimits": [["type": "RLIMIT_NOFILE", "hard": 1024, "soft": 512]], "noNewPrivileges": true,
        ],
        "root": ["path": "rootfs", "readonly": false],
        "hostname": "inside",
        "mounts": [
            ["destination": "/proc", "type": "proc", "source": "proc"],
            [
                "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
            ],
            [
                "destination": "/dev/pts", "type": "devpts", "source": "devpts",
                "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
            ],
            [
                "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
                "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
            ],
            [
                "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
                "options": ["nosuid", "noexec", "nodev"],
            ],
            [
                "destination": "/sys", "type": "sysfs", "source": "sysfs",
                "options": ["nosuid", "noexec", "nodev", "ro"],
            ],
            [
                "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
                "options": ["nosuid", "noexec", "nodev", "relatime", "ro"],
            ],
        ],
        "linux": [
            "namespaces": [
                ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
                ["type": "cgroup"],
            ],
            "resources": ["devices": [["allow": false, "access": "rwm"]]],
            "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        ],
    ]
}
