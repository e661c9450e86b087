// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the tests run on: the program, the images, and what the machine lacks.
public enum TestMachine {
    private static let environment = ProcessInfo.processInfo.environment
    /// The project's folder.
    public static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// The program under test: `MINIBOX`, or what `scripts/build` makes.
    public static let program = environment["MINIBOX"] ?? top + "/.build/bin/minibox"
    /// Where the archives of the test images are: `MINIBOX_FIXTURES`, or where `scripts/fixtures` puts them.
    public static let fixtures = environment["MINIBOX_FIXTURES"] ?? top + "/.build/fixtures"
    /// Where tests keep their files.
    public static let scratch = "\(environment["TMPDIR"] ?? "/tmp")/\(scratchName)"
    /// Also of no other test host that runs at the same time: what the machine has once, such as loop devices, is told
    /// apart by it.
    static let scratchName = "minibox-tests-" + String(UInt32.random(in: .min ... .max), radix: 16)
    /// Whether `scripts/test-host` is around us.
    public static let isTestHost = environment["MINIBOX_TEST_HOST"] == "1"

    /// The images that every test may use, by name.
    public static let images = ["busybox", "probe", "attributes", "high-id", "odd-files", "digit-users", "whiteouts"]

    /// What asks for names where a container does, and answers as a server does: Tests/NameProbe.
    public static let nameProbe = top + "/.build/debug/name-probe"

    /// The archive of a test image.
    public static func archive(_ name: String) -> String { "\(fixtures)/\(name).tar" }

    /// The root that every test shares, with ``images`` in it. Imported when it is first asked for.
    public static let sharedRoot: String = {
        let root = scratch + "/root"
        atexit { try? FileManager.default.removeItem(atPath: TestMachine.scratch) }
        var variables = environment
        variables["MINIBOX_ROOT"] = root
        variables["MINIBOX_RUN_ROOT"] = scratch + "/run"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        // Whoever is inside reaches the root through it.
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch)
        for name in images where FileManager.default.fileExists(atPath: archive(name)) {
            let imported = try? RunningProgram([program, "import", archive(name), name], environment: variables).wait(
                seconds: 60)
            if imported?.status != 0 { print("cannot import \(name): \(imported.map(\.description) ?? "not started")") }
        }
        // The first start makes what later ones share.
        _ = try? RunningProgram([program, "run", "--rm", "busybox", "true"], environment: variables).wait(seconds: 60)
        return root
    }()

    /// Imports a large image into the shared root the first time it is asked for.
    public static let debian: Bool = {
        guard obstacle == nil else { return false }
        var variables = environment
        variables["MINIBOX_ROOT"] = sharedRoot
        variables["MINIBOX_RUN_ROOT"] = scratch + "/run"
        let imported = try? RunningProgram([program, "import", archive("debian"), "debian"], environment: variables)
        return imported?.wait(seconds: 120).status == 0
    }()

    /// Why commands cannot be tested here; nil where they can.
    public static var obstacle: String? {
        if geteuid() != 0 { return "needs root" }
        if !isTestHost { return "needs the test host: run scripts/test" }
        if !FileManager.default.isExecutableFile(atPath: program) { return "needs \(program): run scripts/build" }
        if let missing = images.first(where: { !FileManager.default.fileExists(atPath: archive($0)) }) {
            return "needs the image \(missing): run scripts/fixtures"
        }
        return nil
    }

    /// Whether there is one cgroup v2 tree and nothing of v1, as on a host of today.
    public static var isPure: Bool { FileManager.default.fileExists(atPath: "/sys/fs/cgroup/cgroup.controllers") }

    /// The controllers of the cgroup v2 tree, such as `memory`.
    public static var controllers: Set<String> {
        for tree in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
            if let text = try? String(contentsOfFile: tree + "/cgroup.controllers", encoding: .utf8) {
                return Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
            }
        }
        return []
    }
}
